// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.SnapshotArrays;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.router.PartFailure.Part;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Makes prediction sets that hold the true class for a given share of the events, whatever the
 * probabilities are worth, also under drift: adaptive conformal inference.
 *
 * <p>A class is in the set when it is probable enough. The least probability is the quantile of the
 * probabilities that the latest 500 true classes had, at the share of misses that is wanted now:
 *
 * <pre>wanted = m - 0.2 m (1 - m) d,    m = 1 - coverage</pre>
 *
 * <p>within 0 and 1, where d is by how many more sets than wanted have missed so far. Each set that
 * misses makes the following ones larger, so d stays within a few sets. While labels are on their
 * way, a set counts with the share of misses that it was made for; its label, whenever it comes,
 * corrects that; one that never comes leaves it. Equal probabilities are told apart by a draw that
 * follows from the seed.
 *
 * <p>A label that was asked for counts with its weight w, see {@link LabelQuestion}: d moves by w
 * times as much, and the probability is kept w times on average, by a draw.
 *
 * <p>Before the first label all classes are in all sets. What these cover too much is made up for:
 * as long as it is, 1.5 m is wanted.
 */
final class PredictionSets implements FurtherPart {
  /*
   * [1] Gibbs, Candès: Adaptive conformal inference under distribution shift. NeurIPS 2021. The step
   *     of their update is 0.2 m (1 - m) here: errors as they come bound d, so the mean of the misses
   *     over n events differs from m by at most (1 + step) / (step n).
   * [2] Angelopoulos, Candès, Tibshirani: Conformal PID control for time series prediction. NeurIPS
   *     2023: the quantile as the base that feedback corrects.
   * [3] Sadinle, Lei, Wasserman: Least ambiguous set-valued classifiers with bounded error levels.
   *     JASA 114, 2019: bounds on the probability of the class give the smallest sets on average.
   * [4] Vovk, Gammerman, Shafer: Algorithmic learning in a random world, 2005: smoothed predictors.
   * Without labels for what is on its way, the plain update of [1] swings: its error is counted with
   * the share it was made for until then, as a Smith predictor does (O. Smith: Closer control of
   * loops with dead time, 1957).
   * docs/before-labels.md has what was tried.
   */
  static final FurtherParts.Kind<PredictionSets> KIND =
      new FurtherParts.Kind<>(
          "prediction-sets",
          Part.PREDICTION_SETS,
          (config, schema) ->
              config.coverage() == null
                  ? null
                  : new PredictionSets(
                      config.coverage(), config.evaluationWindow(), schema.classes()));

  private static final String TAG = "SETS";
  private static final int VERSION = 1;

  private static final int SCORES = 500;
  private static final double STEP = 0.2;

  /** Of the misses that are wanted otherwise, while the first sets are made up for. */
  private static final double MADE_UP = 0.5;

  /** At most so many first sets are made up for: more would be felt for long. */
  private static final int MOST_OWED = 2_000;

  /** What draws between equal probabilities from a prediction's own seed. */
  private static final long TIE_SEED = 3;

  /** What draws how often the probability of a label that was asked for is kept. */
  private static final long WEIGHT_SEED = 4;

  private static final double LARGEST_DEBT = 1e12;

  private final double missRate;
  private final int window;
  private final int classes;
  private final RecentScores scores = new RecentScores(SCORES);
  private CoverageWindow coverage;

  /** See above: d. */
  private double debt;

  /** Misses that the first sets should have had. */
  private double owed;

  /**
   * How often the latest sets held the true class.
   *
   * @param labels sets that are counted
   * @param held share of them that held it, from 0 to 100; 0 where there are none
   * @param size mean number of classes in them
   */
  record Coverage(int labels, double held, double size) {}

  /**
   * @param coverage share of the sets that are to hold the true class, between 0 and 1
   * @param window sets that {@link #coverage()} counts
   */
  PredictionSets(double coverage, int window, int classes) {
    this.missRate = 1 - coverage;
    this.window = window;
    this.classes = classes;
    this.coverage = new CoverageWindow(window);
  }

  /**
   * Bounds the set of a new prediction.
   *
   * @param seed of the prediction
   */
  SetBound next(long seed) {
    if (scores.size() == 0) {
      owed = Math.min(owed + missRate, MOST_OWED * missRate);
      return SetBound.ALL;
    }
    double goal = missRate;
    if (owed > 0) {
      double more = Math.min(owed, MADE_UP * missRate);
      goal += more;
      owed -= more;
    }
    double wanted = goal - STEP * missRate * (1 - missRate) * debt;
    wanted = Math.max(0, Math.min(1, wanted));
    debt += wanted - goal;
    return new SetBound(scores.bound(wanted, draw(seed, TIE_SEED)), wanted);
  }

  /** Uniform, from 0 (inclusive) to 1. */
  private static double draw(long seed, long purpose) {
    return (SplitMix64.derive(seed, purpose) >>> 11) * 0x1p-53;
  }

  /**
   * Takes the label of a prediction.
   *
   * @param label true class
   */
  void learn(PendingPrediction prediction, int label) {
    double[] probabilities = prediction.distribution();
    double weight = prediction.weight();
    SetBound bound = prediction.setBound();
    if (bound != null) {
      boolean holds = bound.holds(probabilities[label]);
      debt += weight * ((holds ? 0 : 1) - bound.missRate());
      coverage.add(bound.size(probabilities), holds);
    }
    int times = (int) weight;
    if (draw(prediction.dropoutSeed(), WEIGHT_SEED) < weight - times) {
      times++;
    }
    for (int i = 0; i < times; i++) {
      scores.add(Math.min(1, probabilities[label]));
    }
  }

  /** Of the latest sets whose labels have come. */
  Coverage coverage() {
    return coverage.coverage();
  }

  /** Has {@link #coverage()} begin anew; what sets are made from stays. */
  void restartCoverage() {
    coverage = new CoverageWindow(window);
  }

  @Override
  public void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    out.writeDouble(missRate);
    out.writeDouble(debt);
    out.writeDouble(owed);
    scores.writeTo(out);
    coverage.writeTo(out);
  }

  /** Reads a snapshot; of one for another coverage, what was missed is left out. */
  @Override
  public void readSnapshot(DataInput in) throws IOException {
    SnapshotHeader.read(in, TAG, VERSION);
    boolean same = in.readDouble() == missRate;
    debt = SnapshotArrays.readDouble(in, -LARGEST_DEBT, LARGEST_DEBT, "missed sets");
    owed = SnapshotArrays.readDouble(in, 0, LARGEST_DEBT, "misses that are owed");
    scores.readFrom(in);
    coverage.readFrom(in, classes);
    if (!same) {
      debt = 0;
      owed = 0;
      restartCoverage();
    }
  }
}
