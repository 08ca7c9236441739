// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A dashboard in {@code monitoring/grafana/dashboards}.
 *
 * @param file that holds it
 * @param tree all of it
 */
record Dashboard(Path file, JsonNode tree) {
  private static final Path FOLDER = AlertRules.MONITORING.resolve("grafana/dashboards");

  /** How a variable asks for the values of a label. */
  private static final Pattern VALUES = Pattern.compile("label_values\\((.*), (\\w+)\\)");

  static List<Dashboard> all() throws IOException {
    List<Dashboard> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(FOLDER)) {
      for (Path file : files.sorted().toList()) {
        all.add(new Dashboard(file, new ObjectMapper().readTree(file.toFile())));
      }
    }
    return all;
  }

  /** Panels that show something: rows only divide them. */
  List<JsonNode> panels() {
    return Stream.iterate(0, i -> i + 1)
        .limit(tree.path("panels").size())
        .map(i -> tree.path("panels").get(i))
        .filter(panel -> !panel.path("type").asText().equals("row"))
        .toList();
  }

  /** Every query of every panel and variable, with variables in it; by where it stands. */
  Map<String, String> queries() {
    Map<String, String> queries = new LinkedHashMap<>();
    for (JsonNode variable : tree.path("templating").path("list")) {
      Matcher values = VALUES.matcher(variable.path("definition").asText());
      if (values.matches()) {
        String name = variable.path("name").asText();
        queries.put(
            where(name, ""), "count by (%s) (%s)".formatted(values.group(2), values.group(1)));
      }
    }
    for (JsonNode panel : panels()) {
      for (JsonNode target : panel.path("targets")) {
        queries.put(
            where(panel.path("title").asText(), target.path("refId").asText()),
            target.path("expr").asText());
      }
    }
    return queries;
  }

  private String where(String part, String query) {
    return "%s: %s %s".formatted(tree.path("title").asText(), part, query).strip();
  }

  /** A query as Grafana sends it when these are the values of its variables. */
  static String filled(String query, String job, String modelKey, String rateInterval) {
    return query
        .replace("$__rate_interval", rateInterval)
        .replace("$job", escaped(job))
        .replace("$model_key", escaped(modelKey));
  }

  /** As a text in a query has it. */
  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}
