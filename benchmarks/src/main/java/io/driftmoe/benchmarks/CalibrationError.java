// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

/**
 * Expected calibration error, in per cent: the sum over the bins ((b - 1)/15, b/15] of the
 * confidence, b from 1 to 15, of n_b/n |accuracy_b - mean confidence_b|; a confidence of 0 is in
 * the first bin (Guo et al.: On calibration of modern neural networks, ICML 2017).
 */
final class CalibrationError implements Score {
  private static final int BINS = 15;

  private final double[] confidenceSums = new double[BINS];
  private final long[] hits = new long[BINS];
  private long events;

  @Override
  public void add(int truth, int predicted, double probabilityOfTruth, double confidence) {
    events++;
    int bin = Math.max(0, (int) Math.ceil(confidence * BINS) - 1);
    confidenceSums[bin] += confidence;
    hits[bin] += truth == predicted ? 1 : 0;
  }

  @Override
  public double value() {
    double sum = 0;
    for (int b = 0; b < BINS; b++) {
      sum += Math.abs(hits[b] - confidenceSums[b]); // n_b cancels out
    }
    return events == 0 ? 0 : 100 * (sum / events);
  }
}
