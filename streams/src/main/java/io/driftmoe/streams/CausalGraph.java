// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.SplitMix64;
import java.util.ArrayList;
import java.util.List;

/**
 * Who causes whom in a causal stream: what stays when its mechanisms drift.
 *
 * <p>Variables 0 to 8 are features, 9 is the score that the class is read from, which nobody sees,
 * and 10 is a feature that the class causes. Arrows at once lead from lower numbers to higher ones,
 * those from the past from any feature to any variable: the graph has no circle within an event.
 */
final class CausalGraph {
  /** Features that are causes of the class. */
  static final int CAUSES = 9;

  /** The score of the class. */
  static final int SCORE = CAUSES;

  /** The feature that the class causes. */
  static final int EFFECT = CAUSES + 1;

  /** All variables. */
  static final int VARIABLES = CAUSES + 2;

  private static final int PARENTS_OF_A_FEATURE = 2;
  private static final int PARENTS_OF_THE_SCORE = 3;

  private final List<List<CausalEdge>> edges = new ArrayList<>();
  private final int[] phases = new int[VARIABLES];

  CausalGraph(SplitMix64 random) {
    for (int v = 0; v < VARIABLES; v++) {
      List<CausalEdge> into = new ArrayList<>();
      int parents = v == SCORE ? PARENTS_OF_THE_SCORE : Math.min(v, PARENTS_OF_A_FEATURE);
      while (v != EFFECT && into.size() < parents) {
        CausalEdge edge = CausalEdge.atOnce(v, random);
        if (into.stream().noneMatch(other -> other.cause() == edge.cause())) {
          into.add(edge);
        }
      }
      if (v != EFFECT) {
        into.add(CausalEdge.fromThePast(CAUSES, random));
      }
      edges.add(List.copyOf(into));
      phases[v] = RegimeConcept.below(CausalSeasons.DAY, random);
    }
  }

  /** The arrows into a variable. */
  List<CausalEdge> into(int variable) {
    return edges.get(variable);
  }

  /** By how many events the variable's day is behind that of the clock. */
  int phase(int variable) {
    return phases[variable];
  }
}
