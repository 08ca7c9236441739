// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

/** The gradient of a {@link Loss} by the logits of one row, in double precision. */
public final class LossGradient {
  /** Gradients below this are zero: subnormal numbers would slow every later loop. */
  public static final double SMALLEST_ERROR = 1e-30;

  /** Of a mixture whose softmax has ruled out all that could have been: there is no pull then. */
  public static final double SMALLEST_LIKELIHOOD = 1e-300;

  private final double[] softmax;

  /**
   * For rows of so many logits.
   *
   * @param outputs logits of a row
   */
  public LossGradient(int outputs) {
    this.softmax = new double[outputs];
  }

  /**
   * Computes the gradient of the mean loss of a mini-batch.
   *
   * @param loss what the targets mean
   * @param logits of the row
   * @param targets of the mini-batch
   * @param at where those of the row start
   * @param rows of the mini-batch
   * @param delta receives the gradient
   */
  public void compute(Loss loss, float[] logits, float[] targets, int at, int rows, float[] delta) {
    if (loss == Loss.BINARY) {
      binary(logits, targets, at, rows, delta);
    } else {
      for (int o = 0; o < softmax.length; o++) {
        softmax[o] = logits[o];
      }
      Softmax.apply(softmax);
      compute(loss, softmax, targets, at, rows, delta);
    }
  }

  /** The same for a row whose softmax may be known already. */
  void compute(Loss loss, RowActivations row, float[] targets, int at, int rows, float[] delta) {
    if (loss == Loss.BINARY) {
      binary(row.logits(), targets, at, rows, delta);
    } else {
      compute(loss, row.softmax(), targets, at, rows, delta);
    }
  }

  private static void compute(
      Loss loss, double[] softmax, float[] targets, int at, int rows, float[] delta) {
    if (loss == Loss.SOFTMAX) {
      softmax(softmax, targets, at, rows, delta);
    } else {
      mixture(softmax, targets, at, rows, delta);
    }
  }

  /** d loss / d logit = (sigmoid(logit) - target) / (rows * outputs). */
  private static void binary(float[] logits, float[] targets, int at, int rows, float[] delta) {
    double scale = 1.0 / ((double) rows * logits.length);
    for (int o = 0; o < logits.length; o++) {
      double error = sigmoid(logits[o]) - targets[at + o];
      delta[o] = Math.abs(error) < SMALLEST_ERROR ? 0 : (float) (error * scale);
    }
  }

  /** d loss / d logit = (sum of targets * softmax - target) / rows. */
  private static void softmax(double[] softmax, float[] targets, int at, int rows, float[] delta) {
    double weight = 0;
    for (int o = 0; o < softmax.length; o++) {
      weight += targets[at + o];
    }
    for (int o = 0; o < softmax.length; o++) {
      delta[o] = scaled(weight * softmax[o] - targets[at + o], rows);
    }
  }

  /**
   * d loss / d logit = (softmax - posterior) / rows, posterior = softmax * target, normalised to
   * the softmax of those that took part; 0 for those that did not.
   */
  private static void mixture(double[] softmax, float[] targets, int at, int rows, float[] delta) {
    double likelihood = 0;
    double absent = 0;
    for (int o = 0; o < softmax.length; o++) {
      float target = targets[at + o];
      if (target == target) {
        likelihood += softmax[o] * target;
      } else {
        absent += softmax[o];
      }
    }
    likelihood = Math.max(likelihood, SMALLEST_LIKELIHOOD);
    double present = absent == 0 ? 1 : Math.max(0, 1 - absent);
    for (int o = 0; o < softmax.length; o++) {
      float target = targets[at + o];
      double posterior = target == target ? present * softmax[o] * target / likelihood : softmax[o];
      delta[o] = scaled(softmax[o] - posterior, rows);
    }
  }

  private static float scaled(double error, int rows) {
    return Math.abs(error) < SMALLEST_ERROR ? 0 : (float) (error / rows);
  }

  private static double sigmoid(double x) {
    double e = StrictMath.exp(-Math.abs(x));
    return (x >= 0 ? 1 : e) / (1 + e);
  }
}
