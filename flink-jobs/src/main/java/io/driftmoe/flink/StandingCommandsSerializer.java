// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Standing commands as they write themselves. */
final class StandingCommandsSerializer extends ImmutableSerializer<StandingCommands> {
  private static final long serialVersionUID = 1L;

  static final StandingCommandsSerializer INSTANCE = new StandingCommandsSerializer();

  @Override
  public void serialize(StandingCommands commands, DataOutputView target) throws IOException {
    commands.write(target);
  }

  @Override
  public StandingCommands deserialize(DataInputView source) throws IOException {
    return StandingCommands.read(source);
  }

  @Override
  public TypeSerializerSnapshot<StandingCommands> snapshotConfiguration() {
    return new Snapshot();
  }

  /** No configuration: the version of the layout is in the state's own bytes. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<StandingCommands> {
    /** Called by Flink. */
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
