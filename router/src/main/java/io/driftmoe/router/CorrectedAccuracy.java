// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.SnapshotHeader;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Estimates the share of right predictions among all events from the answers to questions, which
 * are about hard events more often than about others.
 *
 * <p>An answer whose question was asked with probability p stands for 1/p events: the estimate is
 * the mean of right and wrong with these weights (Hájek: Comment on a paper by D. Basu, 1971). Over
 * the last events, weights fall exponentially, at a rate of one window. Its error is the root of
 * the sum of the squared weighted differences from the estimate, over the sum of the weights.
 */
final class CorrectedAccuracy {
  private static final String TAG = "CACC";
  private static final int VERSION = 1;

  private final double window;

  private double weight;
  private double right;

  /** Sum of the squares of the weights, of the right and of all. */
  private double squaresRight;

  private double squares;

  private double recentWeight;
  private double recentRight;

  /**
   * @param window events over which weights fall by a factor of e, at least 1
   */
  CorrectedAccuracy(int window) {
    this.window = window;
  }

  /**
   * Takes an answer.
   *
   * @param probability with which it was asked for
   * @param wasRight whether the prediction was
   */
  void add(double probability, boolean wasRight) {
    double w = 1 / probability;
    weight += w;
    squares += w * w;
    double kept = window / (window + w);
    recentWeight = kept * recentWeight + w;
    recentRight *= kept;
    if (wasRight) {
      right += w;
      squaresRight += w * w;
      recentRight += w;
    }
  }

  /** From 0 to 1; NaN before the first answer. */
  double overall() {
    return right / weight;
  }

  /** Of the last events, from 0 to 1; NaN before the first answer. */
  double recent() {
    return recentRight / recentWeight;
  }

  /** Standard error of {@link #overall}; NaN before the first answer. */
  double error() {
    double p = overall();
    double sum = squaresRight * (1 - 2 * p) + squares * p * p;
    return Math.sqrt(Math.max(0, sum)) / weight;
  }

  /** Takes over what another knows. */
  void take(CorrectedAccuracy other) {
    weight = other.weight;
    right = other.right;
    squares = other.squares;
    squaresRight = other.squaresRight;
    recentWeight = other.recentWeight;
    recentRight = other.recentRight;
  }

  void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    out.writeDouble(weight);
    out.writeDouble(right);
    out.writeDouble(squares);
    out.writeDouble(squaresRight);
    out.writeDouble(recentWeight);
    out.writeDouble(recentRight);
  }

  /** Takes over what {@link #writeSnapshot} wrote. */
  void readSnapshot(DataInput in) throws IOException {
    SnapshotHeader.read(in, TAG, VERSION);
    weight = amount(in, Double.MAX_VALUE);
    right = amount(in, weight);
    squares = amount(in, Double.MAX_VALUE);
    squaresRight = amount(in, squares);
    recentWeight = amount(in, Double.MAX_VALUE);
    recentRight = amount(in, recentWeight);
  }

  private static double amount(DataInput in, double most) throws IOException {
    double value = in.readDouble();
    if (!(value >= 0 && value <= most)) {
      throw new IOException(
          "snapshot of an accuracy holds %s, which must be from 0 to %s".formatted(value, most));
    }
    return value;
  }
}
