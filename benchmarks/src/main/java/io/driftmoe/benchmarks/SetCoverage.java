// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

/**
 * How often prediction sets held the true class, in per cent: over all events, or in that window of
 * 5,000 events where it was the least or the most. Windows follow each other; the last events count
 * where there are fewer in all.
 */
final class SetCoverage implements Score {
  private static final int WINDOW = 5_000;

  /** Which of the windows counts. */
  enum Of {
    ALL,
    LEAST,
    MOST
  }

  private final Of of;
  private long sets;
  private long held;
  private int inWindow;
  private int heldInWindow;
  private double extreme = Double.NaN;

  SetCoverage(Of of) {
    this.of = of;
  }

  @Override
  public void add(int truth, int predicted, double probabilityOfTruth, double confidence) {
    // of the prediction itself nothing is needed
  }

  @Override
  public void add(SetOutcome set) {
    int one = set.held() ? 1 : 0;
    sets++;
    held += one;
    inWindow++;
    heldInWindow += one;
    if (inWindow == WINDOW) {
      double coverage = heldInWindow / (double) WINDOW;
      boolean first = Double.isNaN(extreme);
      if (first || (of == Of.LEAST ? coverage < extreme : coverage > extreme)) {
        extreme = coverage;
      }
      inWindow = 0;
      heldInWindow = 0;
    }
  }

  @Override
  public double value() {
    boolean all = of == Of.ALL || Double.isNaN(extreme);
    return 100 * (all ? held / (double) sets : extreme); // not a number where there are no sets
  }
}
