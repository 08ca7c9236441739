// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.WireFormatException;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DeadLetterKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** Records of a job's input topics through its decoder. */
final class Decoding {
  static final long KAFKA_TIME = 1_790_000_000_000L;

  private final JobOptions options;
  private final EventDecoder decoder;

  Decoding(JobOptions options) {
    this.options = options;
    this.decoder = new EventDecoder(options);
    decoder.open(null);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What becomes of a record of partition 2 with offset 17: nothing or one. */
  List<SourceRecord> decode(boolean label, byte[] key, byte[] value, long kafkaTime) {
    List<SourceRecord> out = new ArrayList<>();
    decoder.deserialize(
        new ConsumerRecord<>(
            label ? options.topics().labels() : options.topics().features(),
            2,
            17,
            kafkaTime,
            TimestampType.CREATE_TIME,
            key == null ? -1 : key.length,
            value == null ? -1 : value.length,
            key,
            value,
            new RecordHeaders(),
            Optional.empty()),
        new ListCollector<>(out));
    assertThat(out).hasSizeLessThanOrEqualTo(1);
    return out;
  }

  /** An event of the Kafka key k. */
  SourceRecord.Features event(byte[] value) {
    SourceRecord record = one(decode(false, utf8("k"), value, KAFKA_TIME));
    if (record instanceof SourceRecord.Rejected rejected) {
      throw new AssertionError(letter(rejected).getReason());
    }
    return (SourceRecord.Features) record;
  }

  SourceRecord.Features event(String json) {
    return event(utf8(json));
  }

  SourceRecord.Label label(byte[] value) {
    SourceRecord record = one(decode(true, utf8("k"), value, KAFKA_TIME));
    if (record instanceof SourceRecord.Rejected rejected) {
      throw new AssertionError(letter(rejected).getReason());
    }
    return (SourceRecord.Label) record;
  }

  SourceRecord.Label label(String json) {
    return label(utf8(json));
  }

  static SourceRecord one(List<SourceRecord> records) {
    assertThat(records).hasSize(1);
    return records.get(0);
  }

  /** Why an event is refused. */
  String refusal(DeadLetterKind kind, byte[] value) {
    return refusal(kind, decode(false, utf8("k"), value, KAFKA_TIME));
  }

  String refusal(DeadLetterKind kind, String json) {
    return refusal(kind, utf8(json));
  }

  static String refusal(DeadLetterKind kind, List<SourceRecord> records) {
    assertThat(one(records)).isInstanceOf(SourceRecord.Rejected.class);
    DeadLetter letter = letter((SourceRecord.Rejected) records.get(0));
    assertThat(letter.getKind()).as(letter.getReason()).isEqualTo(kind);
    assertThat(letter.getPartition()).isEqualTo(2);
    assertThat(letter.getOffset()).isEqualTo(17);
    assertThat(letter.getReason()).doesNotContain("\n");
    return letter.getReason();
  }

  static DeadLetter letter(SourceRecord.Rejected rejected) {
    try {
      return SingleObjectCodec.of(DeadLetter.class).decode(rejected.deadLetter().value());
    } catch (WireFormatException e) {
      throw new AssertionError(e);
    }
  }
}
