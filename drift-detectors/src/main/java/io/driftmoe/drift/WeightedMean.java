// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import java.io.DataOutput;
import java.io.IOException;

/** An exponentially weighted mean of errors from 0 to 1, with the sum of its squared weights. */
final class WeightedMean {
  private static final double NONE = -1;

  private double mean = NONE;
  private double squaredWeights;

  boolean isEmpty() {
    return mean < 0;
  }

  double mean() {
    return mean;
  }

  double squaredWeights() {
    return squaredWeights;
  }

  void add(double error, double lambda) {
    if (isEmpty()) {
      mean = error;
      squaredWeights = 1;
      return;
    }
    double rest = 1 - lambda;
    mean = lambda * error + rest * mean;
    squaredWeights = lambda * lambda + rest * rest * squaredWeights;
  }

  void clear() {
    mean = NONE;
    squaredWeights = 0;
  }

  void copy(WeightedMean other) {
    mean = other.mean;
    squaredWeights = other.squaredWeights;
  }

  void writeSnapshot(DataOutput out) throws IOException {
    out.writeDouble(mean);
    out.writeDouble(squaredWeights);
  }

  void readSnapshot(DetectorSnapshot in, String field) throws IOException {
    mean = in.between(NONE, 1, field);
    in.check(mean >= 0 || mean == NONE, field, mean);
    squaredWeights = in.between(0, 1, field);
  }
}
