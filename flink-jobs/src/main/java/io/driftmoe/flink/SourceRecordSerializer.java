// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.FeatureVector;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/**
 * One tag byte, then the fields of the record in their declared order. Whether the model key is the
 * Kafka key is in the tag, whether the progress time follows, which is the event time else, and
 * whether the record asks to be explained: so what versions without these fields buffered stays
 * readable.
 */
final class SourceRecordSerializer extends ImmutableSerializer<SourceRecord> {
  private static final long serialVersionUID = 1L;
  private static final int FEATURES = 0;
  private static final int LABEL = 1;
  private static final int REJECTED = 2;
  private static final int SCATTERED_FEATURES = 3;
  private static final int SCATTERED_LABEL = 4;
  private static final int CONTROL = 5;
  private static final int REFUSED = 6;

  /** Added to the tag of a record of a clock that is ahead. */
  private static final int AHEAD = 16;

  /** Added to the tag of features whose prediction is to be explained. */
  private static final int EXPLAIN = 32;

  static final SourceRecordSerializer INSTANCE = new SourceRecordSerializer();

  @Override
  public void serialize(SourceRecord record, DataOutputView target) throws IOException {
    if (record instanceof SourceRecord.Features features) {
      target.writeByte(
          ahead(features)
              + (features.explain() ? EXPLAIN : 0)
              + (features.byModelKey() ? FEATURES : SCATTERED_FEATURES));
      writeHeader(features, target);
      FeatureVector values = features.values();
      target.writeInt(values.size());
      for (int i = 0; i < values.size(); i++) {
        target.writeDouble(values.get(i));
      }
      target.writeInt(features.label());
      target.writeLong(features.receivedMicros());
      writeProgressTime(features, target);
    } else if (record instanceof SourceRecord.Label label) {
      target.writeByte(ahead(label) + (label.byModelKey() ? LABEL : SCATTERED_LABEL));
      writeHeader(label, target);
      target.writeInt(label.label());
      writeProgressTime(label, target);
    } else if (record instanceof SourceRecord.Rejected rejected) {
      target.writeByte(REJECTED);
      OutputRecordSerializer.INSTANCE.serialize(rejected.deadLetter(), target);
    } else if (record instanceof SourceRecord.Control control) {
      target.writeByte(CONTROL);
      CommandSerializer.write(control.command(), target);
      StringValue.writeString(control.stateKey(), target);
    } else if (record instanceof SourceRecord.Refused refused) {
      target.writeByte(REFUSED);
      OutputRecordSerializer.INSTANCE.serialize(refused.deadLetter(), target);
      OutputRecordSerializer.INSTANCE.serialize(refused.answer(), target);
    }
  }

  private static int ahead(SourceRecord.Keyed record) {
    return record.progressTime() == record.eventTime() ? 0 : AHEAD;
  }

  private static void writeProgressTime(SourceRecord.Keyed record, DataOutputView target)
      throws IOException {
    if (ahead(record) != 0) {
      target.writeLong(record.progressTime());
    }
  }

  @Override
  public SourceRecord deserialize(DataInputView source) throws IOException {
    int first = source.readByte();
    if (first == REJECTED) {
      return new SourceRecord.Rejected(OutputRecordSerializer.INSTANCE.deserialize(source));
    }
    if (first == CONTROL) {
      return new SourceRecord.Control(
          CommandSerializer.read(source), StringValue.readString(source));
    }
    if (first == REFUSED) {
      return new SourceRecord.Refused(
          OutputRecordSerializer.INSTANCE.deserialize(source),
          OutputRecordSerializer.INSTANCE.deserialize(source));
    }
    boolean explain = (first & EXPLAIN) != 0;
    boolean ahead = (first & AHEAD) != 0;
    int tag = first & ~(EXPLAIN | AHEAD);
    boolean label = tag == LABEL || tag == SCATTERED_LABEL;
    if (label && explain || !label && tag != FEATURES && tag != SCATTERED_FEATURES) {
      throw new IOException("unknown source record tag " + first);
    }
    String modelKey = StringValue.readString(source);
    String eventId = StringValue.readString(source);
    long eventTime = source.readLong();
    int partition = source.readInt();
    long offset = source.readLong();
    boolean byModelKey = tag == FEATURES || tag == LABEL;
    if (label) {
      return new SourceRecord.Label(
          modelKey,
          eventId,
          eventTime,
          partition,
          offset,
          source.readInt(),
          byModelKey,
          ahead ? source.readLong() : eventTime);
    }
    double[] values = new double[source.readInt()];
    for (int i = 0; i < values.length; i++) {
      values[i] = source.readDouble();
    }
    return new SourceRecord.Features(
        modelKey,
        eventId,
        eventTime,
        partition,
        offset,
        FeatureVector.of(values),
        source.readInt(),
        source.readLong(),
        byModelKey,
        ahead ? source.readLong() : eventTime,
        explain);
  }

  private static void writeHeader(SourceRecord.Keyed record, DataOutputView target)
      throws IOException {
    StringValue.writeString(record.modelKey(), target);
    StringValue.writeString(record.eventId(), target);
    target.writeLong(record.eventTime());
    target.writeInt(record.partition());
    target.writeLong(record.offset());
  }

  @Override
  public TypeSerializerSnapshot<SourceRecord> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Version 1: no configuration. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<SourceRecord> {
    /** Called by Flink. */
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
