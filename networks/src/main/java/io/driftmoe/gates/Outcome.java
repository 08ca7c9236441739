// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.gates;

/**
 * How the experts did on one labelled event.
 *
 * @param mask whether each expert should have been chosen
 * @param likelihoods the probability that each expert gave to the true class; without meaning for
 *     one that was not heard
 * @param heard whether the expert now in each place had a say; nothing is known of the others, and
 *     no weight moves for or against them
 * @param classes that the experts tell apart
 */
public record Outcome(boolean[] mask, double[] likelihoods, boolean[] heard, int classes) {

  /** Likelihood of expert e under a share of doubt: (1 - doubt) p + doubt / classes. */
  public double likelihood(int e, double doubt) {
    return (1 - doubt) * likelihoods[e] + doubt / classes;
  }
}
