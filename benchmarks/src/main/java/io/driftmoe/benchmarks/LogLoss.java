// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

/** Log loss, in nats: the mean of -ln max(p, 1e-15), p the probability of the true class. */
final class LogLoss implements Score {
  private static final double LEAST_PROBABILITY = 1e-15;

  private double sum;
  private long events;

  @Override
  public void add(int truth, int predicted, double probabilityOfTruth, double confidence) {
    events++;
    // StrictMath: the same bits on every platform
    sum -= StrictMath.log(Math.max(probabilityOfTruth, LEAST_PROBABILITY));
  }

  @Override
  public double value() {
    return events == 0 ? 0 : sum / events;
  }
}
