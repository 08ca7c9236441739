// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

/** What a training step makes smaller: the mean over the rows of a mini-batch. */
public enum Loss {
  /**
   * Binary cross-entropy on each logit, mean over the outputs; each target is 0 or 1. The outputs
   * are independent: several may be right at once.
   */
  BINARY,
  /**
   * Cross-entropy of the softmax over the logits towards the target row, {@code -sum of t_o ln
   * softmax_o}. Targets are 0 or more; a row that sums to w counts like a row of probabilities with
   * weight w.
   */
  SOFTMAX,
  /**
   * Negative log-likelihood of a mixture, {@code -ln sum of softmax_o t_o}: target o is the
   * likelihood that component o gave to what happened, greater than 0 for at least one; NaN for one
   * that took no part. The sum is then over those that did, with their softmax normalised; the
   * gradient of that counts by the softmax they hold, and the logits of the others do not move.
   */
  MIXTURE
}
