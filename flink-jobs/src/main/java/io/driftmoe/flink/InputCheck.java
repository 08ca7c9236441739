// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.List;
import java.util.Objects;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** Which keys of the input belong together, and to which format. */
final class InputCheck {
  private InputCheck() {}

  /**
   * Checks the section input with what schema.attributes say of fields.
   *
   * @throws IllegalArgumentException naming the key at fault
   */
  static void check(JobOptions options) {
    JobOptions.Input input = options.input();
    InputFormat ofFeatures = input.format();
    InputFormat ofLabels = input.labelFormat();
    if (!ofFeatures.isMapped()) {
      unused("input.event", input.event(), "input.format", ofFeatures);
      unused("input.missing", input.missing().isEmpty() ? null : "", "input.format", ofFeatures);
      List<JobOptions.AttributeOption> attributes = options.schema().attributes();
      for (int i = 0; i < attributes.size(); i++) {
        unused(
            "schema.attributes[%s].field".formatted(i),
            attributes.get(i).field(),
            "input.format",
            ofFeatures);
      }
    }
    LabelFields labels = input.labels();
    if (!ofLabels.isMapped() && labels != null && labels.isMapping()) {
      throw new IllegalArgumentException(
          ("input.labels maps fields, which records of the labels topic do not have: %s is %s, so"
                  + " that each holds a LabelEvent; give input.labels.format, or leave the rest"
                  + " of input.labels out")
              .formatted(labelFormatKey(labels), ofLabels.key()));
    }
    EventFields event = input.event();
    if (event != null && event.changelog() && input.order() == InputOrder.EVENT_TIME) {
      throw new IllegalArgumentException(
          "input.event.changelog does not go with input.order: event-time: a later row has the time"
              + " of its event, which does not tell when its label became known");
    }
    checkLabels(input, ofLabels);
    checkSchemas(input, ofFeatures, ofLabels);
    checkTime("input.event", timeOf(input.event()), ofFeatures);
    checkTime("input.labels", labels == null ? null : new Time(labels), ofLabels);
    if (ofFeatures == InputFormat.AVRO) {
      checkFit(options);
    }
    if (ofLabels == InputFormat.AVRO && labels != null) {
      checkFit(input, labels);
    }
  }

  private static void checkFit(JobOptions options) {
    JobOptions.Input input = options.input();
    AvroFit fit = new AvroFit(schema("input.avro-schema", input.avroSchema()));
    List<JobOptions.AttributeOption> attributes = options.schema().attributes();
    for (int i = 0; i < attributes.size(); i++) {
      JobOptions.AttributeOption attribute = attributes.get(i);
      fit.check(
          "schema.attributes[%s].field".formatted(i),
          attribute.path(),
          attribute.values().isEmpty() ? AvroFit.Wanted.NUMBER : AvroFit.Wanted.TEXT);
    }
    EventFields event = input.event();
    if (event != null) {
      fit(fit, "input.event.model-key", field(event.modelKey()), AvroFit.Wanted.TEXT);
      fit(fit, "input.event.id", event.id(), AvroFit.Wanted.TEXT);
      fit(fit, "input.event.time", event.time(), wanted(event.timeFormat()));
      fit(fit, "input.event.label", event.label(), AvroFit.Wanted.TEXT);
      fit(fit, "input.event.explain", event.explain(), AvroFit.Wanted.TEXT);
    }
  }

  private static void checkFit(JobOptions.Input input, LabelFields labels) {
    String own = labels.avroSchema();
    AvroFit fit =
        new AvroFit(
            own == null
                ? schema("input.avro-schema", input.avroSchema())
                : schema("input.labels.avro-schema", own));
    fit(fit, "input.labels.model-key", field(labels.modelKey()), AvroFit.Wanted.TEXT);
    fit(fit, "input.labels.id", labels.id(), AvroFit.Wanted.TEXT);
    fit(fit, "input.labels.time", labels.time(), wanted(labels.timeFormat()));
    fit(fit, "input.labels.label", labels.label(), AvroFit.Wanted.TEXT);
  }

  private static Schema schema(String key, @Nullable String text) {
    return AvroSchemaText.parse(key, Objects.requireNonNull(text));
  }

  private static void fit(AvroFit fit, String key, @Nullable String path, AvroFit.Wanted wanted) {
    if (path != null) {
      fit.check(key, FieldPath.of(path), wanted);
    }
  }

  private static @Nullable String field(@Nullable KeyField key) {
    return key == null ? null : key.field();
  }

  private static AvroFit.Wanted wanted(@Nullable String timeFormat) {
    return timeFormat == null ? AvroFit.Wanted.TIME : AvroFit.Wanted.TIME_OF_FORMAT;
  }

  private static void unused(
      String key, @Nullable Object value, String formatKey, InputFormat format) {
    if (value != null) {
      throw new IllegalArgumentException(
          "%s is given, but with %s: %s fields have no names; give %s: json, avro or avro-confluent"
              .formatted(key, formatKey, format.key(), formatKey));
    }
  }

  private static String labelFormatKey(LabelFields labels) {
    return labels.format() == null ? "input.format" : "input.labels.format";
  }

  private static void checkLabels(JobOptions.Input input, InputFormat ofLabels) {
    EventFields event = input.event();
    boolean inEvent = event != null && event.label() != null;
    LabelFields labels = input.labels();
    boolean inTopic = !ofLabels.isMapped() || (labels != null && labels.label() != null);
    if (!inEvent && !inTopic) {
      throw new IllegalArgumentException(
          "input.event.label and input.labels.label are missing: name the field of the class, in"
              + " records of the features topic or of the labels topic; input.labels: {format:"
              + " driftmoe} is for labels that are LabelEvents");
    }
  }

  private static void checkSchemas(
      JobOptions.Input input, InputFormat ofFeatures, InputFormat ofLabels) {
    boolean avro = ofFeatures == InputFormat.AVRO;
    if (avro && input.avroSchema() == null) {
      throw new IllegalArgumentException(
          "input.avro-schema is missing: records of format avro do not tell their schema");
    }
    LabelFields labels = input.labels();
    String ofLabelsOnly = labels == null ? null : labels.avroSchema();
    if (ofLabels == InputFormat.AVRO && input.avroSchema() == null && ofLabelsOnly == null) {
      throw new IllegalArgumentException(
          "input.labels.avro-schema is missing: records of format avro do not tell their schema");
    }
    if (ofLabels != InputFormat.AVRO && ofLabelsOnly != null) {
      throw new IllegalArgumentException(
          "input.labels.avro-schema is for the format avro, and that of the labels topic is "
              + ofLabels.key());
    }
    if (!avro && ofLabels != InputFormat.AVRO && input.avroSchema() != null) {
      throw new IllegalArgumentException(
          "input.avro-schema is for the format avro, and input.format is " + ofFeatures.key());
    }
    boolean registry =
        ofFeatures == InputFormat.AVRO_CONFLUENT || ofLabels == InputFormat.AVRO_CONFLUENT;
    if (registry && input.registry() == null) {
      throw new IllegalArgumentException(
          "input.registry is missing: give input.registry.url, where the schemas of format"
              + " avro-confluent are");
    }
    if (!registry && input.registry() != null) {
      throw new IllegalArgumentException(
          "input.registry is for the format avro-confluent, and input.format is "
              + ofFeatures.key());
    }
  }

  /** What two sections say of times. */
  private record Time(@Nullable String path, @Nullable String format) {
    Time(LabelFields labels) {
      this(labels.time(), labels.timeFormat());
    }
  }

  private static @Nullable Time timeOf(@Nullable EventFields event) {
    return event == null ? null : new Time(event.time(), event.timeFormat());
  }

  private static void checkTime(String section, @Nullable Time time, InputFormat format) {
    if (format == InputFormat.JSON
        && time != null
        && time.path() != null
        && time.format() == null) {
      throw new IllegalArgumentException(
          "%s.time-format is missing: write s, ms, us, ns, iso or a pattern".formatted(section));
    }
  }
}
