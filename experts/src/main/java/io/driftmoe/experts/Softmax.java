// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts;

/** Logits to probabilities: {@code p_c = exp(s_c) / sum of exp(s)}. */
final class Softmax {
  private Softmax() {}

  /** Replaces the logits, which must be finite, by probabilities, without overflow. */
  static void apply(double[] logits) {
    double largest = Double.NEGATIVE_INFINITY;
    for (double logit : logits) {
      largest = Math.max(largest, logit);
    }
    double sum = 0;
    for (int c = 0; c < logits.length; c++) {
      logits[c] = StrictMath.exp(logits[c] - largest);
      sum += logits[c];
    }
    for (int c = 0; c < logits.length; c++) {
      logits[c] /= sum;
    }
  }
}
