// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.page;

import java.util.List;

/** Whom the gates trust: the mean weight of each expert over the latest predictions. */
final class FamilyWeights {
  /** A mixture with an expert per class may have thousands; those beyond are one sum. */
  static final int MOST = 64;

  /** Weight of a new prediction: the mean is over the last fifty or so. */
  private static final double RATE = 0.02;

  private double[] means = new double[0];
  private long seen;

  /** Takes note of the weights of one prediction. */
  void add(List<Double> weights) {
    int count = Math.min(MOST, weights.size());
    if (count != means.length) {
      means = new double[count];
      seen = 0;
    }
    seen++;
    double rate = Math.max(RATE, 1.0 / seen);
    for (int e = 0; e < count; e++) {
      means[e] += rate * (Numbers.share(weights.get(e)) - means[e]);
    }
  }

  int size() {
    return means.length;
  }

  double mean(int expert) {
    return means[expert];
  }

  /** The means of the first experts. */
  float[] first(int count) {
    float[] first = new float[Math.min(count, means.length)];
    for (int e = 0; e < first.length; e++) {
      first[e] = (float) means[e];
    }
    return first;
  }
}
