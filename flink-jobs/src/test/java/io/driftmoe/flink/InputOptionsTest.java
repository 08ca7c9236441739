// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InputOptionsTest {
  private static final String ORDER =
      """
      {"type": "record", "name": "Order", "fields": [
        {"name": "id", "type": "long"},
        {"name": "price", "type": "double"},
        {"name": "day", "type": "string"},
        {"name": "demand", "type": ["null", "double"]},
        {"name": "class", "type": "string"}]}
      """;

  private static Map<String, String> json(String... keysAndValues) {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("input.format", "json");
    keys.put("input.event.label", "class");
    for (int i = 0; i < keysAndValues.length; i += 2) {
      keys.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return keys;
  }

  @Test
  void everyKeyIsRead_andRoundTrips() {
    JobOptions options =
        Events.options(
            json(
                "schema.attributes",
                "[{name: price, field: /order/price}, {name: day, values: [mon]}, {name: demand}]",
                "input.event",
                "{model-key: /device/id, id: order_id, time: ts, time-format: ms, time-zone:"
                    + " Europe/Berlin, label: class, explain: debug}",
                "input.labels",
                "{format: avro-confluent, model-key: {constant: all}, id: 'key:/id', time: ts,"
                    + " label: outcome, changelog: true}",
                "input.registry",
                "{url: 'http://localhost:8081'}",
                "input.registry.properties.basic.auth.user.info",
                "${env:REGISTRY}",
                "input.missing",
                "['NA', '', -999]"));
    JobOptions.Input input = options.input();
    assertThat(input.format()).isEqualTo(InputFormat.JSON);
    assertThat(input.labelFormat()).isEqualTo(InputFormat.AVRO_CONFLUENT);
    assertThat(input.event().modelKey()).isEqualTo(new KeyField("/device/id", null));
    assertThat(input.labels().modelKey()).isEqualTo(new KeyField(null, "all"));
    assertThat(input.labels().changelog()).isTrue();
    assertThat(input.missing()).containsExactly("NA", "", "-999");
    assertThat(input.registry().properties())
        .isEqualTo(Map.of("basic.auth.user.info", "${env:REGISTRY}"));
    assertThat(options.schema().attributes().get(0).field()).isEqualTo("/order/price");
    assertThat(options.toYaml()).contains("format: avro-confluent", "constant: all");
    assertThat(JobOptions.parse(options.toYaml(), Map.of())).isEqualTo(options);
    assertThat(ModelSpec.of(options).schema())
        .isEqualTo(options.schema().withoutFields())
        .isNotEqualTo(options.schema());
  }

  @Test
  void withoutThem_theFormatIsOurs_andAConfigurationOfBeforeIsAsItWas() {
    JobOptions options = Events.options(Map.of());
    assertThat(options.input().format()).isEqualTo(InputFormat.DRIFTMOE);
    assertThat(options.input().labelFormat()).isEqualTo(InputFormat.DRIFTMOE);
    assertThat(options.toYaml()).doesNotContain("field:");
  }

  @Test
  void aSchemaIsAFile_besideTheConfigurationToo_orItsText(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("order.avsc"), ORDER);
    String yaml = Events.options(Map.of()).toYaml();
    Map<String, String> keys =
        json("input.format", "avro", "input.event.id", "id", "input.avro-schema", "order.avsc");
    Path file = folder.resolve("job.yaml");
    Files.writeString(file, yaml);
    JobOptions options = JobOptions.load(file, keys);
    assertThat(options.input().avroSchema()).isEqualTo(ORDER);
    assertThat(JobOptions.parse(options.toYaml(), Map.of())).isEqualTo(options);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JobOptions.parse(yaml, keys))
        .withMessage("input.avro-schema names a file that is not there: 'order.avsc'");
    Files.writeString(folder.resolve("order.avsc"), "{\"type\": \"recrd\"}");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JobOptions.load(file, keys))
        .withMessageStartingWith("input.avro-schema is no Avro schema: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "input.format=xml | input.format must be one of",
        "input.event.id=/a~2 | input.event.id '/a~2' is no JSON Pointer",
        "input.event.id='' | input.event.id must be the name of a field",
        "input.event.label=/ |",
        "input.event.idd=x | no configuration key input.event.idd",
        "input.event.model-key=[a] | input.event.model-key: must be the path of a field",
        "input.event.model-key={constant: ''} | input.event.model-key.constant is empty",
        "input.event.time=ts | input.event.time-format is missing: write s, ms, us, ns, iso",
        "input.event.time-format=ms | input.event.time-format is given without time",
        "input.event={label: c, time: t, time-format: q} | input.event.time-format must be s, ms",
        "input.event={label: c, time: t, time-format: 'HH:mm'} | names no day",
        "input.event={label: c, time: t, time-format: s, time-zone: Mars} | input.event.time-zone",
        "input.labels={id: x} | input.labels.label is missing",
        "input.labels={label: x} | input.labels.id is missing",
        "input.labels={format: driftmoe, changelog: true} | input.labels maps fields, which",
        "input.labels={format: avro} | input.labels.avro-schema is missing",
        "input.labels={format: avro-confluent} | input.registry is missing",
        "input.labels={avro-schema: '\"string\"'} | input.labels.avro-schema is for the format avro",
        "input.avro-schema='\"string\"' | input.avro-schema is for the format avro",
        "input.format=avro | input.avro-schema is missing",
        "input.format=avro-confluent | input.registry is missing",
        "input.format=driftmoe | input.event is given, but with input.format: driftmoe",
        "input.event=null | input.event.label and input.labels.label are missing",
        "input.missing=[null] | input.missing[0] is missing",
        "input.registry={url: ftp://x} | input.registry.url must be an address",
        "input.registry={url: 'http://u:secret@x'} | input.registry.url must not hold a user",
        "input.registry={} | input.registry.url is missing",
        "input.registry={url: 'http://x', properties: {a: b}} | input.registry.properties.'a' is",
        "input.registry={url: 'http://x'} | input.registry is for the format avro-confluent",
      })
  void whatIsWrongIsNamed(String setting, String message) {
    String[] keyAndValue = setting.split("=", 2);
    Map<String, String> keys = json();
    keys.put(keyAndValue[0], keyAndValue[1]);
    if (keyAndValue[0].equals("input.event")) {
      keys.remove("input.event.label");
    }
    if (message == null) {
      assertThat(Events.options(keys)).isNotNull();
      return;
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Events.options(keys))
        .withMessageContaining(message)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
  }

  @Test
  void namesOfFieldsNeedAFormatThatHasThem() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Events.options(Map.of("schema.attributes", "[{name: a, field: /b}, {name: c}]")))
        .withMessageStartingWith("schema.attributes[0].field is given, but with input.format");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Events.options(Map.of("input.missing", "[NA]")))
        .withMessageStartingWith("input.missing is given, but with input.format: driftmoe");
  }

  @Test
  void secretsOfTheRegistryAreNotShown() {
    JobOptions options =
        Events.options(
            json(
                "input.format",
                "avro-confluent",
                "input.registry",
                "{url: 'http://x', properties: {basic.auth.user.info: 'me:hidden'}}"));
    assertThat(options.toString()).doesNotContain("hidden").contains("basic.auth.user.info");
    for (String key : List.of("basic.auth.user.info", "bearer.auth.token", "ssl.key.password")) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  SecretProperties.refuseOnCommandLine(
                      Map.of("input.registry.properties." + key, "me:hidden")))
          .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hidden"));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Events.options(
                    json(
                        "input.registry",
                        "{url: 'http://x', properties: {basic.auth.user.info: [hidden]}}")))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hidden"));
  }
}
