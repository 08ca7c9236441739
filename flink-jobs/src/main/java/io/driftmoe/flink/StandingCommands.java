// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.SnapshotHeader;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The commands to several models that hold in one key group, in the order they were given. A model
 * takes those that it has not seen when it is used next, and a new one begins with them: so a
 * command to a hundred thousand models costs no more than one, and unparks none. Immutable.
 *
 * <p>A later command replaces those that have no effect beside it, so that there are few.
 */
final class StandingCommands {
  /** Different beginnings of keys that commands may be about. */
  static final int MOST = 100;

  static final StandingCommands NONE = new StandingCommands(List.of());

  private static final String TAG = "stnd";
  private static final int VERSION = 1;

  private final List<Command> commands;

  private StandingCommands(List<Command> commands) {
    this.commands = commands;
  }

  /** These and a later one; null where they would be more than there may be. */
  @Nullable StandingCommands with(Command later) {
    List<Command> all = new ArrayList<>(commands);
    all.removeIf(before -> isAlike(before, later) && later.target().covers(before.target()));
    if (all.size() >= MOST) {
      return null;
    }
    all.add(later);
    return new StandingCommands(List.copyOf(all));
  }

  /** Whether the later one leaves nothing of the one before. */
  private static boolean isAlike(Command before, Command later) {
    return subject(before.kind()) == subject(later.kind())
        && before.branch().equals(later.branch());
  }

  /** What a command of this kind is about, by the first kind that is about the same. */
  private static Command.Kind subject(Command.Kind kind) {
    return switch (kind) {
      case FREEZE, THAW -> Command.Kind.FREEZE;
      case BRANCH, DROP_BRANCH -> Command.Kind.BRANCH;
      case SNAPSHOT, RESET -> kind;
    };
  }

  /** Those that a model has yet to take, the first one first. */
  List<Command> after(long seen, String modelKey) {
    if (latest() <= seen) {
      return List.of();
    }
    return commands.stream()
        .filter(command -> command.number() > seen && command.target().includes(modelKey))
        .toList();
  }

  /** The number of the latest command; 0 where there is none. */
  long latest() {
    return commands.isEmpty() ? 0 : commands.get(commands.size() - 1).number();
  }

  void write(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    out.writeInt(commands.size());
    for (Command command : commands) {
      CommandSerializer.write(command, out);
    }
  }

  static StandingCommands read(DataInput in) throws IOException {
    SnapshotHeader.read(in, TAG, VERSION);
    int count = in.readInt();
    if (count < 0 || count > MOST) {
      throw new IOException("%s standing commands, there may be %s".formatted(count, MOST));
    }
    List<Command> commands = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      commands.add(CommandSerializer.read(in));
    }
    return new StandingCommands(List.copyOf(commands));
  }
}
