// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

/**
 * Macro F1, in per cent: the mean of 2 TP / (T + P) over the classes with T + P &gt; 0, with TP, T
 * and P the events of a class that were right, true and predicted.
 */
final class MacroF1 implements Score {
  private final long[] truths;
  private final long[] predictions;
  private final long[] hits;

  MacroF1(int classes) {
    this.truths = new long[classes];
    this.predictions = new long[classes];
    this.hits = new long[classes];
  }

  @Override
  public void add(int truth, int predicted, double probabilityOfTruth, double confidence) {
    truths[truth]++;
    predictions[predicted]++;
    hits[truth] += truth == predicted ? 1 : 0;
  }

  @Override
  public double value() {
    double sum = 0;
    int involved = 0;
    for (int c = 0; c < truths.length; c++) {
      long both = truths[c] + predictions[c];
      if (both > 0) {
        sum += 2.0 * hits[c] / both;
        involved++;
      }
    }
    return involved == 0 ? 0 : 100 * (sum / involved);
  }
}
