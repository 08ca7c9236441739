// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.SplitMix64;
import java.util.Arrays;

/** Thresholds by which half of a concept's events are low, three in ten middle, two in ten high. */
final class CausalClasses {
  private static final int EVENTS = 2_000;
  private static final int ROUNDS =
      2; // the class is a cause, too: once more with the classes found
  private static final double LOW = 0.5;
  private static final double NOT_HIGH = 0.8;

  private CausalClasses() {}

  static CausalConcept of(CausalConcept concept, CausalGraph graph, SplitMix64 random) {
    CausalConcept classed = concept;
    for (int round = 0; round < ROUNDS; round++) {
      CausalProcess trial = new CausalProcess(graph, 0, new SplitMix64(random.nextLong()));
      double[] scores = new double[EVENTS];
      for (int i = 0; i < EVENTS; i++) {
        trial.next(classed);
        scores[i] = trial.value(CausalGraph.SCORE);
      }
      Arrays.sort(scores);
      classed = classed.withThresholds(at(LOW, scores), at(NOT_HIGH, scores));
    }
    return classed;
  }

  private static double at(double share, double[] sorted) {
    return sorted[(int) (share * sorted.length)];
  }
}
