// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.schemas.FeatureCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import org.apache.flink.api.common.serialization.DeserializationSchema.InitializationContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * From Kafka bytes, in whatever format they are, to a {@link SourceRecord}. What cannot be decoded
 * or does not fit the schema becomes a dead letter with topic, partition, offset and reason; no
 * input stops the job.
 */
final class EventDecoder implements KafkaRecordDeserializationSchema<SourceRecord> {
  private static final long serialVersionUID = 1L;

  private final JobOptions options;

  private transient RecordSource features;
  private transient RecordSource labels;
  private transient DeadLetters deadLetters;

  EventDecoder(JobOptions options) {
    this.options = options;
  }

  @Override
  public void open(InitializationContext context) {
    JobOptions.Input input = options.input();
    FeatureCodec codec = new FeatureCodec(options.schema().toStreamSchema());
    RecordGate gate = new RecordGate(new AheadLimit(input.maxAhead()));
    Clock clock = Clock.systemUTC();
    OwnRecords own = new OwnRecords(codec, gate, clock);
    features =
        input.format().isMapped()
            ? new MappedEvents(options, FieldFormats.ofEvents(input), codec, gate, clock)
            : own.features();
    labels =
        input.labelFormat().isMapped()
            ? MappedLabels.of(input, FieldFormats.ofLabels(input), codec, gate)
            : own.labels();
    deadLetters = new DeadLetters(options.topics(), options.schema());
  }

  @Override
  public void deserialize(
      ConsumerRecord<byte[], byte[]> message, Collector<SourceRecord> collector) {
    SourceRecord record = decode(message);
    if (record != null) {
      collector.collect(record);
    }
  }

  /** {@return null for what is passed over} */
  private @Nullable SourceRecord decode(ConsumerRecord<byte[], byte[]> message) {
    try {
      boolean isLabel = message.topic().equals(options.topics().labels());
      return (isLabel ? labels : features).read(message);
    } catch (RejectedException e) {
      return new SourceRecord.Rejected(
          deadLetters.of(
              message.topic(),
              message.partition(),
              message.offset(),
              e.kind(),
              String.valueOf(e.getMessage()),
              message.key(),
              message.value()));
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e); // the task fails, and begins again
    }
  }

  static long micros(Instant instant) {
    return Math.addExact(instant.getEpochSecond() * 1_000_000, instant.getNano() / 1_000);
  }

  @Override
  public TypeInformation<SourceRecord> getProducedType() {
    return RecordTypeInfo.SOURCE;
  }
}
