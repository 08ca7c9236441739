// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.SnapshotText;
import io.driftmoe.router.Pending;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;

/** Labels that came before their events: the fields of each in their declared order. */
final class EarlyLabelsSerializer extends PendingSerializer<SourceRecord.Label> {
  private static final long serialVersionUID = 1L;
  private static final int VERSION = 1;

  static final EarlyLabelsSerializer INSTANCE = new EarlyLabelsSerializer();

  /** Heap that a label takes beside the characters of its key; the id counts with the entry. */
  private static final int LABEL_BYTES = 96;

  private EarlyLabelsSerializer() {
    super("earl", VERSION);
  }

  @Override
  void writeValue(SourceRecord.Label label, DataOutput out, int layout) throws IOException {
    SnapshotText.write(out, label.modelKey());
    SnapshotText.write(out, label.eventId());
    out.writeLong(label.eventTime());
    out.writeInt(label.partition());
    out.writeLong(label.offset());
    out.writeInt(label.label());
  }

  @Override
  SourceRecord.Label readValue(DataInput in, int layout) throws IOException {
    return new SourceRecord.Label(
        SnapshotText.read(in),
        SnapshotText.read(in),
        in.readLong(),
        in.readInt(),
        in.readLong(),
        in.readInt());
  }

  @Override
  long heapBytes(SourceRecord.Label label) {
    return LABEL_BYTES + 2L * label.modelKey().length();
  }

  @Override
  public TypeSerializerSnapshot<Pending<SourceRecord.Label>> snapshotConfiguration() {
    return new Snapshot();
  }

  /** No configuration: the version of the layout is in the state's own bytes. */
  public static final class Snapshot
      extends SimpleTypeSerializerSnapshot<Pending<SourceRecord.Label>> {
    /** Called by Flink. */
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
