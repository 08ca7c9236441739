// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

/**
 * By how many points the estimated accuracy misses the one that comes out, on average over windows
 * of 1,000 events that follow each other. The estimate of a window is the mean of what was expected
 * of each forecast when it was made, without any later label. Events behind the last window do not
 * count, unless there is none.
 */
final class EstimateError implements Score {
  private static final int WINDOW = 1_000;

  private int windows;
  private double sum;
  private int inWindow;
  private double expectedInWindow;
  private int rightInWindow;

  @Override
  public void add(int truth, int predicted, double probabilityOfTruth, double confidence) {
    // comes with what was expected
  }

  @Override
  public void addExpected(boolean right, double expected) {
    inWindow++;
    expectedInWindow += expected;
    rightInWindow += right ? 1 : 0;
    if (inWindow == WINDOW) {
      sum += latest();
      windows++;
      inWindow = 0;
      expectedInWindow = 0;
      rightInWindow = 0;
    }
  }

  private double latest() {
    return 100 * Math.abs(expectedInWindow - rightInWindow) / inWindow;
  }

  @Override
  public double value() {
    return windows == 0 ? latest() : sum / windows; // not a number where nothing was expected
  }
}
