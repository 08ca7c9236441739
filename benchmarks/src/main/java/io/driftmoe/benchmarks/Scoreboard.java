// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.router.PrequentialEvaluator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Scores a learner's predictions in the order of events: by every {@link ScoreMeasure} over all of
 * them, and by accuracy and kappa-M window by window.
 *
 * <p>A point of the series stands for the events of its window alone. Its kappa-M compares with the
 * class that was the most frequent in that window; as in {@link PrequentialEvaluator} a reference
 * without error is counted as if it had made one.
 *
 * <p>Sums are taken in the order of events: the same events give the same bits.
 */
final class Scoreboard {
  /** Weighted sums of probabilities may come out as 1 and some units in the last place. */
  private static final double ROUNDING = 1e-9;

  private final int classes;
  private final long window;
  private final Map<ScoreMeasure, Score> scores = new EnumMap<>(ScoreMeasure.class);
  private long events;

  private final List<CellResult.Point> series = new ArrayList<>();
  private final long[] windowTruths;
  private long windowHits;
  private long windowEvents;

  /**
   * @param classes at least 2
   * @param window events per point of the series, at least 1
   */
  Scoreboard(int classes, long window) {
    if (window < 1) {
      throw new IllegalArgumentException("window must be at least 1, got " + window);
    }
    this.classes = classes;
    this.window = window;
    for (ScoreMeasure measure : ScoreMeasure.values()) {
      scores.put(measure, measure.start(classes));
    }
    this.windowTruths = new long[classes];
  }

  /**
   * Scores the next event.
   *
   * @param truth class index
   * @param predicted class index
   * @param probabilityOfTruth given to the true class, from 0 to 1
   * @param confidence probability given to the predicted class, from 0 to 1
   */
  void add(int truth, int predicted, double probabilityOfTruth, double confidence) {
    double truthShare = probability("probabilityOfTruth", probabilityOfTruth);
    double confidenceShare = probability("confidence", confidence);
    checkClass("truth", truth);
    checkClass("predicted", predicted);
    int hit = truth == predicted ? 1 : 0;
    events++;
    for (Score score : scores.values()) {
      score.add(truth, predicted, truthShare, confidenceShare);
    }

    windowTruths[truth]++;
    windowHits += hit;
    windowEvents++;
    if (windowEvents == window) {
      series.add(point());
      Arrays.fill(windowTruths, 0);
      windowHits = 0;
      windowEvents = 0;
    }
  }

  /** Scores the prediction set of the event that was added last. */
  void add(SetOutcome set) {
    for (Score score : scores.values()) {
      score.add(set);
    }
  }

  /** Scores what was expected of the event that was added last. */
  void addExpected(boolean right, double expected) {
    double share = probability("expected", expected);
    for (Score score : scores.values()) {
      score.addExpected(right, share);
    }
  }

  /**
   * Scores over all events; all 0 when there was none.
   *
   * @param recovery to put beside them, see {@code RecoveryTracker}
   */
  CellResult.Scores scores(List<Long> recovery) {
    Map<String, Double> values = new LinkedHashMap<>();
    scores.forEach((measure, score) -> values.put(measure.key(), score.value()));
    return new CellResult.Scores(values, recovery);
  }

  /** One point per window; the last one covers what has come since the one before. */
  List<CellResult.Point> series() {
    List<CellResult.Point> points = new ArrayList<>(series);
    if (windowEvents > 0) {
      points.add(point());
    }
    return List.copyOf(points);
  }

  private CellResult.Point point() {
    long majority = 0;
    for (long count : windowTruths) {
      majority = Math.max(majority, count);
    }
    double n = windowEvents;
    double mistakes = Math.max(1, windowEvents - majority);
    return new CellResult.Point(
        events, 100 * (windowHits / n), 100 * ((windowHits - majority) / mistakes));
  }

  private void checkClass(String field, int value) {
    if (value < 0 || value >= classes) {
      throw new IllegalArgumentException(
          "%s must be from 0 to %s, got %s".formatted(field, classes - 1, value));
    }
  }

  private static double probability(String field, double value) {
    if (!(value >= 0 && value <= 1 + ROUNDING)) {
      throw new IllegalArgumentException(field + " must be from 0 to 1, got " + value);
    }
    return Math.min(1, value);
  }
}
