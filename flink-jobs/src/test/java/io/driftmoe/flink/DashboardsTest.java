// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The dashboards are complete and ask for nothing that there is not. */
class DashboardsTest {
  private static final String DATA_SOURCE = "${datasource}";

  /** Those of Grafana that are used; one that is written wrong shows bare numbers. */
  private static final Set<String> UNITS =
      Set.of("short", "percent", "percentunit", "ms", "bytes", "cps", "cpm");

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{?(\\w+)}?");
  private static final int WIDTH = 24;

  static List<Dashboard> dashboards() throws IOException {
    return Dashboard.all();
  }

  @Test
  void thereIsOneForAJob_andOneForAModelKey() throws Exception {
    assertThat(dashboards())
        .extracting(dashboard -> dashboard.tree().path("uid").asText())
        .containsExactly("driftmoe-job", "driftmoe-model-key");
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void hasAName_andIsProvisioned(Dashboard dashboard) {
    JsonNode tree = dashboard.tree();
    assertThat(dashboard.file().getFileName()).hasToString(tree.path("uid").asText() + ".json");
    assertThat(tree.has("id")).as("an id is of one Grafana").isFalse();
    assertThat(tree.path("title").asText()).startsWith("DriftMoE: ");
    assertThat(tree.path("description").asText()).isNotBlank();
    assertThat(tree.path("schemaVersion").asInt()).isPositive();
    assertThat(tree.path("editable").asBoolean()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void eachPanelSaysWhatItShows(Dashboard dashboard) {
    assertThat(dashboard.panels())
        .isNotEmpty()
        .allSatisfy(
            panel -> {
              assertThat(panel.path("title").asText()).isNotBlank();
              assertThat(panel.path("description").asText()).isNotBlank();
              assertThat(UNITS).contains(panel.at("/fieldConfig/defaults/unit").asText());
              assertThat(panel.path("targets").size()).isPositive();
            });
    assertThat(dashboard.tree().findValuesAsText("id")).doesNotHaveDuplicates();
    assertThat(dashboard.panels())
        .extracting(panel -> panel.path("title").asText())
        .as("titles among panels of a kind")
        .isNotEmpty();
    assertThat(dashboard.panels())
        .allSatisfy(
            panel ->
                assertThat(panel.path("targets").findValuesAsText("refId"))
                    .doesNotHaveDuplicates());
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void theDataSourceIsAVariable_andAllVariablesAreThere(Dashboard dashboard) {
    Set<String> named = new HashSet<>(Set.of("__rate_interval"));
    for (JsonNode variable : dashboard.tree().path("templating").path("list")) {
      named.add(variable.path("name").asText());
    }
    assertThat(named).contains("datasource", "job");
    assertThat(dashboard.tree().findValues("datasource"))
        .isNotEmpty()
        .allSatisfy(source -> assertThat(source.path("uid").asText()).isEqualTo(DATA_SOURCE));
    assertThat(dashboard.queries().values())
        .allSatisfy(
            query ->
                assertThat(named)
                    .containsAll(VARIABLE.matcher(query).results().map(v -> v.group(1)).toList()));
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void panelsDoNotOverlap(Dashboard dashboard) {
    List<String> taken = new ArrayList<>();
    for (JsonNode panel : dashboard.tree().path("panels")) {
      JsonNode at = panel.path("gridPos");
      assertThat(at.path("x").asInt() + at.path("w").asInt()).isLessThanOrEqualTo(WIDTH);
      for (int x = 0; x < at.path("w").asInt(); x++) {
        for (int y = 0; y < at.path("h").asInt(); y++) {
          taken.add("%s, %s".formatted(at.path("x").asInt() + x, at.path("y").asInt() + y));
        }
      }
    }
    assertThat(taken).isNotEmpty().doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void whatIsAskedForIsInTheTable_orRecorded(Dashboard dashboard) throws Exception {
    Set<String> known =
        ShownMetric.all().stream().map(ShownMetric::name).collect(Collectors.toSet());
    known.addAll(AlertRules.read().recorded().keySet());
    known.add("ALERTS"); // Prometheus's own, of the rules
    assertThat(dashboard.queries().values())
        .allSatisfy(query -> assertThat(known).containsAll(PromQl.metrics(query)));
  }

  @Test
  void onlyWhatIsMeantToBeUsedElsewhereListens() throws Exception {
    assertThat(AlertRules.tree("prometheus.yml").findValues("targets"))
        .isNotEmpty()
        .allSatisfy(
            targets ->
                assertThat(targets).allMatch(target -> target.asText().startsWith("127.0.0.1:")));
  }
}
