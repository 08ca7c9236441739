// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.SplitMix64;

/**
 * An arrow from a cause to an effect.
 *
 * @param cause number of the variable
 * @param lag events by which the cause comes before its effect, 0 to {@value #GREATEST_LAG}
 */
record CausalEdge(int cause, int lag, CausalShape shape) {
  static final int GREATEST_LAG = 5;

  /** An arrow at once, from one of the variables below a number. */
  static CausalEdge atOnce(int below, SplitMix64 random) {
    return new CausalEdge(RegimeConcept.below(below, random), 0, shape(random));
  }

  /** An arrow from the past of any of so many variables. */
  static CausalEdge fromThePast(int variables, SplitMix64 random) {
    int cause = RegimeConcept.below(variables, random);
    int lag = 1 + RegimeConcept.below(GREATEST_LAG, random);
    return new CausalEdge(cause, lag, shape(random));
  }

  private static CausalShape shape(SplitMix64 random) {
    CausalShape[] shapes = CausalShape.values();
    return shapes[RegimeConcept.below(shapes.length, random)];
  }
}
