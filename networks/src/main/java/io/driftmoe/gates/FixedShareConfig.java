// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.gates;

/**
 * How fast the weights of a {@link FixedShare} move.
 *
 * @param eta exponent of the likelihood, above 0: 1 is Bayes' rule, less trusts a single event less
 * @param share part of the total weight that is spread evenly after each event, from 0 to 1
 *     (exclusive): with n experts no weight falls below share / n
 * @param floor part of the uniform distribution mixed into every likelihood, from 0 to 1
 *     (exclusive), so that one confident mistake does not erase an expert
 */
public record FixedShareConfig(double eta, double share, double floor) {

  /**
   * Rejects values outside the ranges above.
   *
   * @param eta positive and finite
   * @param share from 0 to 1 (exclusive)
   * @param floor from 0 to 1 (exclusive)
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public FixedShareConfig {
    if (!(eta > 0) || Double.isInfinite(eta)) {
      throw new IllegalArgumentException("eta must be positive and finite, got " + eta);
    }
    if (!(share >= 0 && share < 1)) {
      throw new IllegalArgumentException(
          "share must lie between 0 and 1 (exclusive), got " + share);
    }
    if (!(floor >= 0 && floor < 1)) {
      throw new IllegalArgumentException(
          "floor must lie between 0 and 1 (exclusive), got " + floor);
    }
  }

  /** {@return eta 0.1, share 0.01, floor 0.1} */
  public static FixedShareConfig defaults() {
    return new FixedShareConfig(0.1, 0.01, 0.1);
  }
}
