// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.flink.JobOptions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class YamlKeysTest {
  @Test
  void eachLine_hasItsKey() {
    String yaml =
        """
        kafka:
          bootstrap: localhost:9092
          properties: {}
        schema:
          attributes:
          - name: a
            values: []
          - name: b
            values:
            - x
            - 'y: z'
            field: /a/b
          classes:
          - c0
          - c1
        input:
          event:
            model-key:
              constant: all
            id: order
          missing: []
        """;
    YamlKeys keys = new YamlKeys();

    assertThat(yaml.lines().map(keys::next))
        .containsExactly(
            "kafka",
            "kafka.bootstrap",
            "kafka.properties",
            "schema",
            "schema.attributes",
            "schema.attributes[0]",
            "schema.attributes[0].values",
            "schema.attributes[1]",
            "schema.attributes[1].values",
            "schema.attributes[1].values[0]",
            "schema.attributes[1].values[1]",
            "schema.attributes[1].field",
            "schema.classes",
            "schema.classes[0]",
            "schema.classes[1]",
            "input",
            "input.event",
            "input.event.model-key",
            "input.event.model-key.constant",
            "input.event.id",
            "input.missing");
  }

  @Test
  void comments_changeNothing_whateverTheNames() {
    String word = "word ".repeat(60) + "# no comment: ";
    JobOptions options =
        JobOptions.parse(
            """
            schema:
              attributes:
              - {name: "a\\nb: c"}
              - {name: "- x:", values: ["y: z", "#", "%s", "attributes:", " classes:"]}
              - {name: "input:", field: "/a: b/- c"}
              classes: ["a:", b]
            input: {format: json, event: {label: "k: v"}, missing: ["", "- -"]}
            """
                .formatted(word),
            Map.of());

    String text =
        JobTemplate.of(
            options,
            "topic",
            Map.of(
                "schema.attributes[2]", List.of("third", "of three"),
                "input.event.label", List.of("the class")));

    assertThat(JobOptions.parse(text, Map.of())).isEqualTo(options);
    assertThat(text).containsPattern("\n  # third\n  # of three\n  - name: .?input:");
    assertThat(text).containsPattern("\n    # the class\n    label: .?k: v");
  }
}
