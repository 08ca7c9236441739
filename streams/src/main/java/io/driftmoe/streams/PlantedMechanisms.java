// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.SplitMix64;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Four concepts one after the other: after the first sharp drift the mechanism of the class is new,
 * after the second those of the features, after the third all of them.
 */
final class PlantedMechanisms implements CausalConcepts {
  private static final List<IntPredicate> CHANGES =
      List.of(v -> v == CausalGraph.SCORE, v -> v < CausalGraph.SCORE, v -> true);

  /** How many concepts there are. */
  static final int COUNT = CHANGES.size() + 1;

  private final List<CausalConcept> concepts = new ArrayList<>();
  private final List<PlantedDrift> drifts;

  PlantedMechanisms(CausalGraph graph, List<PlantedDrift> drifts, SplitMix64 random) {
    this.drifts = drifts;
    CausalConcept concept = CausalClasses.of(CausalConcept.draw(graph, random), graph, random);
    concepts.add(concept);
    for (IntPredicate change : CHANGES) {
      concept = CausalClasses.of(concept.redrawn(graph, change, random), graph, random);
      concepts.add(concept);
    }
  }

  @Override
  public CausalConcept at(long number) {
    int drifted = 0;
    while (drifted < drifts.size() && number >= drifts.get(drifted).firstEvent()) {
      drifted++;
    }
    return concepts.get(drifted);
  }
}
