// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/** Key (length -1 when null) and value, each with its length. */
final class OutputRecordSerializer extends ImmutableSerializer<OutputRecord> {
  private static final long serialVersionUID = 1L;

  static final OutputRecordSerializer INSTANCE = new OutputRecordSerializer();

  @Override
  public void serialize(OutputRecord record, DataOutputView target) throws IOException {
    write(record.key(), target);
    write(record.value(), target);
  }

  @Override
  public OutputRecord deserialize(DataInputView source) throws IOException {
    byte @Nullable [] key = read(source);
    byte @Nullable [] value = read(source);
    if (value == null) {
      throw new IOException("a record to be written has no value");
    }
    return new OutputRecord(key, value);
  }

  private static void write(byte @Nullable [] bytes, DataOutputView target) throws IOException {
    target.writeInt(bytes == null ? -1 : bytes.length);
    if (bytes != null) {
      target.write(bytes);
    }
  }

  private static byte @Nullable [] read(DataInputView source) throws IOException {
    int length = source.readInt();
    if (length < 0) {
      return null;
    }
    byte[] bytes = new byte[length];
    source.readFully(bytes);
    return bytes;
  }

  @Override
  public TypeSerializerSnapshot<OutputRecord> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Version 1: no configuration. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<OutputRecord> {
    /** Called by Flink. */
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
