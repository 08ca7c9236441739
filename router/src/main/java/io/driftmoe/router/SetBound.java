// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Which classes are in a prediction set: those that are probable enough.
 *
 * @param least probability of a class in the set; negative infinity for all classes, positive
 *     infinity for none
 * @param missRate share of such sets that should lack the true class, from 0 to 1
 */
record SetBound(double least, double missRate) {
  /** Every class is in. */
  static final SetBound ALL = new SetBound(Double.NEGATIVE_INFINITY, 0);

  /** Whether a class with this probability is in; one that is no number is not. */
  boolean holds(double probability) {
    return probability >= least;
  }

  int size(double[] probabilities) {
    int size = 0;
    for (double probability : probabilities) {
      size += holds(probability) ? 1 : 0;
    }
    return size;
  }

  void writeTo(DataOutput out) throws IOException {
    out.writeDouble(least);
    out.writeDouble(missRate);
  }

  static SetBound readFrom(DataInput in) throws IOException {
    SetBound bound = new SetBound(in.readDouble(), in.readDouble());
    if (Double.isNaN(bound.least) || !(bound.missRate >= 0 && bound.missRate <= 1)) {
      throw new IOException("prediction set has a bound of " + bound);
    }
    return bound;
  }
}
