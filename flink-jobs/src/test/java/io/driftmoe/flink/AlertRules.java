// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The rules in {@code monitoring/prometheus/rules}. */
final class AlertRules {
  /** Below the folder of each module. */
  static final Path MONITORING = Path.of("..", "monitoring");

  static final Path PROMETHEUS = MONITORING.resolve("prometheus");

  private static final YAMLMapper YAML = new YAMLMapper(new YAMLFactory());

  private final Map<String, String> recorded = new LinkedHashMap<>();
  private final List<Alert> alerts = new ArrayList<>();

  /**
   * A rule that raises an alarm.
   *
   * @param lasting how long its expression must hold, or an empty text
   * @param severity its only label
   */
  record Alert(
      String name,
      String expression,
      String lasting,
      String severity,
      Map<String, String> annotations) {}

  static AlertRules read() throws IOException {
    AlertRules rules = new AlertRules();
    for (JsonNode group : tree("rules/driftmoe.yml").path("groups")) {
      for (JsonNode rule : group.path("rules")) {
        if (rule.has("record")) {
          rules.recorded.put(rule.get("record").asText(), rule.get("expr").asText());
        } else {
          Map<String, String> annotations = new LinkedHashMap<>();
          rule.path("annotations")
              .properties()
              .forEach(a -> annotations.put(a.getKey(), a.getValue().asText()));
          rules.alerts.add(
              new Alert(
                  rule.get("alert").asText(),
                  rule.get("expr").asText(),
                  rule.path("for").asText(),
                  rule.path("labels").path("severity").asText(),
                  annotations));
        }
      }
    }
    return rules;
  }

  /** A YAML file of Prometheus. */
  static JsonNode tree(String file) throws IOException {
    return YAML.readTree(PROMETHEUS.resolve(file).toFile());
  }

  /** Names of what is recorded, with what it is computed from. */
  Map<String, String> recorded() {
    return recorded;
  }

  List<Alert> alerts() {
    return alerts;
  }

  /** The query, and behind it what is recorded and it asks for, directly or not. */
  List<String> allOf(String query) {
    List<String> queries = new ArrayList<>();
    queries.add(query);
    for (int i = 0; i < queries.size(); i++) {
      for (String metric : PromQl.metrics(queries.get(i))) {
        String from = recorded.get(metric);
        if (from != null && !queries.contains(from)) {
          queries.add(from);
        }
      }
    }
    return queries;
  }
}
