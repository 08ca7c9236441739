// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.flink.AlertRules.Alert;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The tables of {@code docs/metrics.md} are those of the code and of the rules. */
class MetricsManualTest {
  @Test
  void tables_areThoseOfTheCode() throws Exception {
    new GeneratedTables()
        .with("metrics", ofJob())
        .with("flink", ofFlink())
        .with("alerts", alerts())
        .requireIn(Path.of("..", "docs", "metrics.md"), MetricsManualTest.class);
  }

  private static String ofJob() {
    StringBuilder text = new StringBuilder();
    for (JobMetric.Place place : JobMetric.Place.values()) {
      String group = place.path().isEmpty() ? "The operator's own" : "`" + place.path() + "`";
      text.append("\n%s: %s.\n\n".formatted(group, place.words()));
      text.append("| metric | in Prometheus | kind | unit | meaning | look when |\n");
      text.append("|---|---|---|---|---|---|\n");
      for (JobMetric metric : JobMetric.values()) {
        if (metric.place() == place) {
          GeneratedTables.row(
              text,
              "`" + metric.word() + "`",
              metric.kind() == JobMetric.Kind.TEXT
                  ? "as 0"
                  : "`" + ShownMetric.of(metric).name() + "`",
              metric.kind().name().toLowerCase(Locale.ROOT),
              metric.unit(),
              metric.meaning(),
              metric.threshold());
        }
      }
    }
    return text.append('\n').toString();
  }

  private static String ofFlink() {
    StringBuilder text = new StringBuilder();
    for (FlinkMetric.Place place : FlinkMetric.Place.values()) {
      String labels = place.labels().isEmpty() ? "" : " Labels: " + place.labels() + ".";
      text.append("\n%s%s\n\n".formatted(place.words(), labels));
      text.append(
          "| metric | in Prometheus | unit | meaning | look when |\n|---|---|---|---|---|\n");
      for (FlinkMetric metric : FlinkMetric.values()) {
        if (metric.place() == place) {
          GeneratedTables.row(
              text,
              "`" + metric.word() + "`",
              "`" + ShownMetric.of(metric).name() + "`",
              metric.unit(),
              metric.meaning(),
              metric.threshold());
        }
      }
    }
    return text.append('\n').toString();
  }

  private static String alerts() throws IOException {
    StringBuilder text = new StringBuilder();
    text.append("| alert | severity | metric | fires when | runbook |\n|---|---|---|---|---|\n");
    for (Alert alert : AlertRules.read().alerts()) {
      String runbook = alert.annotations().get("runbook_url").replace("docs/", "");
      GeneratedTables.row(
          text,
          "`" + alert.name() + "`",
          alert.severity(),
          "`" + word(alert.annotations().get("metric")) + "`",
          alert.annotations().get("look_when"),
          "[%s](%s)"
              .formatted(runbook.substring(runbook.indexOf('#') + 1).replace('-', ' '), runbook));
    }
    return text.toString();
  }

  /** The name in Flink of a metric of Prometheus. */
  private static String word(String name) {
    return Arrays.stream(FlinkMetric.values())
        .filter(metric -> ShownMetric.of(metric).name().equals(name))
        .map(FlinkMetric::word)
        .findFirst()
        .orElseGet(() -> name.substring(name.lastIndexOf('_') + 1));
  }

  @Test
  void eachMetricIsExplained() {
    assertThat(JobMetric.values())
        .allSatisfy(
            metric -> {
              assertThat(metric.unit()).isNotBlank();
              assertThat(metric.meaning()).isNotBlank();
            });
    assertThat(FlinkMetric.values()).allSatisfy(m -> assertThat(m.meaning()).isNotBlank());
    assertThat(ShownMetric.all()).extracting(ShownMetric::name).doesNotHaveDuplicates();
  }
}
