// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/** The command, then the other fields in their declared order. */
final class GroupAnswerSerializer extends ImmutableSerializer<GroupAnswer> {
  private static final long serialVersionUID = 1L;

  static final GroupAnswerSerializer INSTANCE = new GroupAnswerSerializer();

  @Override
  public void serialize(GroupAnswer answer, DataOutputView target) throws IOException {
    CommandSerializer.write(answer.command(), target);
    target.writeLong(answer.models());
    StringValue.writeString(answer.refusal(), target);
  }

  @Override
  public GroupAnswer deserialize(DataInputView source) throws IOException {
    return new GroupAnswer(
        CommandSerializer.read(source), source.readLong(), StringValue.readString(source));
  }

  @Override
  public TypeSerializerSnapshot<GroupAnswer> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Version 1: no configuration. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<GroupAnswer> {
    /** Called by Flink. */
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
