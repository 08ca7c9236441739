// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.schemas.FeatureCodec;
import java.io.IOException;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Reads the labels topic where fields have names. */
final class MappedLabels implements RecordSource {
  private static final String SECTION = "input.labels";

  private final MappedFields fields = new MappedFields(false);
  private final ModelKeyReader modelKey;
  private final FieldUse id;
  private final TimeReader time;
  private final FieldUse label;
  private final boolean changelog;
  private final FeatureCodec codec;
  private final RecordGate gate;

  private MappedLabels(
      JobOptions.Input input,
      LabelFields labels,
      String id,
      String label,
      Function<FieldTree, FieldReader> format,
      FeatureCodec codec,
      RecordGate gate) {
    this.label = fields.add("the label", FieldPath.of(label), false);
    this.id = fields.add("the event id", FieldPath.of(id), false);
    this.modelKey =
        new ModelKeyReader(
            fields,
            SECTION,
            modelKey(input, labels),
            input.labelFormat() == InputFormat.AVRO_CONFLUENT);
    this.time =
        new TimeReader(fields, SECTION, labels.time(), labels.timeFormat(), labels.timeZone());
    this.changelog = labels.changelog();
    this.codec = codec;
    this.gate = gate;
    fields.open(format);
  }

  /**
   * {@return what reads the topic}
   *
   * @param format makes a reader of some fields
   */
  static RecordSource of(
      JobOptions.Input input,
      Function<FieldTree, FieldReader> format,
      FeatureCodec codec,
      RecordGate gate) {
    LabelFields labels = input.labels();
    if (labels == null || labels.id() == null || labels.label() == null) {
      return message -> {
        throw RejectedException.invalid(
            "input.labels does not say where records of the labels topic hold id and label");
      };
    }
    return new MappedLabels(input, labels, labels.id(), labels.label(), format, codec, gate);
  }

  /** One key for all events is one key for all labels. */
  private static @Nullable KeyField modelKey(JobOptions.Input input, LabelFields labels) {
    EventFields event = input.event();
    KeyField ofEvents = event == null ? null : event.modelKey();
    boolean constant = ofEvents != null && ofEvents.constant() != null;
    return labels.modelKey() == null && constant ? ofEvents : labels.modelKey();
  }

  @Override
  public @Nullable SourceRecord read(ConsumerRecord<byte[], byte[]> message)
      throws RejectedException, IOException {
    if (message.value() == null) {
      if (changelog) {
        return null;
      }
      throw RejectedException.undecodable(
          "empty message: expected a label, got an empty value (tombstone); with"
              + " input.labels.changelog: true they are passed over");
    }
    fields.read(message);
    FieldKind kind = fields.kind(label);
    if (changelog && (kind == FieldKind.ABSENT || kind == FieldKind.NULL)) {
      return null;
    }
    String name = fields.required(label);
    String key = modelKey.read(message);
    String eventId = fields.required(id);
    long eventTime = time.read(message);
    gate.check(message, key, eventId, eventTime);
    return new SourceRecord.Label(
        key,
        eventId,
        eventTime,
        message.partition(),
        message.offset(),
        MappedEvents.label(codec, label, name),
        RecordGate.isKey(message, key),
        RecordGate.progressTime(message, eventTime));
  }
}
