// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.streams.DataFolder;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.StreamCatalog;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import moa.core.ObjectRepository;
import moa.evaluation.preview.LearningCurve;
import moa.options.ClassOption;
import moa.tasks.EvaluateInterleavedTestThenTrain;
import moa.tasks.MainTask;
import moa.tasks.NullMonitor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * MOA's classifiers score in this suite what they score in MOA, to the last digit: MOA's own task
 * reads the same file and evaluates.
 */
class MoaParityTest {

  /** The percentages are those that MOA's command line printed for this file. */
  @ParameterizedTest
  @CsvSource({
    "NaiveBayes,",
    "HoeffdingTree, 79.20",
    "HoeffdingAdaptiveTree, 83.39",
    "no-change, 85.33"
  })
  void electricity(String name, Double printed, @TempDir Path folder) throws Exception {
    scoresWhatMoaPrinted(name, printed, folder);
  }

  @ParameterizedTest
  @CsvSource({"OzaBag,", "ARF-10, 89.33"})
  @Tag("slow")
  void electricity_byEnsembles(String name, Double printed, @TempDir Path folder) throws Exception {
    scoresWhatMoaPrinted(name, printed, folder);
  }

  private static void scoresWhatMoaPrinted(String name, Double printed, Path folder)
      throws Exception {
    Optional<Path> electricity = electricityFile();
    // without the file a generated one does, and the printed percentages have nothing to say
    Path file = electricity.isPresent() ? electricity.get() : generated("sea_a", 4_000, folder);

    CellResult ours = compare(name, file);

    if (printed != null && electricity.isPresent()) {
      assertThat(ours.scores().of(ScoreMeasure.ACCURACY)).isCloseTo(printed, within(0.005));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ARF-10",
    "EFDT",
    "OzaBag",
    "OzaBoost",
    "OzaBagAdwin",
    "OnlineSmoothBoost",
    "LeveragingBag-10",
    "SRP-10",
    "kNN",
    "majority"
  })
  void learners_onManyClasses(String name, @TempDir Path folder) throws Exception {
    compare(name, generated("led_a", 1_500, folder));
  }

  private static CellResult compare(String name, Path file) throws Exception {
    LearnerSpec learner = LearnerCatalog.named(name);
    Cell cell =
        new Cell(
            StreamSource.file("a file", file, "class", List.of()),
            learner,
            1,
            100_000,
            LabelArrival.IMMEDIATE,
            1,
            1_000,
            List.of(),
            0);

    CellResult ours = Cells.run(cell);

    MoaScores moa = MoaScores.of(learner, file);
    assertThat((double) ours.stream().events()).isEqualTo(moa.get("classified instances"));
    CellResult.Scores scores = ours.scores();
    assertThat(scores.of(ScoreMeasure.ACCURACY))
        .isEqualTo(moa.get("classifications correct (percent)"));
    assertThat(scores.of(ScoreMeasure.KAPPA)).isEqualTo(moa.get("Kappa Statistic (percent)"));
    assertThat(scores.of(ScoreMeasure.KAPPA_M)).isEqualTo(moa.get("Kappa M Statistic (percent)"));
    assertThat(scores.of(ScoreMeasure.KAPPA_T))
        .isEqualTo(moa.get("Kappa Temporal Statistic (percent)"));
    return ours;
  }

  /** The last line of what MOA's task prints. */
  private record MoaScores(LearningCurve curve) {

    static MoaScores of(LearnerSpec learner, Path file) throws Exception {
      EvaluateInterleavedTestThenTrain task =
          (EvaluateInterleavedTestThenTrain)
              ClassOption.cliStringToObject(
                  "EvaluateInterleavedTestThenTrain -l (%s) -s (ArffFileStream -f %s)"
                      .formatted(learner.definition(), file),
                  MainTask.class,
                  null);
      return new MoaScores(
          (LearningCurve)
              task.doTask(
                  new NullMonitor(),
                  new ObjectRepository() {
                    @Override
                    public Object getObjectNamed(String string) {
                      return null;
                    }
                  }));
    }

    double get(String measurement) {
      for (int i = 0; i < curve.getMeasurementNameCount(); i++) {
        if (curve.getMeasurementName(i).contains(measurement)) {
          return curve.getMeasurement(curve.numEntries() - 1, i);
        }
      }
      throw new IllegalArgumentException(
          "MOA measures no " + measurement + ": " + curve.headerToString());
    }
  }

  /** Events of a generator as an ARFF file. */
  private static Path generated(String name, int events, Path folder) throws IOException {
    StringBuilder arff = new StringBuilder("@relation generated\n");
    try (LabeledStream stream = StreamCatalog.open(name, events, 7)) {
      for (Attribute attribute : stream.schema().attributes()) {
        arff.append("@attribute %s %s\n".formatted(attribute.name(), type(attribute.values())));
      }
      arff.append("@attribute class %s\n@data\n".formatted(type(stream.schema().labels().names())));
      while (stream.hasNext()) {
        LabeledExample example = stream.next();
        for (int i = 0; i < example.features().size(); i++) {
          Attribute attribute = stream.schema().attributes().get(i);
          double value = example.features().get(i);
          arff.append(attribute.isNominal() ? attribute.values().get((int) value) : value);
          arff.append(',');
        }
        arff.append(stream.schema().labels().name(example.label())).append('\n');
      }
    }
    return Files.writeString(folder.resolve(name + ".arff"), arff);
  }

  private static String type(List<String> values) {
    return values.isEmpty()
        ? "numeric"
        : values.stream().collect(Collectors.joining(",", "{", "}"));
  }

  private static Optional<Path> electricityFile() {
    try {
      return Optional.of(DataFolder.file("electricity.arff"));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }
}
