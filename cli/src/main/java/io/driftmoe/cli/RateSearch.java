// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.local.LocalException;
import java.util.OptionalDouble;

/** Looks for the highest rate that a system sustains, by halving what is in question. */
final class RateSearch {
  /** The result is exact to a part of this size of the limit. */
  static final int STEPS = 25;

  private RateSearch() {}

  /** A run at a rate. */
  @FunctionalInterface
  interface Probe {
    boolean sustains(double rate) throws CommandException, LocalException, InterruptedException;
  }

  /**
   * The highest multiple of limit / {@value #STEPS} up to the limit that the system sustains, or
   * nothing when it does not even sustain the lowest. Takes four or five probes. Supposes that what
   * is sustained at a rate is so at every lower one.
   */
  static OptionalDouble highest(double limit, Probe probe)
      throws CommandException, LocalException, InterruptedException {
    int sustained = 0;
    int refuted = STEPS + 1;
    while (refuted - sustained > 1) {
      int step = (sustained + refuted) / 2;
      if (probe.sustains(limit * step / STEPS)) {
        sustained = step;
      } else {
        refuted = step;
      }
    }
    return sustained == 0 ? OptionalDouble.empty() : OptionalDouble.of(limit * sustained / STEPS);
  }
}
