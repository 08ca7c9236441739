// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.SplitMix64;

/**
 * Mechanisms that move all the time: within so many events each concept turns into the next one, in
 * which about half the mechanisms, those of features and of the class, are new.
 */
final class DriftingMechanisms implements CausalConcepts {
  private final CausalGraph graph;
  private final long life;
  private final SplitMix64 random;
  private CausalConcept from;
  private CausalConcept to;
  private long stage;

  /**
   * @param life events from one concept to the next
   */
  DriftingMechanisms(CausalGraph graph, long life, SplitMix64 random) {
    this.graph = graph;
    this.life = life;
    this.random = random;
    this.from = CausalClasses.of(CausalConcept.draw(graph, random), graph, random);
    this.to = next(from);
  }

  private CausalConcept next(CausalConcept concept) {
    CausalConcept changed = concept.redrawn(graph, v -> random.nextDouble() < 0.5, random);
    return CausalClasses.of(changed, graph, random);
  }

  /**
   * @param number not below that of the call before
   */
  @Override
  public CausalConcept at(long number) {
    while (number / life > stage) {
      from = to;
      to = next(to);
      stage++;
    }
    return CausalConcept.between(from, to, (double) (number % life) / life);
  }
}
