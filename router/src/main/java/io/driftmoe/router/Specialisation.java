// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

/** What the experts of a mixture divide among themselves. */
public sealed interface Specialisation {

  /**
   * Regimes of the data (MoE-Data): every expert tells all classes apart, the gate picks one.
   *
   * @param experts number of experts, at least 1
   * @param topK how many experts, those with the highest gate weights, learn an event; from 1 to
   *     experts
   */
  record Regimes(int experts, int topK) implements Specialisation {
    /** Checks the ranges. */
    public Regimes {
      if (experts < 1) {
        throw new IllegalArgumentException("experts must be at least 1, got " + experts);
      }
      if (topK < 1 || topK > experts) {
        throw new IllegalArgumentException(
            "topK must be from 1 to experts = %d, got %d".formatted(experts, topK));
      }
    }
  }

  /** Classes (MoE-Task): one one-vs-rest expert per class, all of which learn every event. */
  record Classes() implements Specialisation {}
}
