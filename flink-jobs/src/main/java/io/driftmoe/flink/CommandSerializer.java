// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.SnapshotText;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** A command as bytes, its kind by name. */
final class CommandSerializer {
  private CommandSerializer() {}

  static void write(Command command, DataOutput out) throws IOException {
    SnapshotText.write(out, command.id());
    out.writeUTF(command.kind().name());
    out.writeBoolean(command.target().isPrefix());
    SnapshotText.write(out, command.target().text());
    out.writeLong(command.time());
    SnapshotText.write(out, command.branch());
    SnapshotText.write(out, command.settings());
    out.writeLong(command.number());
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IOException when the bytes end, or name a command that this build does not have
   */
  static Command read(DataInput in) throws IOException {
    String id = SnapshotText.read(in);
    String name = in.readUTF();
    Command.Kind kind;
    try {
      kind = Command.Kind.valueOf(name);
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "a saved command is %s, which this build does not know".formatted(name), e);
    }
    Command.Target target = new Command.Target(in.readBoolean(), SnapshotText.read(in));
    long time = in.readLong();
    String branch = SnapshotText.read(in);
    return new Command(id, kind, target, time, branch, SnapshotText.read(in), in.readLong());
  }
}
