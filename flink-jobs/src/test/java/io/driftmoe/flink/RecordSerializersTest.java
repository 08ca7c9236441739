// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.driftmoe.core.FeatureVector;
import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class RecordSerializersTest {

  @Test
  void sourceRecordsOfEveryKindRoundTrip() throws IOException {
    List<SourceRecord> records =
        List.of(
            new SourceRecord.Features(
                "tenant \u00e4", "id-1", -5, 3, 77, FeatureVector.of(1.5, Double.NaN, -0.0), -1, 9),
            new SourceRecord.Features("k", "i", 1, 0, 0, FeatureVector.of(1), 4, 9),
            new SourceRecord.Label("k", "i", Long.MAX_VALUE, 0, 12, 2),
            new SourceRecord.Features("k", "i", 1, 0, 0, FeatureVector.of(1), 4, 9, false),
            new SourceRecord.Label("k", "i", 1, 0, 12, 2, false),
            new SourceRecord.Features("k", "i", 9, 0, 0, FeatureVector.of(1), 4, 9, true, 3),
            new SourceRecord.Features("k", "i", 9, 0, 0, FeatureVector.of(1), 4, 9, false, -3),
            new SourceRecord.Features("k", "i", 9, 0, 0, FeatureVector.of(1), 4, 9, true, 9, true),
            new SourceRecord.Features("k", "i", 9, 0, 0, FeatureVector.of(1), 4, 9, false, 3, true),
            new SourceRecord.Label("k", "i", 9, 0, 12, 2, true, 3),
            new SourceRecord.Label("k", "i", 9, 0, 12, 2, false, 3),
            new SourceRecord.Rejected(new OutputRecord(null, new byte[] {1, 2})),
            new SourceRecord.Control(
                new Command("c", Command.Kind.RESET, new Command.Target(true, "ä"), -7, 12), "k"),
            new SourceRecord.Control(
                new Command("c", Command.Kind.THAW, new Command.Target(false, "k"), 7, 0), ""),
            new SourceRecord.Refused(
                new OutputRecord(null, new byte[] {1, 2}),
                new OutputRecord(new byte[] {3}, new byte[0])));
    for (SourceRecord record : records) {
      assertThat(roundTrip(SourceRecordSerializer.INSTANCE, record)).isEqualTo(record);
    }
  }

  @Test
  void outputRecordsRoundTripWithAndWithoutKey() throws IOException {
    for (OutputRecord record :
        List.of(
            new OutputRecord(new byte[0], new byte[] {7}), new OutputRecord(null, new byte[0]))) {
      assertThat(roundTrip(OutputRecordSerializer.INSTANCE, record)).isEqualTo(record);
    }
  }

  @Test
  void unknownTagIsRefused() {
    assertThatIOException()
        .isThrownBy(
            () ->
                SourceRecordSerializer.INSTANCE.deserialize(
                    new DataInputDeserializer(new byte[] {9})))
        .withMessageContaining("tag 9");
  }

  private static <T> T roundTrip(TypeSerializer<T> serializer, T record) throws IOException {
    DataOutputSerializer first = new DataOutputSerializer(64);
    serializer.serialize(record, first);
    DataOutputSerializer second = new DataOutputSerializer(64);
    serializer.copy(new DataInputDeserializer(first.getCopyOfBuffer()), second);
    DataInputDeserializer in = new DataInputDeserializer(second.getCopyOfBuffer());
    T read = serializer.snapshotConfiguration().restoreSerializer().deserialize(in);
    assertThat(in.available()).isZero();
    return read;
  }
}
