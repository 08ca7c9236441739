// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

/** Logits to probabilities: {@code p_c = exp(s_c) / sum of exp(s)}, the same bits everywhere. */
public final class Softmax {
  private Softmax() {}

  /**
   * Replaces logits by probabilities, without overflow whatever the logits. A probability below
   * about 1e-304 becomes 0.
   *
   * @param logits finite
   */
  public static void apply(double[] logits) {
    double largest = Double.NEGATIVE_INFINITY;
    for (double logit : logits) {
      largest = Math.max(largest, logit);
    }
    double sum = 0;
    for (int c = 0; c < logits.length; c++) {
      logits[c] = Exponential.ofNegative(logits[c] - largest);
      sum += logits[c];
    }
    for (int c = 0; c < logits.length; c++) {
      logits[c] /= sum;
    }
  }
}
