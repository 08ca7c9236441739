// SPDX-License-Identifier: GPL-3.0-or-later
package moa.classifiers.driftmoe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.benchmarks.BenchScores;
import io.driftmoe.benchmarks.CellResult;
import io.driftmoe.benchmarks.LabelArrival;
import io.driftmoe.benchmarks.ScoreMeasure;
import io.driftmoe.router.settings.MixtureSettings;
import io.driftmoe.streams.DataFolder;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import moa.evaluation.preview.Preview;
import moa.streams.ArffFileStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** MOA's own tasks find for the classifier what the comparison finds for the mixture. */
class EvaluationTest {
  private static final String POOL =
      "{pool: [naive-bayes, hoeffding-tree, {type: moa,"
          + " learner: trees.HoeffdingAdaptiveTree}]}";

  @TempDir static Path folder;

  /** Attributes of agrawal_a and led_a are nominal, too, and those of elec are real data. */
  @ParameterizedTest
  @CsvSource({
    "agrawal_a, adaptive, 1, 3000",
    "led_a, adaptive, 7, 1500",
    "agrawal_a, paper-data, 2, 1000",
    "led_a, paper-task, 3, 300",
    "elec, adaptive, 1, 3000"
  })
  void evaluatePrequential_findsWhatBenchFinds(String stream, String preset, int seed, int events)
      throws Exception {
    Path file = file(stream, events);
    CellResult.Scores bench =
        BenchScores.of(settings(preset, ""), file, seed, events, LabelArrival.IMMEDIATE);

    Preview moa =
        evaluate("EvaluatePrequential", "-p %s -r %s".formatted(preset, seed), file, events);

    assertThat(MoaTasks.last(moa, "learning evaluation instances")).isEqualTo(events);
    assertSame(moa, bench);
    assertThat(MoaTasks.last(moa, "classifications correct (percent)")).isGreaterThan(20);
  }

  @Test
  void settings_areThoseOfAVariantOfBench() throws Exception {
    Path file = file("agrawal_a", 2_000);
    CellResult.Scores bench =
        BenchScores.of(settings("adaptive", POOL), file, 1, 2_000, LabelArrival.IMMEDIATE);

    Preview moa = evaluate("EvaluatePrequential", "-s (%s)".formatted(POOL), file, 2_000);

    assertSame(moa, bench);
  }

  /** MOA learns the label of an event before it predicts the one that comes so much later. */
  @Test
  void lateLabels_areLearnedWithTheirPredictions() throws Exception {
    Path file = file("agrawal_a", 2_000);
    CellResult.Scores bench =
        BenchScores.of(
            settings("adaptive", ""), file, 1, 2_000, new LabelArrival(99, 99, Map.of(), 1));

    Preview moa = evaluate("EvaluatePrequentialDelayed -k 100 -p 0", "-w 200", file, 2_000);

    assertSame(moa, bench);
  }

  @ParameterizedTest
  @CsvSource({
    "EvaluatePrequentialCV -w 3, driftmoe.DriftMoE",
    "EvaluatePrequential, meta.OzaBag -s 3 -l driftmoe.DriftMoE",
    "EvaluatePrequential, meta.LeveragingBag -s 3 -l driftmoe.DriftMoE"
  })
  void crossValidationAndEnsembles_copyIt(String task, String learner) throws Exception {
    Path file = file("sea_a", 600);

    Preview moa =
        MoaTasks.run(
            "%s -l (%s) -s (ArffFileStream -f %s) -i 600 -f 600".formatted(task, learner, file));

    String prefix = task.contains("CV") ? "[avg] " : ""; // of several copies
    assertThat(MoaTasks.last(moa, prefix + "classifications correct (percent)")).isGreaterThan(65);
  }

  @Test
  void aModelThatMoaHasWrittenToAFileIsReadFromIt() throws Exception {
    Path file = file("agrawal_a", 500);
    Path model = folder.resolve("model.moa");
    DriftMoE learned =
        (DriftMoE)
            MoaTasks.result(
                "LearnModel -l (driftmoe.DriftMoE) -s (ArffFileStream -f %s) -m 500 -O %s"
                    .formatted(file, model));

    Preview scores =
        MoaTasks.run(
            "EvaluateModel -m file:%s -s (ArffFileStream -f %s) -i 500 -f 500"
                .formatted(model, file));

    ArffFileStream events = new ArffFileStream(file.toString(), -1);
    events.prepareForUse();
    int right = 0;
    while (events.hasMoreInstances()) {
      right += learned.correctlyClassifies(events.nextInstance().getData()) ? 1 : 0;
    }
    assertThat(MoaTasks.last(scores, "classifications correct (percent)"))
        .isEqualTo(right / 500.0 * 100);
  }

  private static void assertSame(Preview moa, CellResult.Scores bench) {
    Map.of(
            "classifications correct (percent)", ScoreMeasure.ACCURACY,
            "Kappa Statistic (percent)", ScoreMeasure.KAPPA,
            "Kappa M Statistic (percent)", ScoreMeasure.KAPPA_M,
            "Kappa Temporal Statistic (percent)", ScoreMeasure.KAPPA_T)
        .forEach(
            (name, measure) ->
                assertThat(MoaTasks.last(moa, name)).as(name).isEqualTo(bench.of(measure)));
  }

  private static Preview evaluate(String task, String options, Path file, int events)
      throws Exception {
    return MoaTasks.run(
        "%s -l (driftmoe.DriftMoE %s) -s (ArffFileStream -f %s) -e %s -i %s -f %s"
            .formatted(
                task, options, file, "BasicClassificationPerformanceEvaluator", events, events));
  }

  private static MixtureSettings settings(String preset, String yaml) throws IOException {
    ObjectNode tree =
        yaml.isEmpty()
            ? new ObjectMapper().createObjectNode()
            : (ObjectNode) new com.fasterxml.jackson.dataformat.yaml.YAMLMapper().readTree(yaml);
    return MixtureSettings.read(tree.put("preset", preset), "");
  }

  /** Electricity where it is, else events of a generator. */
  private static Path file(String stream, int events) throws IOException {
    if (stream.equals("elec")) {
      try {
        return DataFolder.file("electricity.arff");
      } catch (FileNotFoundException e) {
        return MoaTasks.generated("sea_a", events, folder);
      }
    }
    return MoaTasks.generated(stream, events, folder);
  }
}
