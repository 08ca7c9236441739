// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.router.PrequentialEvaluator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Scores a learner's predictions in the order of events, over all of them and window by window.
 *
 * <p>Accuracy and kappas over all events are those of {@link PrequentialEvaluator}, and with them
 * MOA's. Beside them, with TP, T and P the events of a class that were right, true and predicted:
 *
 * <ul>
 *   <li>balanced accuracy: mean of TP / T over the classes with T &gt; 0;
 *   <li>macro F1: mean of 2 TP / (T + P) over the classes with T + P &gt; 0;
 *   <li>log loss: mean of -ln max(p, 1e-15), p the probability given to the true class;
 *   <li>expected calibration error: sum over the bins ((b - 1)/15, b/15] of the confidence, b from
 *       1 to 15, of n_b/n |accuracy_b - mean confidence_b|; a confidence of 0 is in the first bin
 *       (Guo et al.: On calibration of modern neural networks, ICML 2017).
 * </ul>
 *
 * <p>A point of the series stands for the events of its window alone. Its kappa-M compares with the
 * class that was the most frequent in that window; as in {@link PrequentialEvaluator} a reference
 * without error is counted as if it had made one.
 *
 * <p>Sums are taken in the order of events: the same events give the same bits.
 */
final class Scoreboard {
  private static final int BINS = 15;
  private static final double LEAST_PROBABILITY = 1e-15;

  /** Weighted sums of probabilities may come out as 1 and some units in the last place. */
  private static final double ROUNDING = 1e-9;

  private final PrequentialEvaluator evaluator;
  private final long window;
  private final long[] truths;
  private final long[] predictions;
  private final long[] hits;
  private final double[] confidenceSums = new double[BINS];
  private final long[] binHits = new long[BINS];
  private double logLoss;
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
    // Its sliding window is not used: the series' windows may be longer than memory allows it.
    this.evaluator = new PrequentialEvaluator(classes, 1);
    this.window = window;
    this.truths = new long[classes];
    this.predictions = new long[classes];
    this.hits = new long[classes];
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
    evaluator.add(truth, predicted); // checks the classes
    int hit = truth == predicted ? 1 : 0;
    events++;
    truths[truth]++;
    predictions[predicted]++;
    hits[truth] += hit;
    // StrictMath: the same bits on every platform
    logLoss -= StrictMath.log(Math.max(truthShare, LEAST_PROBABILITY));
    int bin = Math.max(0, (int) Math.ceil(confidenceShare * BINS) - 1);
    confidenceSums[bin] += confidenceShare;
    binHits[bin] += hit;

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

  /**
   * Scores over all events; all 0 when there was none.
   *
   * @param recovery to put beside them, see {@code RecoveryTracker}
   */
  CellResult.Scores scores(List<Long> recovery) {
    PrequentialEvaluator.Scores overall = evaluator.overall();
    return new CellResult.Scores(
        overall.accuracy(),
        balancedAccuracy(),
        overall.kappa(),
        overall.kappaM(),
        overall.kappaT(),
        macroF1(),
        events == 0 ? 0 : logLoss / events,
        calibrationError(),
        List.copyOf(recovery));
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

  private double balancedAccuracy() {
    double sum = 0;
    int occurred = 0;
    for (int c = 0; c < truths.length; c++) {
      if (truths[c] > 0) {
        sum += (double) hits[c] / truths[c];
        occurred++;
      }
    }
    return occurred == 0 ? 0 : 100 * (sum / occurred);
  }

  private double macroF1() {
    double sum = 0;
    int involved = 0;
    for (int c = 0; c < truths.length; c++) {
      long both = truths[c] + predictions[c];
      if (both > 0) {
        sum += 2.0 * hits[c] / both;
        involved++;
      }
    }
    return involved == 0 ? 0 : 100 * (sum / involved);
  }

  private double calibrationError() {
    double sum = 0;
    for (int b = 0; b < BINS; b++) {
      sum += Math.abs(binHits[b] - confidenceSums[b]); // n_b cancels out
    }
    return events == 0 ? 0 : 100 * (sum / events);
  }

  private static double probability(String field, double value) {
    if (!(value >= 0 && value <= 1 + ROUNDING)) {
      throw new IllegalArgumentException(field + " must be from 0 to 1, got " + value);
    }
    return Math.min(1, value);
  }
}
