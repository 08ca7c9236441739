// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.driftmoe.flink.AlertRules.Alert;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The alert rules say and do what the table of metrics says. */
class AlertRulesTest {
  /** Why no rule looks at a metric that somebody should look at. */
  private static final Map<JobMetric, String> WITHOUT_RULE =
      Map.ofEntries(
          Map.entry(JobMetric.CAUSE_ORPHAN_LABELS, "the sum has one"),
          Map.entry(JobMetric.CAUSE_EXPIRED_PREDICTIONS, "the sum has one"),
          Map.entry(JobMetric.CAUSE_LATE_EVENTS, "the sum has none"),
          Map.entry(JobMetric.CAUSE_DUPLICATE_EVENTS, "the sum has one"),
          Map.entry(JobMetric.LOAD_LEVEL, "what makes a job fall behind has rules of its own"),
          Map.entry(JobMetric.LATE_EVENTS, "only the purpose of a job says whether they matter"),
          Map.entry(JobMetric.FORGOTTEN_IDS, "only whoever writes the producers knows"),
          Map.entry(JobMetric.EARLY_RECORDS, "they cost no more than their order"),
          Map.entry(JobMetric.LIVE_MODELS, "models.max is no metric; refused records have a rule"),
          Map.entry(JobMetric.PARKED_MODELS, "likewise"),
          Map.entry(JobMetric.DROPPED_MODELS, "whoever sets drop-idle wants them dropped"),
          Map.entry(JobMetric.FAILED_PUBLICATIONS, "readers of the folder see how old a file is"),
          Map.entry(JobMetric.HELD_RECORD_WAIT, "only with a device, to tune it"),
          Map.entry(JobMetric.ROUTER_BACKEND, "a text"),
          Map.entry(JobMetric.ROUTER_FAILURES, "costs speed; lag has a rule"),
          Map.entry(JobMetric.ROUTERS_PER_LAUNCH, "only with a device, to tune it"),
          Map.entry(JobMetric.MODEL_EVENTS, "a key may be silent; the sum has one"),
          Map.entry(JobMetric.MODEL_BYTES, "learner.model-bytes holds without anybody"));

  private static final Pattern NUMBER =
      Pattern.compile("(?<![-\\w])(\\d[\\d,]*(?:\\.\\d+)?)(?: (%|min|h|d)(?!\\w))?");
  private static final Pattern FIRING = Pattern.compile("alertname=\"(\\w+)\"");

  private static AlertRules rules;

  @BeforeAll
  static void read() throws Exception {
    rules = AlertRules.read();
  }

  @Test
  void eachAlertSaysWhatItIsAndWhatToDo() throws Exception {
    Set<String> anchors = anchors();
    assertThat(rules.alerts())
        .hasSizeGreaterThan(20)
        .extracting(Alert::name)
        .doesNotHaveDuplicates();
    assertThat(rules.alerts())
        .allSatisfy(
            alert -> {
              assertThat(alert.name()).startsWith("Driftmoe");
              assertThat(alert.severity()).isIn("critical", "warning");
              assertThat(alert.annotations())
                  .containsOnlyKeys("metric", "look_when", "summary", "description", "runbook_url");
              assertThat(alert.annotations().values()).doesNotContain("");
              assertThat(alert.annotations().get("runbook_url"))
                  .startsWith("docs/operations.md#")
                  .satisfies(
                      url -> assertThat(anchors).contains(url.substring(url.indexOf('#') + 1)));
            });
  }

  /** As GitHub makes them from headings. */
  private static Set<String> anchors() throws Exception {
    return Files.readAllLines(Path.of("..", "docs", "operations.md")).stream()
        .filter(line -> line.matches("#+ .*"))
        .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT))
        .map(line -> line.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  @Test
  void whatIsAskedForIsInTheTable_orRecorded() {
    Set<String> known =
        ShownMetric.all().stream().map(ShownMetric::name).collect(Collectors.toSet());
    known.addAll(rules.recorded().keySet());
    Set<String> asked = new TreeSet<>();
    rules.recorded().values().forEach(query -> asked.addAll(PromQl.metrics(query)));
    rules.alerts().forEach(alert -> asked.addAll(PromQl.metrics(alert.expression())));
    assertThat(known).containsAll(asked);
  }

  @Test
  void eachAlertLooksAtItsMetric_whenTheTableSaysSo() {
    Map<String, ShownMetric> shown =
        ShownMetric.all().stream()
            .collect(Collectors.toMap(ShownMetric::name, Function.identity()));
    assertThat(rules.alerts())
        .allSatisfy(
            alert -> {
              String metric = alert.annotations().get("metric");
              assertThat(shown).containsKey(metric);
              assertThat(alert.annotations())
                  .containsEntry("look_when", shown.get(metric).threshold());
              List<String> queries = rules.allOf(alert.expression());
              assertThat(queries).anyMatch(query -> PromQl.metrics(query).contains(metric));
              String rule = String.join("\n", queries) + "\n" + alert.lasting();
              assertThat(numbers(shown.get(metric).threshold()))
                  .allSatisfy(
                      number ->
                          assertThat(rule).containsPattern("(?<![\\w.])" + number + "(?![\\w.])"));
            });
  }

  /** The numbers in a text as a rule writes them: 2 % as 0.02, 5 min as 5m. */
  private static List<String> numbers(String text) {
    List<String> numbers = new ArrayList<>();
    Matcher number = NUMBER.matcher(text);
    while (number.find()) {
      String digits = number.group(1).replace(",", "");
      String unit = number.group(2) == null ? "" : number.group(2);
      numbers.add(
          unit.equals("%")
              ? new BigDecimal(digits).movePointLeft(2).stripTrailingZeros().toPlainString()
              : digits + (unit.isEmpty() ? "" : unit.substring(0, 1)));
    }
    return numbers;
  }

  @Test
  void numbersOfATextAreFound() {
    assertThat(numbers("2 % of 1,000 in 10 min, or 0.1 % and twice that of 1 d; `x-3`; above 0"))
        .containsExactly("0.02", "1000", "10m", "0.001", "1d", "0");
    assertThat(numbers("80 % of (100,000)")).containsExactly("0.8", "100000");
  }

  @Test
  void whatSomebodyShouldLookAtHasARule_orAReasonForNone() {
    Set<String> ruled =
        rules.alerts().stream()
            .map(alert -> alert.annotations().get("metric"))
            .collect(Collectors.toSet());
    assertThat(JobMetric.values())
        .filteredOn(metric -> !metric.threshold().isEmpty())
        .allSatisfy(
            metric ->
                assertThat(ruled.contains(ShownMetric.of(metric).name()))
                    .as("%s has a rule, or else a reason for none", metric)
                    .isNotEqualTo(WITHOUT_RULE.containsKey(metric)));
    assertThat(FlinkMetric.values())
        .filteredOn(metric -> !metric.threshold().isEmpty())
        .filteredOn(
            metric -> metric != FlinkMetric.WATERMARK_LAG) // has no number: a replay is late
        .allSatisfy(metric -> assertThat(ruled).contains(ShownMetric.of(metric).name()));
  }

  @Test
  void unitTestsHaveEachAlertFire_andNotFire() throws Exception {
    Set<String> fire = new TreeSet<>();
    Set<String> doNot = new TreeSet<>();
    for (JsonNode test : AlertRules.tree("tests/driftmoe.test.yml").path("tests")) {
      for (JsonNode query : test.path("promql_expr_test")) {
        Matcher alert = FIRING.matcher(query.path("expr").asText());
        if (alert.find()) {
          (query.path("exp_samples").isEmpty() ? doNot : fire).add(alert.group(1));
        }
      }
    }
    Set<String> all = rules.alerts().stream().map(Alert::name).collect(Collectors.toSet());
    assertThat(Stream.of(fire, doNot)).allSatisfy(some -> assertThat(some).isEqualTo(all));
  }
}
