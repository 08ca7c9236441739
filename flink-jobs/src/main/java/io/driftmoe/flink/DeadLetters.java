// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.schemas.QuotedText;
import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DeadLetterKind;
import io.driftmoe.schemas.avro.LabelEvent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Makes the records of the dead-letter topic: nothing that reaches the job is lost. */
final class DeadLetters {
  /** Longest reason. What it quotes of a message is shorter by far. */
  static final int REASON_CHARACTERS = 1_000;

  private final SingleObjectCodec<DeadLetter> codec = SingleObjectCodec.of(DeadLetter.class);
  private final SingleObjectCodec<LabelEvent> labels = SingleObjectCodec.of(LabelEvent.class);
  private final JobOptions.Topics topics;
  private final JobOptions.Schema schema;

  DeadLetters(JobOptions.Topics topics, JobOptions.Schema schema) {
    this.topics = topics;
    this.schema = schema;
  }

  /**
   * A record set aside with the bytes it came with; any of key and value may be null. They are
   * whole: {@link OutputRecordWriter} cuts them where the topic takes no record of their size.
   */
  OutputRecord of(
      String topic,
      int partition,
      long offset,
      DeadLetterKind kind,
      String reason,
      byte @Nullable [] key,
      byte @Nullable [] value) {
    DeadLetter letter =
        new DeadLetter(
            topic,
            partition,
            offset,
            kind,
            ShortText.of(reason, REASON_CHARACTERS),
            key == null ? null : ByteBuffer.wrap(key),
            value == null ? null : ByteBuffer.wrap(value),
            System.currentTimeMillis(),
            null,
            null,
            null,
            null);
    return new OutputRecord(key, codec.encode(letter));
  }

  /** A label whose event never came, or had its label already. */
  OutputRecord orphan(SourceRecord.Label label, String reason) {
    return of(label, DeadLetterKind.ORPHAN_LABEL, reason);
  }

  /** A label whose key may have no model. */
  OutputRecord refused(SourceRecord.Label label, String reason) {
    return of(label, DeadLetterKind.REFUSED, reason);
  }

  private OutputRecord of(SourceRecord.Label label, DeadLetterKind kind, String reason) {
    LabelEvent event =
        new LabelEvent(
            label.modelKey(),
            label.eventId(),
            schema.classes().get(label.label()),
            label.eventTime());
    return of(
        topicOf(label),
        label.partition(),
        label.offset(),
        kind,
        reason,
        label.modelKey().getBytes(StandardCharsets.UTF_8),
        labels.encode(event));
  }

  /**
   * An event whose id has come before; it stands in the features topic.
   *
   * @param state of the one that came before
   */
  OutputRecord duplicate(SourceRecord.Features event, String state) {
    return of(
        topics.features(),
        event.partition(),
        event.offset(),
        DeadLetterKind.DUPLICATE,
        "event id %s of model key %s %s"
            .formatted(whole(event.eventId()), QuotedText.of(event.modelKey()), state),
        event.modelKey().getBytes(StandardCharsets.UTF_8),
        null);
  }

  /** An event whose key may have no model; it stands in the features topic. */
  OutputRecord refused(SourceRecord.Features event, String reason) {
    return of(
        topics.features(),
        event.partition(),
        event.offset(),
        DeadLetterKind.REFUSED,
        "event id %s of the new model key %s is refused: %s"
            .formatted(whole(event.eventId()), QuotedText.of(event.modelKey()), reason),
        event.modelKey().getBytes(StandardCharsets.UTF_8),
        null);
  }

  /** A prediction whose label did not come in time; it stands in the predictions topic. */
  OutputRecord expired(String modelKey, String eventId, String reason) {
    return of(
        topics.predictions(),
        -1,
        -1,
        DeadLetterKind.EXPIRED_PREDICTION,
        "event id %s of model key %s: %s"
            .formatted(whole(eventId), QuotedText.of(modelKey), reason),
        modelKey.getBytes(StandardCharsets.UTF_8),
        null);
  }

  /** A record that could not be processed; it stands in its topic. */
  OutputRecord failed(SourceRecord.Keyed record, String cause) {
    return of(
        topicOf(record),
        record.partition(),
        record.offset(),
        DeadLetterKind.FAILED,
        "event id %s of model key %s: %s"
            .formatted(whole(record.eventId()), QuotedText.of(record.modelKey()), cause),
        record.modelKey().getBytes(StandardCharsets.UTF_8),
        null);
  }

  /** The id of an event, which is found by it. */
  private static String whole(String eventId) {
    return QuotedText.of(eventId, RecordLimits.TEXT_BYTES);
  }

  /** The topic that a record came from. */
  String topicOf(SourceRecord.Keyed record) {
    return record instanceof SourceRecord.Label label && !label.ofRow()
        ? topics.labels()
        : topics.features();
  }
}
