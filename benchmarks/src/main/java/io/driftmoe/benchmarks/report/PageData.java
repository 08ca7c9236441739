// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.driftmoe.benchmarks.CellResult;
import io.driftmoe.benchmarks.LearnerSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Everything the page shows, as its scripts read it. Lists that are named after learners hold one
 * entry per learner, in their order; null stands for what there is no number for.
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record PageData(
    String command,
    String setting,
    List<String> settings,
    List<Boolean> fixedDelays,
    List<Long> seeds,
    List<Learner> learners,
    List<MeasureFacts> measures,
    List<StreamData> streams,
    Ranks ranks,
    List<Cost> costs,
    List<RegretData> regrets,
    List<Detection> detections,
    List<Comparison> published,
    String publishedSource,
    int cells,
    List<Failure> failures,
    Provenance provenance,
    List<Configuration> configurations) {

  /**
   * @param own whether it is ours
   * @param baseline whether it does not learn from features
   * @param oracle whether it is told the sources of the events
   */
  record Learner(String name, boolean own, boolean baseline, boolean oracle, String definition) {}

  record MeasureFacts(String title, String unit, int decimals, boolean highIsGood) {}

  /**
   * @param averageRanks by measure and learner
   * @param test of the accuracies; null when there is none
   * @param reason why there is no test; empty when there is
   * @param leftOut learners without rank and why
   */
  record Ranks(
      List<List<@Nullable Double>> averageRanks,
      @Nullable Test test,
      String reason,
      Map<String, String> leftOut) {}

  /**
   * @param f null when infinite
   */
  record Test(
      int learners,
      int streams,
      Double chiSquare,
      String chiSquareP,
      @Nullable Double f,
      String fP,
      double criticalDifference,
      List<Integer> ranked,
      List<Double> averages,
      List<List<Integer>> cliques) {}

  record Cost(
      @Nullable Double speed,
      @Nullable Double modelBytes,
      @Nullable Double allocation,
      @Nullable Double cpuSeconds,
      @Nullable Double specialists,
      @Nullable Double accuracy,
      int streams) {}

  record Detection(
      String learner,
      String detector,
      int drifts,
      int detected,
      int missed,
      int falseAlarms,
      @Nullable Double meanDelay,
      @Nullable Double meanTimeBetweenFalseAlarms,
      @Nullable Double prompt,
      @Nullable Double quietEvents) {}

  record Comparison(
      String stream,
      String learner,
      int seeds,
      double accuracy,
      double published,
      double difference,
      double tolerance,
      boolean within) {}

  record Failure(String stream, String learner, long seed, String setting, String reason) {}

  /**
   * @param started of the first and the last cell
   */
  record Provenance(
      List<String> commits, List<String> jvms, List<String> processors, List<String> started) {}

  record Configuration(String learner, String configuration) {}

  static PageData of(Results results, String command) {
    boolean empty = results.all().isEmpty();
    return new PageData(
        command,
        empty ? "" : results.main().words(),
        results.settings().stream().map(Setting::label).toList(),
        results.settings().stream().map(Setting::fixedDelay).toList(),
        results.seeds(),
        results.learners().stream().map(PageData::learner).toList(),
        Measure.ALL.stream().map(PageData::measure).toList(),
        results.streams().stream().map(stream -> StreamData.of(results, stream)).toList(),
        ranks(results),
        LearnerCost.of(results).stream().map(PageData::cost).toList(),
        RegretData.of(results),
        detections(DetectionSummary.of(results, results.streams())),
        Published.compare(results).stream().map(PageData::comparison).toList(),
        Published.SOURCE,
        results.all().size(),
        results.failures().stream().map(PageData::failure).toList(),
        provenance(results),
        configurations(results));
  }

  /** JSON has no word for what is not a number. */
  static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  private static Learner learner(LearnerSpec spec) {
    boolean baseline = spec.definition().startsWith("functions.");
    boolean own = spec.kind() != LearnerSpec.Kind.MOA;
    boolean oracle = spec.kind() == LearnerSpec.Kind.ORACLE;
    return new Learner(spec.name(), own, baseline, oracle, spec.definition());
  }

  private static MeasureFacts measure(Measure measure) {
    return new MeasureFacts(
        measure.title(), measure.unit(), measure.decimals(), measure.highIsGood());
  }

  private static Ranks ranks(Results results) {
    List<List<Double>> averages = new ArrayList<>();
    for (Measure measure : Measure.ALL) {
      Ranking ranking = Ranking.of(results, measure);
      List<Double> row = new ArrayList<>();
      for (String learner : results.learnerNames()) {
        row.add(finite(ranking.average(learner).orElse(Double.NaN)));
      }
      averages.add(row);
    }
    Ranking ranking = Ranking.of(results, Measure.ACCURACY);
    String reason = ranking.reasonAgainstTest();
    Test test = reason.isEmpty() ? test(results, ranking) : null;
    return new Ranks(averages, test, reason, ranking.leftOut());
  }

  private static Test test(Results results, Ranking ranking) {
    int streams = ranking.streams().size();
    FriedmanTest friedman = FriedmanTest.of(ranking.averages(), streams);
    NemenyiTest nemenyi = NemenyiTest.of(ranking.averages(), streams);
    List<String> names = results.learnerNames();
    return new Test(
        friedman.learners(),
        streams,
        friedman.chiSquare(),
        Numbers.probability(friedman.chiSquareP()),
        finite(friedman.f()),
        Numbers.probability(friedman.fP()),
        nemenyi.criticalDifference(),
        ranking.learners().stream().map(names::indexOf).toList(),
        Arrays.stream(ranking.averages()).boxed().toList(),
        nemenyi.cliques());
  }

  private static Cost cost(LearnerCost cost) {
    return new Cost(
        finite(cost.speed()),
        finite(cost.modelBytes()),
        finite(cost.allocation()),
        finite(cost.cpuSeconds()),
        finite(cost.specialists()),
        finite(cost.accuracy()),
        cost.streams());
  }

  static List<Detection> detections(List<DetectionSummary> summaries) {
    return summaries.stream()
        .map(
            summary ->
                new Detection(
                    summary.learner(),
                    summary.detector(),
                    summary.drifts(),
                    summary.detected(),
                    summary.missed(),
                    summary.falseAlarms(),
                    finite(summary.meanDelay()),
                    finite(summary.meanTimeBetweenFalseAlarms()),
                    finite(summary.prompt()),
                    finite(summary.quietEvents())))
        .toList();
  }

  private static Comparison comparison(Published.Comparison comparison) {
    return new Comparison(
        comparison.stream(),
        comparison.learner(),
        comparison.seeds(),
        comparison.accuracy(),
        comparison.published(),
        comparison.difference(),
        comparison.tolerance(),
        comparison.within());
  }

  private static Failure failure(CellResult result) {
    return new Failure(
        result.cell().stream().name(),
        result.cell().learner().name(),
        result.cell().seed(),
        Setting.of(result.cell()).words(),
        result.reason());
  }

  private static Provenance provenance(Results results) {
    List<String> started =
        values(results, CellResult.Provenance::started).stream().sorted().toList();
    List<String> span =
        started.size() < 2 ? started : List.of(started.get(0), started.get(started.size() - 1));
    return new Provenance(
        values(results, CellResult.Provenance::commit),
        values(results, CellResult.Provenance::jvm),
        values(results, CellResult.Provenance::processor),
        span);
  }

  private static List<String> values(
      Results results, Function<CellResult.Provenance, String> part) {
    return results.all().stream()
        .map(result -> part.apply(result.provenance()))
        .distinct()
        .toList();
  }

  /** That of the first seed; the others differ in the seed. */
  private static List<Configuration> configurations(Results results) {
    List<Configuration> configurations = new ArrayList<>();
    for (String learner : results.learnerNames()) {
      Optional<CellResult> first =
          results.all().stream()
              .filter(result -> result.cell().learner().name().equals(learner))
              .findFirst();
      first.ifPresent(
          result ->
              configurations.add(new Configuration(learner, result.provenance().configuration())));
    }
    return configurations;
  }
}
