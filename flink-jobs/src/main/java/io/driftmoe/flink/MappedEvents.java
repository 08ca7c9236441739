// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.schemas.FeatureCodec;
import io.driftmoe.schemas.InvalidEventException;
import java.io.IOException;
import java.time.Clock;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Reads the features topic where fields have names. */
final class MappedEvents implements RecordSource {
  private static final String SECTION = "input.event";
  private static final EventFields DEFAULTS =
      new EventFields(null, null, null, null, null, null, null);

  private final MappedFields fields;
  private final ModelKeyReader modelKey;
  private final @Nullable FieldUse id;
  private final TimeReader time;
  private final FeatureReader features;
  private final @Nullable FieldUse label;
  private final FeatureCodec codec;
  private final RecordGate gate;
  private final Clock clock;

  /**
   * @param format makes a reader of some fields
   */
  MappedEvents(
      JobOptions options,
      Function<FieldTree, FieldReader> format,
      FeatureCodec codec,
      RecordGate gate,
      Clock clock) {
    JobOptions.Input input = options.input();
    EventFields event = input.event() == null ? DEFAULTS : input.event();
    this.fields = new MappedFields(!input.missing().isEmpty());
    this.features = new FeatureReader(fields, options.schema(), codec, input.missing());
    this.modelKey =
        new ModelKeyReader(
            fields, SECTION, event.modelKey(), input.format() == InputFormat.AVRO_CONFLUENT);
    this.id = use("the event id", event.id());
    this.time = new TimeReader(fields, SECTION, event.time(), event.timeFormat(), event.timeZone());
    this.label = use("the label", event.label());
    this.codec = codec;
    this.gate = gate;
    this.clock = clock;
    fields.open(format);
  }

  private @Nullable FieldUse use(String what, @Nullable String path) {
    return path == null ? null : fields.add(what, FieldPath.of(path), false);
  }

  @Override
  public SourceRecord read(ConsumerRecord<byte[], byte[]> message)
      throws RejectedException, IOException {
    if (message.value() == null) {
      throw RejectedException.undecodable(
          "empty message: expected an event, got an empty value (tombstone); tombstones delete"
              + " nothing here");
    }
    fields.read(message);
    String key = modelKey.read(message);
    String eventId =
        id == null
            ? message.topic() + "-" + message.partition() + "-" + message.offset()
            : fields.required(id);
    long eventTime = time.read(message);
    gate.check(message, key, eventId, eventTime);
    FeatureVector values = features.read();
    return new SourceRecord.Features(
        key,
        eventId,
        eventTime,
        message.partition(),
        message.offset(),
        values,
        label == null ? -1 : label(label),
        EventDecoder.micros(clock.instant()),
        RecordGate.isKey(message, key),
        RecordGate.progressTime(message, eventTime));
  }

  private int label(FieldUse use) throws RejectedException {
    FieldKind kind = fields.kind(use);
    return kind == FieldKind.ABSENT || kind == FieldKind.NULL
        ? -1
        : label(codec, use, fields.required(use));
  }

  /** {@return the class of a name} */
  static int label(FeatureCodec codec, FieldUse use, String name) throws RejectedException {
    try {
      return codec.toLabel(name);
    } catch (InvalidEventException e) {
      throw RejectedException.invalid("%s: %s".formatted(use.named(), e.getMessage()));
    }
  }
}
