// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.SplitMix64;
import java.util.Arrays;

/** How much of the label features' cube each class has, adding up to 1. */
final class ClassShares {
  private final double[] shares;

  private ClassShares(double[] shares) {
    this.shares = shares;
  }

  static ClassShares equal(int classes) {
    double[] shares = new double[classes];
    Arrays.fill(shares, 1.0 / classes);
    return new ClassShares(shares);
  }

  static ClassShares of(double... shares) {
    return new ClassShares(shares.clone());
  }

  /** Number of classes. */
  int size() {
    return shares.length;
  }

  double share(int label) {
    return shares[label];
  }

  /** The shares of all classes before this one, added up. */
  double before(int label) {
    double sum = 0;
    for (int c = 0; c < label; c++) {
      sum += shares[c];
    }
    return sum;
  }

  /** A class, each as likely as its share says. */
  int draw(SplitMix64 random) {
    int label = 0;
    for (double u = random.nextDouble(); label < shares.length - 1 && u >= shares[label]; ) {
      u -= shares[label++];
    }
    return label;
  }
}
