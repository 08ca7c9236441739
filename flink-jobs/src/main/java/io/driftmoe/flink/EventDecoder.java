// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.schemas.FeatureCodec;
import io.driftmoe.schemas.InvalidEventException;
import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.WireFormatException;
import io.driftmoe.schemas.avro.DeadLetterKind;
import io.driftmoe.schemas.avro.FeatureEvent;
import io.driftmoe.schemas.avro.LabelEvent;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import org.apache.flink.api.common.serialization.DeserializationSchema.InitializationContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * From Kafka bytes to a {@link SourceRecord}. What cannot be decoded or does not fit the schema
 * becomes a dead letter with topic, partition, offset and reason; no input stops the job.
 */
final class EventDecoder implements KafkaRecordDeserializationSchema<SourceRecord> {
  private static final long serialVersionUID = 1L;

  private final JobOptions.Topics topics;
  private final JobOptions.Schema schema;
  private final AheadLimit aheadLimit;

  private transient SingleObjectCodec<FeatureEvent> featureEvents;
  private transient SingleObjectCodec<LabelEvent> labelEvents;
  private transient FeatureCodec features;
  private transient DeadLetters deadLetters;
  private transient Clock clock;

  EventDecoder(JobOptions options) {
    this.topics = options.topics();
    this.schema = options.schema();
    this.aheadLimit = new AheadLimit(options.input().maxAhead());
  }

  @Override
  public void open(InitializationContext context) {
    featureEvents = SingleObjectCodec.of(FeatureEvent.class);
    labelEvents = SingleObjectCodec.of(LabelEvent.class);
    features = new FeatureCodec(schema.toStreamSchema());
    deadLetters = new DeadLetters(topics, schema);
    clock = Clock.systemUTC();
  }

  @Override
  public void deserialize(
      ConsumerRecord<byte[], byte[]> message, Collector<SourceRecord> collector) {
    collector.collect(decode(message));
  }

  private SourceRecord decode(ConsumerRecord<byte[], byte[]> message) {
    try {
      return message.topic().equals(topics.labels()) ? label(message) : features(message);
    } catch (WireFormatException e) {
      return rejected(message, DeadLetterKind.UNDECODABLE, String.valueOf(e.getMessage()));
    } catch (InvalidEventException e) {
      return rejected(message, DeadLetterKind.INVALID, String.valueOf(e.getMessage()));
    }
  }

  private SourceRecord features(ConsumerRecord<byte[], byte[]> message)
      throws WireFormatException, InvalidEventException {
    FeatureEvent event = featureEvents.decode(message.value());
    String fault = fault(message, event.getModelKey(), event.getEventId(), event.getEventTime());
    if (fault != null) {
      return rejected(message, DeadLetterKind.INVALID, fault);
    }
    return new SourceRecord.Features(
        event.getModelKey(),
        event.getEventId(),
        event.getEventTime(),
        message.partition(),
        message.offset(),
        features.toFeatures(event.getFeatures()),
        event.getLabel() == null ? -1 : features.toLabel(event.getLabel()),
        micros(clock.instant()),
        isKey(message, event.getModelKey()),
        progressTime(message, event.getEventTime()),
        event.getExplain());
  }

  private SourceRecord label(ConsumerRecord<byte[], byte[]> message)
      throws WireFormatException, InvalidEventException {
    LabelEvent event = labelEvents.decode(message.value());
    String fault = fault(message, event.getModelKey(), event.getEventId(), event.getEventTime());
    if (fault != null) {
      return rejected(message, DeadLetterKind.INVALID, fault);
    }
    return new SourceRecord.Label(
        event.getModelKey(),
        event.getEventId(),
        event.getEventTime(),
        message.partition(),
        message.offset(),
        features.toLabel(event.getLabel()),
        isKey(message, event.getModelKey()),
        progressTime(message, event.getEventTime()));
  }

  private static boolean isKey(ConsumerRecord<byte[], byte[]> message, String modelKey) {
    return Arrays.equals(message.key(), modelKey.getBytes(StandardCharsets.UTF_8));
  }

  private static long progressTime(ConsumerRecord<byte[], byte[]> message, long eventTime) {
    return message.timestamp() < 0 ? eventTime : Math.min(eventTime, message.timestamp());
  }

  private @Nullable String fault(
      ConsumerRecord<byte[], byte[]> message, String modelKey, String eventId, long eventTime) {
    String fault = RecordLimits.fault(modelKey, eventId, eventTime);
    return fault == null ? aheadLimit.fault(message, modelKey, eventTime) : fault;
  }

  private SourceRecord rejected(
      ConsumerRecord<byte[], byte[]> message, DeadLetterKind kind, String reason) {
    return new SourceRecord.Rejected(
        deadLetters.of(
            message.topic(),
            message.partition(),
            message.offset(),
            kind,
            reason,
            message.key(),
            message.value()));
  }

  static long micros(Instant instant) {
    return Math.addExact(instant.getEpochSecond() * 1_000_000, instant.getNano() / 1_000);
  }

  @Override
  public TypeInformation<SourceRecord> getProducedType() {
    return RecordTypeInfo.SOURCE;
  }
}
