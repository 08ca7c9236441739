// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.schemas.FeatureCodec;
import java.io.IOException;
import java.time.Clock;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Reads the features topic where fields have names. */
final class MappedEvents implements RecordSource {
  private static final String SECTION = "input.event";
  private static final EventFields DEFAULTS =
      new EventFields(null, null, null, null, null, null, null, null);

  private final MappedFields fields;
  private final ModelKeyReader modelKey;
  private final @Nullable FieldUse id;
  private final TimeReader time;
  private final FeatureReader features;
  private final @Nullable ClassReader label;
  private final boolean changelog;
  private final @Nullable FieldUse explain;
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
    this.fields = new MappedFields(!input.missing().isEmpty(), input.format());
    this.features = new FeatureReader(fields, options.schema(), codec, input.missing());
    this.modelKey = new ModelKeyReader(fields, SECTION, event.modelKey());
    this.id = use("the event id", event.id());
    this.time = new TimeReader(fields, SECTION, event.time(), event.timeFormat(), event.timeZone());
    String labelPath = event.label();
    this.label =
        labelPath == null ? null : new ClassReader(fields, labelPath, options.schema(), codec);
    this.changelog = event.changelog();
    this.explain = use("the request to explain", event.explain());
    this.gate = gate;
    this.clock = clock;
    fields.open(format);
  }

  private @Nullable FieldUse use(String what, @Nullable String path) {
    return path == null ? null : fields.add(what, FieldPath.of(path), false);
  }

  @Override
  public @Nullable SourceRecord read(ConsumerRecord<byte[], byte[]> message)
      throws RejectedException, IOException {
    if (message.value() == null) {
      if (changelog) {
        return null;
      }
      throw RejectedException.undecodable(
          "empty message: expected an event, got an empty value (tombstone); tombstones delete"
              + " nothing here; with input.event.changelog: true they are passed over");
    }
    fields.read(message);
    String key = modelKey.read();
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
        label != null && label.isThere() ? label.read() : -1,
        EventDecoder.micros(clock.instant()),
        RecordGate.isKey(message, key),
        RecordGate.progressTime(message, eventTime),
        explain != null && isTrue(explain));
  }

  /** What is no true asks for nothing: no record is lost for it. */
  private boolean isTrue(FieldUse use) {
    FieldKind kind = fields.kind(use);
    return (kind == FieldKind.BOOLEAN || kind == FieldKind.TEXT)
        && fields.text(use).equalsIgnoreCase("true");
  }
}
