// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.gates;

/**
 * How the experts did on one labelled event.
 *
 * @param mask whether each expert should have been chosen
 * @param likelihoods the probability that each expert gave to the true class; without meaning for
 *     one that was not heard
 * @param responsibilities the part of each expert in what was said of the event, the posterior of
 *     the mixture: weight times likelihood, normalised over those that were heard; 0 for all others
 * @param heard whether the expert now in each place had a say; nothing is known of the others, and
 *     no weight moves for or against them
 * @param classes that the experts tell apart
 */
public record Outcome(
    boolean[] mask, double[] likelihoods, double[] responsibilities, boolean[] heard, int classes) {

  /** Share of doubt in an expert's probabilities: one that was sure and wrong is not ruled out. */
  static final double DOUBT = 0.1;

  /**
   * {@return the likelihood of expert e under a share of doubt: (1 - doubt) p + doubt / classes}
   *
   * @param e position of the expert, from 0
   * @param doubt share of the uniform distribution, from 0 to 1
   */
  public double likelihood(int e, double doubt) {
    return (1 - doubt) * likelihoods[e] + doubt / classes;
  }

  /**
   * Sets the responsibilities from the weights that the event was predicted with: {@code r_e = w_e
   * l_e / sum}, with likelihoods under doubt 0.1. All are 0 where no expert with a weight was
   * heard.
   *
   * @param weights of the experts, 0 or more
   */
  public void divide(double[] weights) {
    double sum = 0;
    for (int e = 0; e < responsibilities.length; e++) {
      responsibilities[e] = heard[e] ? weights[e] * likelihood(e, DOUBT) : 0;
      sum += responsibilities[e];
    }
    for (int e = 0; e < responsibilities.length && sum > 0; e++) {
      responsibilities[e] /= sum;
    }
  }
}
