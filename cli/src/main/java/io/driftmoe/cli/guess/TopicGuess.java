// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli.guess;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.driftmoe.flink.InputFormat;
import io.driftmoe.flink.InputSample;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.RegistryOptions;
import io.driftmoe.flink.TopicSample;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Guesses the configuration of a job from some records of its topics. */
public final class TopicGuess {
  private static final int FEW = 100;
  private static final int MOST_LEFT_OUT = 200;
  private static final String ATTRIBUTES = "schema.attributes";

  private final TopicQuestion question;
  private final Comments comments = new Comments();
  private final List<String> notes = new ArrayList<>();

  private TopicGuess(TopicQuestion question) {
    this.question = question;
  }

  /**
   * Reads some records and guesses.
   *
   * @param question what is to be guessed
   * @return a configuration with comments
   * @throws TopicGuessException when the topics do not tell enough
   * @throws org.apache.kafka.common.KafkaException when the broker does not answer or refuses
   * @throws IllegalArgumentException when no job takes what was guessed, or naming the override
   *     that is wrong
   */
  public static TopicAnswer of(TopicQuestion question) throws TopicGuessException {
    TopicSample events = sample(question, question.topic());
    String labels = question.labelsTopic();
    return of(question, events, labels == null ? null : sample(question, labels));
  }

  private static TopicSample sample(TopicQuestion question, String topic) {
    return TopicSample.read(question.kafka(), topic, question.records());
  }

  /** Guesses from these samples. */
  static TopicAnswer of(TopicQuestion question, TopicSample events, @Nullable TopicSample labels)
      throws TopicGuessException {
    return new TopicGuess(question).guess(events, labels);
  }

  private TopicAnswer guess(TopicSample eventSample, @Nullable TopicSample labelSample)
      throws TopicGuessException {
    SampledTopic events = SampledTopic.of(question, eventSample);
    SampledTopic labels = labelSample == null ? null : SampledTopic.of(question, labelSample);
    about("topics.features", events);
    if (labels != null) {
      about("topics.labels", labels);
    }
    Map<String, Object> input = new LinkedHashMap<>();
    Map<String, Object> schema = new LinkedHashMap<>();
    if (events.format() == InputFormat.DRIFTMOE) {
      own(events, labels, schema);
    } else {
      mapped(events, labels, input, schema);
    }
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("kafka", kafka(question.kafka().properties()));
    root.put("topics", topics());
    root.put("schema", schema);
    root.putAll(question.sections());
    root.put("input", input);
    check(options(root), eventSample, labelSample);
    LiteralSecrets secrets = new LiteralSecrets(comments, notes);
    root.put("kafka", kafka(secrets.leftOut("kafka.properties", question.kafka().properties())));
    RegistryOptions registry = question.registry();
    if (registry != null && input.containsKey("registry")) {
      Map<String, String> rest =
          secrets.leftOut("input.registry.properties", registry.properties());
      input.put("registry", Map.of("url", registry.url(), "properties", rest));
    }
    return new TopicAnswer(options(root), comments.byKey(), List.copyOf(notes));
  }

  private JobOptions options(Map<String, Object> root) {
    return JobOptions.parse(yaml(root), question.overrides());
  }

  /** The decoder of the job has the last word. */
  private void check(JobOptions options, TopicSample events, @Nullable TopicSample labels) {
    InputSample sample = InputSample.check(options, events, labels);
    sample.faults().forEach(fault -> notes.add("warning: " + fault));
    notes.addAll(sample.lines());
    comments.add("input", sample.lines());
  }

  private static String yaml(Map<String, Object> root) {
    try {
      return new YAMLMapper().writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of texts does not serialise", e);
    }
  }

  private Map<String, Object> kafka(Map<String, String> properties) {
    JobOptions.Kafka kafka = question.kafka();
    return Map.of(
        "bootstrap", kafka.bootstrap(),
        "group-id", kafka.groupId(),
        "starting-offsets", kafka.startingOffsets().name(),
        "properties", properties);
  }

  private Map<String, Object> topics() {
    String labels = question.labelsTopic();
    return labels == null
        ? Map.of("features", question.topic())
        : Map.of("features", question.topic(), "labels", labels);
  }

  private void about(String key, SampledTopic topic) {
    List<String> lines = topic.inWords();
    comments.add(key, lines);
    lines.forEach(line -> notes.add("%s: %s".formatted(topic.name(), line)));
    if (topic.records().records() < FEW) {
      String few = "few records to guess from: look at every line";
      comments.add(key, few);
      notes.add("%s: %s".formatted(topic.name(), few));
    }
  }

  /** Events of this project tell all but names, classes and values. */
  private void own(SampledTopic events, @Nullable SampledTopic labels, Map<String, Object> schema)
      throws TopicGuessException {
    boolean inEvents =
        events.records().field(OwnFields.LABEL).filter(f -> f.profile().present() > 0).isPresent();
    SampledTopic withLabels = inEvents || labels == null ? events : labels;
    LabelGuess.Label label = new LabelGuess(withLabels.records(), false).find(OwnFields.LABEL);
    Set<SampledField> taken = new HashSet<>();
    events.records().field(OwnFields.LABEL).ifPresent(taken::add);
    schema(events, label, taken, schema, false);
    comments.add(
        ATTRIBUTES, "events of this project do not name their features: the names count them");
  }

  private void mapped(
      SampledTopic events,
      @Nullable SampledTopic labels,
      Map<String, Object> input,
      Map<String, Object> schema)
      throws TopicGuessException {
    Set<SampledField> taken = new HashSet<>();
    LabelGuess.Label label =
        new LabelGuess((labels == null ? events : labels).records(), labels != null)
            .find(question.label());
    if (labels == null) {
      taken.add(label.field());
    }
    EventIdGuess ids = new EventIdGuess(events.records());
    boolean maybeTable = labels == null && maybeTable(events.records(), label.field());
    boolean isTable = maybeTable && events.records().tombstones() > 0;
    EventIdGuess.Ids id =
        isTable
            ? ids.ofTable()
            : labels == null ? ids.alone() : ids.with(labels.records(), label.field());
    EventTimeGuess time = EventTimeGuess.of(events.records());
    ModelKeyGuess.Keys keys =
        new ModelKeyGuess(events.records(), labels == null ? null : labels.records()).guess();
    for (SampledField field : new SampledField[] {id.event(), time.field(), keys.field()}) {
      if (field != null) {
        taken.add(field);
      }
    }
    Map<String, Object> event = new LinkedHashMap<>();
    input.put("format", events.format().key());
    comments.add("input.format", events.reason());
    events.settings().forEach(input::put);
    if (labels != null) {
      labels.settings().forEach(input::putIfAbsent);
    }
    put(event, "model-key", keys.ofEvents().value());
    put(event, "id", path(id.event()));
    put(event, "time", path(time.field()));
    put(event, "time-format", time.format());
    comments.add("input.event.model-key", keys.ofEvents().reasons());
    comments.add("input.event.id", id.ofEvents());
    comments.add("input.event.time", time.reasons());
    String ofLabel = labels == null ? "input.event.label" : "input.labels.label";
    comments.add(ofLabel, label.reasons());
    notes.add(
        "%s: class %s"
            .formatted(
                (labels == null ? events : labels).name(),
                Comments.path(label.field()) + ": " + label.classes().inWords()));
    if (isTable) {
      event.put("changelog", true);
      comments.add(
          "input.event.changelog",
          "%s records have no value, and %s no class yet"
              .formatted(
                  events.records().tombstones(),
                  events.records().records() - label.field().profile().present()));
    }
    if (maybeTable && !isTable) {
      comments.add(
          "input.event.changelog",
          "if records change a row of a table, with the Kafka key as its id: true, and id: 'key:'");
    }
    if (labels == null) {
      event.put("label", label.field().path());
    } else {
      input.put("labels", labelFields(events, labels, label, id, keys));
    }
    input.put("event", event);
    List<String> missing = schema(events, label, taken, schema, true);
    if (!missing.isEmpty()) {
      input.put("missing", missing);
      comments.add("input.missing", "texts among numbers, and empty ones");
    }
  }

  /** Rows that change, and have no class at first. */
  private static boolean maybeTable(SampledRecords events, SampledField label) {
    return events.hasKeysOfRows() && label.profile().present() < events.records();
  }

  private Map<String, Object> labelFields(
      SampledTopic events,
      SampledTopic labels,
      LabelGuess.Label label,
      EventIdGuess.Ids id,
      ModelKeyGuess.Keys keys) {
    Map<String, Object> fields = new LinkedHashMap<>();
    if (labels.format() != events.format()) {
      fields.put("format", labels.format().key());
      comments.add("input.labels.format", labels.reason());
    }
    put(fields, "model-key", keys.ofLabels().value());
    put(fields, "id", path(id.label()));
    EventTimeGuess time = EventTimeGuess.of(labels.records());
    put(fields, "time", path(time.field()));
    put(fields, "time-format", time.format());
    fields.put("label", label.field().path());
    comments.add("input.labels.model-key", keys.ofLabels().reasons());
    comments.add("input.labels.id", id.ofLabels());
    comments.add("input.labels.time", time.reasons());
    boolean changes =
        labels.records().tombstones() > 0
            || label.field().profile().present() < labels.records().records();
    if (changes) {
      fields.put("changelog", true);
      comments.add(
          "input.labels.changelog",
          "%s records have no value, and %s no class yet"
              .formatted(
                  labels.records().tombstones(),
                  labels.records().records() - label.field().profile().present()));
    }
    return fields;
  }

  /** Fills in attributes and classes; returns the texts that mean a missing value. */
  private List<String> schema(
      SampledTopic events,
      LabelGuess.Label label,
      Set<SampledField> taken,
      Map<String, Object> schema,
      boolean named)
      throws TopicGuessException {
    AttributeGuess guess = new AttributeGuess(events.records(), taken);
    List<AttributeGuess.Attribute> attributes = guess.attributes();
    if (attributes.isEmpty()) {
      throw TopicGuessException.topic(
          "topic %s: no field is left that predicts something; %s"
              .formatted(events.name(), String.join("; ", guess.leftOut())));
    }
    List<String> missing = guess.missing();
    List<Map<String, Object>> written = new ArrayList<>();
    for (AttributeGuess.Attribute attribute : attributes) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", attribute.name());
      List<String> values =
          attribute.values().stream().filter(value -> !missing.contains(value)).toList();
      put(one, "values", values.isEmpty() ? attribute.values() : values);
      put(
          one,
          "field",
          !named || attribute.field().equals(attribute.name()) ? null : attribute.field());
      comments.add("%s[%s]".formatted(ATTRIBUTES, written.size()), attribute.reason());
      written.add(one);
    }
    schema.put("attributes", written);
    schema.put("classes", label.classes().names());
    comments.add("schema.classes", "seen: " + label.classes().inWords());
    leftOut(guess.leftOut());
    notes.add(
        "%s: %s attributes, %s fields left out"
            .formatted(events.name(), attributes.size(), guess.leftOut().size()));
    return missing;
  }

  private void leftOut(List<String> fields) {
    fields.stream()
        .limit(MOST_LEFT_OUT)
        .forEach(field -> comments.add(ATTRIBUTES, "left out: " + field));
    if (fields.size() > MOST_LEFT_OUT) {
      comments.add(ATTRIBUTES, "left out: %s more".formatted(fields.size() - MOST_LEFT_OUT));
    }
  }

  private static @Nullable String path(@Nullable SampledField field) {
    return field == null ? null : field.path();
  }

  private static void put(Map<String, Object> into, String key, @Nullable Object value) {
    if (value != null) {
      into.put(key, Objects.requireNonNull(value));
    }
  }
}
