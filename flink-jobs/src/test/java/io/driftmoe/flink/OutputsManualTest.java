// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.schemas.avro.AskedFeature;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.ExpertVote;
import io.driftmoe.schemas.avro.ExplainedPrediction;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import io.driftmoe.schemas.avro.Question;
import io.driftmoe.schemas.avro.SpecialistRegion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

/** The tables of the manual of outputs are those of the schemas, and of what a job writes. */
class OutputsManualTest {
  private static final Path MANUAL = Path.of("..", "docs", "outputs.md");

  private static final List<Schema> RECORDS =
      List.of(
          PredictionEvent.getClassSchema(),
          DriftEvent.getClassSchema(),
          MetricsEvent.getClassSchema(),
          SpecialistRegion.getClassSchema(),
          ExplainedPrediction.getClassSchema(),
          ExpertVote.getClassSchema(),
          DeadLetter.getClassSchema(),
          Question.getClassSchema(),
          AskedFeature.getClassSchema());

  /** What JSON has in a field. */
  private record JsonField(String name, String type, String meaning) {}

  private static List<JsonField> fields(Schema schema) {
    List<JsonField> fields = new ArrayList<>();
    for (Schema.Field field : schema.getFields()) {
      String namedBy = field.getProp("namedBy");
      String type =
          namedBy == null
              ? type(field.schema())
              : "object: number by name of " + (namedBy.equals("classes") ? "class" : "expert");
      String kinds =
          field.schema().getType() == Schema.Type.ENUM ? " " + field.schema().getDoc() : "";
      fields.add(new JsonField(field.name(), type, field.doc() + kinds));
      if (type.startsWith("text or Base64")) {
        fields.add(
            new JsonField(
                field.name() + "Base64",
                "true or false",
                "Whether %s is Base64, because its bytes are no UTF-8.".formatted(field.name())));
      }
    }
    return fields;
  }

  private static String type(Schema schema) {
    return switch (schema.getType()) {
      case STRING -> "text";
      case ENUM -> "word: " + String.join(", ", schema.getEnumSymbols());
      case INT, LONG -> "integer";
      case DOUBLE -> "number";
      case BOOLEAN -> "true or false";
      case BYTES -> "text or Base64";
      case RECORD -> schema.getName();
      case ARRAY -> "list of " + type(schema.getElementType());
      case MAP -> "object: %s by name".formatted(type(schema.getValueType()));
      case UNION ->
          schema.getTypes().stream()
              .skip(1) // null
              .map(OutputsManualTest::type)
              .collect(Collectors.joining(" or ", "", ", or null"));
      default -> throw new IllegalStateException("no field is a " + schema);
    };
  }

  @Test
  void tables_areThoseOfTheSchemas() throws Exception {
    GeneratedTables tables = new GeneratedTables();
    for (Schema schema : RECORDS) {
      StringBuilder text = new StringBuilder();
      GeneratedTables.row(text, "field", "JSON", "meaning");
      text.append("|---|---|---|\n");
      for (JsonField field : fields(schema)) {
        GeneratedTables.row(text, "`" + field.name() + "`", field.type(), field.meaning());
      }
      tables.with(schema.getName(), text.toString());
    }
    tables.requireIn(MANUAL, OutputsManualTest.class);
  }

  /** Each record that a job makes, in JSON. */
  @Test
  void whatAJobWrites_isWhatTheTablesSay() throws Exception {
    JobOptions options =
        Events.options(
            Map.of(
                "output.format",
                "json",
                "learner.pool",
                "[{type: forest, name: trees, members: 3},"
                    + " {type: routed-specialists, specialists: 2}]",
                "learner.gates",
                "[fixed-share]",
                "labels.budget",
                "50 %"));
    List<SpecificRecord> records = new ArrayList<>();
    List<LabeledExample> examples = Events.examples(1_200);
    try (MixtureHarness harness = new MixtureHarness(options)) {
      for (int i = 0; i < examples.size(); i++) {
        harness.send(Events.features("k", i, examples.get(i), true));
      }
      harness.send(Events.features("k", 7, examples.get(7), true)); // a duplicate
      harness.send(Events.features("k", 5_000, examples.get(7), false)); // is asked for
      harness.processingTime(10_000);
      records.addAll(harness.predictions());
      records.addAll(harness.driftEvents());
      records.addAll(harness.metrics());
      records.addAll(harness.deadLetters());
      records.addAll(harness.questions());
    }
    Map<String, Integer> seen = new LinkedHashMap<>();
    OutputJson json = new OutputJson(options);
    for (SpecificRecord record : records) {
      JsonNode tree = new ObjectMapper().readTree(json.of(record));
      assertThat(tree.fieldNames().next()).isEqualTo("type");
      assertThat(tree.path("type").asText()).isEqualTo(record.getSchema().getName());
      check(tree, record.getSchema(), 1, seen);
    }
    RECORDS.forEach(schema -> assertThat(seen).containsKey(schema.getName()));
  }

  /**
   * @param more fields before those of the schema
   */
  private static void check(JsonNode json, Schema schema, int more, Map<String, Integer> seen) {
    seen.merge(schema.getName(), 1, Integer::sum);
    List<JsonField> fields = fields(schema);
    List<String> names = new ArrayList<>();
    json.fieldNames().forEachRemaining(names::add);
    assertThat(names.subList(more, names.size()))
        .isEqualTo(fields.stream().map(JsonField::name).toList());
    for (JsonField field : fields) {
      JsonNode value = json.path(field.name());
      assertThat(is(value, field.type())).as("%s %s", field, value).isTrue();
      inside(value, field.type(), seen);
    }
  }

  /** Records inside of this one. */
  private static void inside(JsonNode value, String type, Map<String, Integer> seen) {
    for (Schema schema : RECORDS) {
      if (type.contains(schema.getName())) {
        Iterable<JsonNode> records = value.isArray() ? value : List.of(value);
        StreamSupport.stream(records.spliterator(), false)
            .filter(JsonNode::isObject)
            .forEach(record -> check(record, schema, 0, seen));
      }
    }
  }

  private static boolean is(JsonNode value, String type) {
    if (value.isNull()) {
      return type.endsWith(", or null");
    }
    if (type.contains(" or text")) {
      return value.isNumber() || value.isTextual();
    }
    return switch (type.split("[ :,]")[0]) {
      case "text" -> value.isTextual();
      case "word" ->
          List.of(type.substring("word: ".length()).split(", ")).contains(value.asText());
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      case "true" -> value.isBoolean();
      case "list" -> value.isArray();
      default -> value.isObject();
    };
  }
}
