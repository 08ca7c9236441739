// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The state of the join as it writes itself. */
final class JoinStateSerializer extends PlainSerializer<JoinState> {
  private static final long serialVersionUID = 1L;

  static final JoinStateSerializer INSTANCE = new JoinStateSerializer();

  @Override
  public void serialize(JoinState state, DataOutputView target) throws IOException {
    state.write(target);
  }

  @Override
  public JoinState deserialize(DataInputView source) throws IOException {
    return JoinState.readFrom(source);
  }

  @Override
  public JoinState copy(JoinState from) {
    return from.copy();
  }

  @Override
  public JoinState createInstance() {
    return new JoinState();
  }

  @Override
  public boolean isImmutableType() {
    return false;
  }

  @Override
  public TypeSerializerSnapshot<JoinState> snapshotConfiguration() {
    return new Snapshot();
  }

  /** No configuration: the version of the layout is in the state's own bytes. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<JoinState> {
    /** Called by Flink. */
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
