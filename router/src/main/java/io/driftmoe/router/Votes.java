// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

/** What the experts said about one event: {@code values[experts × classes]}, row-major. */
final class Votes {
  private final double[] values;
  private final int classes;

  /**
   * @param values class distributions, one expert after the other; not copied
   * @param classes that each expert tells apart
   */
  Votes(double[] values, int classes) {
    if (classes < 2 || values.length % classes != 0) {
      throw new IllegalArgumentException(
          "votes must be whole rows of at least 2 classes, got %s values for %s classes"
              .formatted(values.length, classes));
    }
    this.values = values;
    this.classes = classes;
  }

  int experts() {
    return values.length / classes;
  }

  int classes() {
    return classes;
  }

  double get(int expert, int label) {
    return values[expert * classes + label];
  }

  /** The class an expert holds most likely; ties go to the lowest index. */
  int choice(int expert) {
    int best = 0;
    for (int c = 1; c < classes; c++) {
      if (get(expert, c) > get(expert, best)) {
        best = c;
      }
    }
    return best;
  }

  void copyTo(int expert, double[] distribution) {
    System.arraycopy(values, expert * classes, distribution, 0, classes);
  }

  /** Adds weight times the distribution of an expert. */
  void addTo(int expert, double weight, double[] distribution) {
    for (int c = 0; c < classes; c++) {
      distribution[c] += weight * get(expert, c);
    }
  }

  double[] values() {
    return values;
  }
}
