// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.schemas.FeatureCodec;
import io.driftmoe.schemas.InvalidEventException;
import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.WireFormatException;
import io.driftmoe.schemas.avro.FeatureEvent;
import io.driftmoe.schemas.avro.LabelEvent;
import java.time.Clock;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads the project's own events. */
final class OwnRecords {
  private final FeatureCodec features;
  private final RecordGate gate;
  private final Clock clock;

  OwnRecords(FeatureCodec features, RecordGate gate, Clock clock) {
    this.features = features;
    this.gate = gate;
    this.clock = clock;
  }

  /** Those of the features topic. */
  RecordSource features() {
    SingleObjectCodec<FeatureEvent> codec = SingleObjectCodec.of(FeatureEvent.class);
    return message -> features(message, decode(codec, message));
  }

  /** Those of the labels topic. */
  RecordSource labels() {
    SingleObjectCodec<LabelEvent> codec = SingleObjectCodec.of(LabelEvent.class);
    return message -> label(message, decode(codec, message));
  }

  private static <T extends SpecificRecord> T decode(
      SingleObjectCodec<T> codec, ConsumerRecord<byte[], byte[]> message) throws RejectedException {
    try {
      return codec.decode(message.value());
    } catch (WireFormatException e) {
      throw RejectedException.undecodable(String.valueOf(e.getMessage()), e);
    }
  }

  private SourceRecord features(ConsumerRecord<byte[], byte[]> message, FeatureEvent event)
      throws RejectedException {
    String modelKey = event.getModelKey();
    long time = event.getEventTime();
    gate.check(message, modelKey, event.getEventId(), time);
    try {
      return new SourceRecord.Features(
          modelKey,
          event.getEventId(),
          time,
          message.partition(),
          message.offset(),
          features.toFeatures(event.getFeatures()),
          event.getLabel() == null ? -1 : features.toLabel(event.getLabel()),
          EventDecoder.micros(clock.instant()),
          RecordGate.isKey(message, modelKey),
          RecordGate.progressTime(message, time));
    } catch (InvalidEventException e) {
      throw RejectedException.invalid(String.valueOf(e.getMessage()));
    }
  }

  private SourceRecord label(ConsumerRecord<byte[], byte[]> message, LabelEvent event)
      throws RejectedException {
    String modelKey = event.getModelKey();
    long time = event.getEventTime();
    gate.check(message, modelKey, event.getEventId(), time);
    try {
      return new SourceRecord.Label(
          modelKey,
          event.getEventId(),
          time,
          message.partition(),
          message.offset(),
          features.toLabel(event.getLabel()),
          RecordGate.isKey(message, modelKey),
          RecordGate.progressTime(message, time));
    } catch (InvalidEventException e) {
      throw RejectedException.invalid(String.valueOf(e.getMessage()));
    }
  }
}
