// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

/**
 * Mean recall, in per cent: the mean of TP / T over the classes with T &gt; 0, with TP the events
 * of a class that were right and T those that were true.
 */
final class BalancedAccuracy implements Score {
  private final long[] truths;
  private final long[] hits;

  BalancedAccuracy(int classes) {
    this.truths = new long[classes];
    this.hits = new long[classes];
  }

  @Override
  public void add(int truth, int predicted, double probabilityOfTruth, double confidence) {
    truths[truth]++;
    hits[truth] += truth == predicted ? 1 : 0;
  }

  @Override
  public double value() {
    double sum = 0;
    int occurred = 0;
    for (int c = 0; c < truths.length; c++) {
      if (truths[c] > 0) {
        sum += (double) hits[c] / truths[c];
        occurred++;
      }
    }
    return occurred == 0 ? 0 : 100 * (sum / occurred);
  }
}
