// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.yahoo.labs.samoa.instances.Attribute;
import com.yahoo.labs.samoa.instances.DenseInstance;
import com.yahoo.labs.samoa.instances.Instance;
import com.yahoo.labs.samoa.instances.Instances;
import com.yahoo.labs.samoa.instances.InstancesHeader;
import io.driftmoe.benchmarks.CellResult.Point;
import io.driftmoe.benchmarks.CellResult.Scores;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.router.PrequentialEvaluator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import moa.core.InstanceExample;
import moa.core.Measurement;
import moa.evaluation.BasicClassificationPerformanceEvaluator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** Against the formulas, written down over the list of all events. */
final class ScoreboardProperties {
  private static final double TINY = 1e-9;

  private record Event(int truth, int predicted, double probabilityOfTruth, double confidence) {
    boolean right() {
      return truth == predicted;
    }
  }

  private static List<Event> events(long seed, int n, int classes, double skew, double right) {
    SplitMix64 random = new SplitMix64(seed);
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      int truth = (int) (classes * Math.pow(random.nextDouble(), skew));
      int guess = (int) (classes * random.nextDouble());
      int predicted = random.nextDouble() < right ? truth : guess;
      // hundredths, the ends included: some lie on the bounds of bins
      double confidence = (int) (101 * random.nextDouble()) / 100.0;
      double probability =
          truth == predicted ? confidence : (1 - confidence) * (int) (2 * random.nextDouble());
      events.add(new Event(truth, predicted, probability, confidence));
    }
    return events;
  }

  private static Scoreboard board(List<Event> events, int classes, long window) {
    Scoreboard board = new Scoreboard(classes, window);
    for (Event event : events) {
      board.add(event.truth(), event.predicted(), event.probabilityOfTruth(), event.confidence());
    }
    return board;
  }

  @Property(tries = 300)
  void scores_equalTheirDefinitions(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 400) int n,
      @ForAll @IntRange(min = 2, max = 12) int classes,
      @ForAll @DoubleRange(min = 1, max = 6) double skew,
      @ForAll @DoubleRange(min = 0, max = 1) double right) {
    List<Event> events = events(seed, n, classes, skew, right);
    Scores scores = board(events, classes, 50).scores(List.of());

    double recalls = 0;
    int occurred = 0;
    double f1s = 0;
    int involved = 0;
    for (int c = 0; c < classes; c++) {
      int label = c;
      long truths = count(events, event -> event.truth() == label);
      long predictions = count(events, event -> event.predicted() == label);
      double hits = count(events, event -> event.right() && event.truth() == label);
      if (truths > 0) {
        recalls += hits / truths;
        occurred++;
      }
      if (truths + predictions > 0) {
        double precision = predictions == 0 ? 0 : hits / predictions;
        double recall = truths == 0 ? 0 : hits / truths;
        f1s += hits == 0 ? 0 : 2 * precision * recall / (precision + recall);
        involved++;
      }
    }
    assertThat(scores.of(ScoreMeasure.BALANCED_ACCURACY))
        .isCloseTo(100 * recalls / occurred, within(TINY));
    assertThat(scores.of(ScoreMeasure.MACRO_F1)).isCloseTo(100 * f1s / involved, within(TINY));
    assertThat(scores.of(ScoreMeasure.LOG_LOSS))
        .isCloseTo(
            events.stream()
                .mapToDouble(event -> -Math.log(Math.max(event.probabilityOfTruth(), 1e-15)))
                .average()
                .orElseThrow(),
            within(TINY));

    double calibrationError = 0;
    for (int b = 1; b <= 15; b++) {
      double low = b == 1 ? -1 : (b - 1) / 15.0;
      double high = b / 15.0;
      List<Event> bin =
          events.stream().filter(e -> e.confidence() > low && e.confidence() <= high).toList();
      if (!bin.isEmpty()) {
        double accuracy = (double) count(bin, Event::right) / bin.size();
        double confidence = bin.stream().mapToDouble(Event::confidence).average().orElseThrow();
        calibrationError += (double) bin.size() / n * Math.abs(accuracy - confidence);
      }
    }
    assertThat(scores.of(ScoreMeasure.CALIBRATION_ERROR))
        .isCloseTo(100 * calibrationError, within(TINY));
  }

  @Property(tries = 200)
  void series_equalsItsDefinition(
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 400) int n,
      @ForAll @IntRange(min = 2, max = 5) int classes,
      @ForAll @DoubleRange(min = 1, max = 12) double skew,
      @ForAll @IntRange(min = 1, max = 150) int window) {
    List<Event> events = events(seed, n, classes, skew, 0.5);
    List<Point> series = board(events, classes, window).series();

    assertThat(series).hasSize((n + window - 1) / window);
    for (int i = 0; i < series.size(); i++) {
      Point point = series.get(i);
      List<Event> part = events.subList(i * window, Math.min(n, (i + 1) * window));
      double size = part.size();
      double p = count(part, Event::right) / size;
      double q =
          IntStream.range(0, classes)
              .mapToDouble(c -> count(part, event -> event.truth() == c) / size)
              .max()
              .orElseThrow();
      assertThat(point.end()).isEqualTo(Math.min(n, (i + 1L) * window));
      assertThat(point.accuracy()).isCloseTo(100 * p, within(TINY));
      double headroom = q < 1 ? 1 - q : 1 / size;
      assertThat(point.kappaM()).isCloseTo(100 * (p - q) / headroom, within(1e-6));
    }
  }

  @Property(tries = 50)
  void accuracyAndKappas_areThoseOfTheEvaluatorAndOfMoa(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 300) int n,
      @ForAll @IntRange(min = 2, max = 8) int classes,
      @ForAll @DoubleRange(min = 1, max = 6) double skew,
      @ForAll @DoubleRange(min = 0, max = 1) double right) {
    List<Event> events = events(seed, n, classes, skew, right);
    PrequentialEvaluator evaluator = new PrequentialEvaluator(classes, 10);
    BasicClassificationPerformanceEvaluator moa = new BasicClassificationPerformanceEvaluator();
    InstancesHeader header = header(classes);
    for (Event event : events) {
      evaluator.add(event.truth(), event.predicted());
      Instance instance = new DenseInstance(2);
      instance.setDataset(header);
      instance.setClassValue(event.truth());
      double[] votes = new double[classes];
      votes[event.predicted()] = 1;
      moa.addResult(new InstanceExample(instance), votes);
    }
    Scores scores = board(events, classes, 7).scores(List.of());

    PrequentialEvaluator.Scores overall = evaluator.overall();
    assertThat(scores.of(ScoreMeasure.ACCURACY)).isEqualTo(overall.accuracy());
    assertThat(scores.of(ScoreMeasure.KAPPA)).isEqualTo(overall.kappa());
    assertThat(scores.of(ScoreMeasure.KAPPA_M)).isEqualTo(overall.kappaM());
    assertThat(scores.of(ScoreMeasure.KAPPA_T)).isEqualTo(overall.kappaT());
    Measurement[] measured = moa.getPerformanceMeasurements();
    compare(scores.of(ScoreMeasure.ACCURACY), measured, "classifications correct (percent)");
    compare(scores.of(ScoreMeasure.KAPPA), measured, "Kappa Statistic (percent)");
    compare(scores.of(ScoreMeasure.KAPPA_M), measured, "Kappa M Statistic (percent)");
    compare(scores.of(ScoreMeasure.KAPPA_T), measured, "Kappa Temporal Statistic (percent)");
  }

  /** Where MOA divides by zero, ours is finite: zero for 0/0, negative for minus infinity. */
  private static void compare(double ours, Measurement[] moa, String name) {
    double expected =
        Arrays.stream(moa)
            .filter(measurement -> measurement.getName().equals(name))
            .findFirst()
            .orElseThrow()
            .getValue();
    if (Double.isNaN(expected)) {
      assertThat(ours).as(name).isZero();
    } else if (expected == Double.NEGATIVE_INFINITY) {
      assertThat(ours).as(name).isNegative().isFinite();
    } else {
      assertThat(ours).as(name).isCloseTo(expected, within(1e-9 * (1 + Math.abs(expected))));
    }
  }

  private static InstancesHeader header(int classes) {
    List<String> names = IntStream.range(0, classes).mapToObj(c -> "c" + c).toList();
    Instances instances =
        new Instances("test", List.of(new Attribute("x"), new Attribute("class", names)), 0);
    instances.setClassIndex(1);
    return new InstancesHeader(instances);
  }

  @Property(tries = 20)
  void sameEvents_giveTheSameBits(@ForAll long seed) {
    List<Event> events = events(seed, 500, 4, 2, 0.6);

    assertThat(board(events, 4, 60).scores(List.of()))
        .isEqualTo(board(events, 4, 7).scores(List.of()));
    assertThat(board(events, 4, 60).series()).isEqualTo(board(events, 4, 60).series());
  }

  private static long count(List<Event> events, Predicate<Event> condition) {
    return events.stream().filter(condition).count();
  }
}
