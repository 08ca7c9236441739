// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.schemas.QuotedText;
import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.WireFormatException;
import io.driftmoe.schemas.avro.DeadLetter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** The records of a sample through the mapping and the decoder of a job. */
final class SampledInput {
  private final JobOptions options;
  private final Topic of;
  private final TopicSample sample;
  private final List<Field> fields = new ArrayList<>();
  private long records;
  private long fit;
  private String fault = "";

  /** Which of the two. */
  enum Topic {
    FEATURES,
    LABELS;

    String name(JobOptions options) {
      return this == FEATURES ? options.topics().features() : options.topics().labels();
    }
  }

  /** Something that the records need is away, such as a registry. */
  static final class NotNowException extends Exception {
    private static final long serialVersionUID = 1L;

    NotNowException(Exception cause) {
      super(FailureMessage.of(cause), cause);
    }
  }

  /** What is seen of a mapped field. */
  private static final class Field {
    private final String key;
    private final FieldPath path;
    private final FieldUse use;
    private final boolean numeric;
    private long there;
    private long values;
    private long words;
    private String word = "";

    private Field(String key, FieldPath path, FieldUse use, boolean numeric) {
      this.key = key;
      this.path = path;
      this.use = use;
      this.numeric = numeric;
    }
  }

  private SampledInput(JobOptions options, Topic of, TopicSample sample) {
    this.options = options;
    this.of = of;
    this.sample = sample;
  }

  /**
   * Reads the records.
   *
   * @throws NotNowException when a registry does not answer
   */
  static SampledInput of(JobOptions options, Topic of, TopicSample sample) throws NotNowException {
    SampledInput read = new SampledInput(options, of, sample);
    try {
      read.look();
      read.decode();
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      throw new NotNowException(e);
    }
    return read;
  }

  private void look() throws IOException {
    JobOptions.Input input = options.input();
    MappedFields mapped =
        new MappedFields(true, of == Topic.FEATURES ? input.format() : input.labelFormat());
    if (of == Topic.FEATURES) {
      addEvents(mapped);
      mapped.open(FieldFormats.ofEvents(input));
    } else {
      addLabels(mapped);
      mapped.open(FieldFormats.ofLabels(input));
    }
    Set<String> missing = Set.copyOf(options.input().missing());
    for (ConsumerRecord<byte[], byte[]> record : sample.records()) {
      if (record.value() != null) {
        records++;
        try {
          mapped.read(record);
          fields.forEach(field -> count(field, mapped, missing));
        } catch (RejectedException e) {
          continue; // the decoder says so, too
        }
      }
    }
  }

  private void addEvents(MappedFields mapped) {
    List<JobOptions.AttributeOption> attributes = options.schema().attributes();
    for (int i = 0; i < attributes.size(); i++) {
      JobOptions.AttributeOption attribute = attributes.get(i);
      String key = "schema.attributes[%s] (%s)".formatted(i, QuotedText.of(attribute.name()));
      add(mapped, key, attribute.path(), attribute.values().isEmpty());
    }
    EventFields event = options.input().event();
    if (event != null) {
      add(mapped, "input.event.model-key", field(event.modelKey()));
      add(mapped, "input.event.id", event.id());
      add(mapped, "input.event.time", event.time());
      add(mapped, "input.event.label", event.label());
    }
  }

  private void addLabels(MappedFields mapped) {
    LabelFields labels = options.input().labels();
    if (labels != null) {
      add(mapped, "input.labels.model-key", field(labels.modelKey()));
      add(mapped, "input.labels.id", labels.id());
      add(mapped, "input.labels.time", labels.time());
      add(mapped, "input.labels.label", labels.label());
    }
  }

  private static @Nullable String field(@Nullable KeyField key) {
    return key == null ? null : key.field();
  }

  private void add(MappedFields mapped, String key, @Nullable String path) {
    if (path != null) {
      add(mapped, key, FieldPath.of(path), false);
    }
  }

  private void add(MappedFields mapped, String key, FieldPath path, boolean numeric) {
    fields.add(new Field(key, path, mapped.add(key, path, false), numeric));
  }

  private static void count(Field field, MappedFields mapped, Set<String> missing) {
    FieldKind kind = mapped.kind(field.use);
    if (kind == FieldKind.ABSENT) {
      return;
    }
    field.there++;
    if (kind == FieldKind.NULL) {
      return;
    }
    String text = mapped.text(field.use);
    if (kind == FieldKind.TEXT && missing.contains(text)) {
      return;
    }
    field.values++;
    boolean isNumber = kind == FieldKind.NUMBER || (kind == FieldKind.TEXT && isNumber(text));
    if (field.numeric ? !isNumber : kind == FieldKind.OTHER) {
      field.words++;
      field.word = field.word.isEmpty() ? text : field.word;
    }
  }

  private static boolean isNumber(String text) {
    try {
      Double.parseDouble(text.strip());
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private void decode() {
    EventDecoder decoder = new EventDecoder(options);
    decoder.open();
    List<SourceRecord> decoded = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : sample.records()) {
      decoded.clear();
      if (record.value() != null) {
        decoder.deserialize(record, new ListCollector<>(decoded));
        if (decoded.isEmpty() || !(decoded.get(0) instanceof SourceRecord.Rejected rejected)) {
          fit++;
        } else if (fault.isEmpty()) {
          fault =
              "partition %s, offset %s: %s"
                  .formatted(record.partition(), record.offset(), reason(rejected));
        }
      }
    }
  }

  private static String reason(SourceRecord.Rejected rejected) {
    try {
      return SingleObjectCodec.of(DeadLetter.class)
          .decode(rejected.deadLetter().value())
          .getReason();
    } catch (WireFormatException e) {
      throw new IllegalStateException("a dead letter of this job cannot be read", e);
    }
  }

  /** Whether some field is in none of the records, more of which may hold it. */
  boolean hasAbsent() {
    return records < sample.held() && fields.stream().anyMatch(field -> field.there == 0);
  }

  /** What is wrong, each with its key. */
  List<String> faults() {
    String topic = of.name(options);
    List<String> faults = new ArrayList<>();
    if (fields.stream().allMatch(field -> field.there == 0)) {
      faults.add(nothingFits(topic));
      return faults;
    }
    for (Field field : fields) {
      if (field.there == 0) {
        if (!isLateLabel(field)) {
          faults.add(
              "%s: none of %s sampled records of topic %s has the field %s"
                  .formatted(field.key, records, topic, field.path));
        }
      } else if (field.values > 0 && field.words == field.values) {
        faults.add(
            "%s: field %s holds %s in all of %s sampled records of topic %s that have it, such as %s"
                .formatted(
                    field.key,
                    field.path,
                    field.numeric ? "no number" : "no single value",
                    field.values,
                    topic,
                    QuotedText.of(field.word)));
      }
    }
    if (faults.isEmpty() && fit == 0) {
      faults.add(nothingFits(topic));
    }
    return faults;
  }

  /** Labels may all come on the topic of labels, and a field beside them only some day. */
  private boolean isLateLabel(Field field) {
    LabelFields labels = options.input().labels();
    return field.key.equals("input.event.label") && labels != null && labels.label() != null;
  }

  private String nothingFits(String topic) {
    return "%s: none of %s sampled records of topic %s is an event of this job, %s"
        .formatted(of == Topic.FEATURES ? "input.format" : "input.labels", records, topic, fault);
  }

  /** What was looked at. */
  String inWords() {
    String text =
        "input: %s of %s sampled records of topic %s fit".formatted(fit, records, of.name(options));
    return fit == records ? text : text + "; the others are dead letters, first " + fault;
  }
}
