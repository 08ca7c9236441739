// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.SnapshotHeader;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The commands to several models that hold in one key group, in the order they were given. A model
 * takes those that it has not seen when it is used next, and a new one begins with them: so a
 * command to a hundred thousand models costs no more than one, and unparks none. Immutable.
 *
 * <p>A later command replaces those that have no effect beside it, so that there are few; those
 * that mean nothing any more go when there are too many: {@link #settled}. Freezing, resetting and
 * branches are counted each for itself, and a command to all keys is always taken.
 */
final class StandingCommands {
  /**
   * Different beginnings of keys that commands about one thing may be to; of branches, these
   * together with their names.
   */
  static final int MOST = 100;

  /** Commands about branches with those that end one of all keys, which are taken beyond that. */
  private static final int MOST_OF_BRANCHES = 1_000;

  private static final int MOST_TOGETHER = MOST_OF_BRANCHES + 2 * MOST;

  private static final Command.Target ALL = new Command.Target(true, "");

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
    all.removeIf(
        before ->
            isAlike(before, later)
                && later.target().covers(before.target())
                && !isNeededToPromote(before));
    Command.Kind subject = subject(later.kind());
    long alike = all.stream().filter(before -> subject(before.kind()) == subject).count();
    if (alike >= most(later)) {
      return null;
    }
    all.add(later);
    return new StandingCommands(List.copyOf(all));
  }

  /** One to all keys leaves no other about the same, except about other branches. */
  private static int most(Command later) {
    boolean ends = later.kind() == Command.Kind.DROP_BRANCH && later.target().covers(ALL);
    return ends ? MOST_OF_BRANCHES : MOST;
  }

  /**
   * These without those that mean nothing any more: resets are not for models to come, nor is the
   * end of a branch that no command and no configuration begins.
   *
   * @param seen up to which number each model that there is has taken them
   * @param configured names of branches that the configuration begins
   */
  StandingCommands settled(long seen, Set<String> configured) {
    Set<String> begun = new HashSet<>(configured);
    List<Command> left = new ArrayList<>();
    for (Command command : commands) {
      if (command.kind() == Command.Kind.BRANCH) {
        begun.add(command.branch());
      }
      if (command.number() > seen || isForModelsToCome(command, begun)) {
        left.add(command);
      }
    }
    return new StandingCommands(List.copyOf(left));
  }

  private static boolean isForModelsToCome(Command command, Set<String> begun) {
    return isForNewModels(command.kind())
        && (command.kind() != Command.Kind.DROP_BRANCH || begun.contains(command.branch()));
  }

  /** Whether models that begin later take such a command, too. */
  static boolean isForNewModels(Command.Kind kind) {
    return switch (kind) {
      case RESET, SNAPSHOT, PROMOTE, ROLL_BACK -> false;
      case FREEZE, THAW, BRANCH, DROP_BRANCH -> true;
    };
  }

  /** Whether the later one leaves nothing of the one before: there and back is not nowhere. */
  private static boolean isAlike(Command before, Command later) {
    return subject(before.kind()) == subject(later.kind())
        && subject(later.kind()) != Command.Kind.PROMOTE
        && before.branch().equals(later.branch());
  }

  /** Whether it may have begun a branch that some model has yet to promote. */
  private boolean isNeededToPromote(Command before) {
    return before.kind() == Command.Kind.BRANCH
        && commands.stream()
            .anyMatch(
                other ->
                    other.kind() == Command.Kind.PROMOTE && other.branch().equals(before.branch()));
  }

  /** What a command of this kind is about, by the first kind that is about the same. */
  private static Command.Kind subject(Command.Kind kind) {
    return switch (kind) {
      case FREEZE, THAW -> Command.Kind.FREEZE;
      case BRANCH, DROP_BRANCH -> Command.Kind.BRANCH;
      case PROMOTE, ROLL_BACK -> Command.Kind.PROMOTE;
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
    if (count < 0 || count > MOST_TOGETHER) {
      throw new IOException(
          "%s standing commands, there may be %s".formatted(count, MOST_TOGETHER));
    }
    List<Command> commands = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      commands.add(CommandSerializer.read(in));
    }
    return new StandingCommands(List.copyOf(commands));
  }
}
