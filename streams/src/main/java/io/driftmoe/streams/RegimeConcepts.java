// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.SplitMix64;
import java.util.BitSet;

/** The concepts of a {@link RegimeStream}'s sources, one each, in conflict with each other. */
final class RegimeConcepts {
  /*
   * A learner that does not know the source loses most where concepts disagree on half of all
   * events and nothing where they agree. Two concepts drawn blindly may agree on most, so the one
   * that conflicts most is chosen of several. There is always one, whatever the others are, which
   * could not be said of a bound on the disagreement: there are only 45 sums of a pair.
   */
  private static final int CANDIDATES = 24;

  private static final int PROBES = 500;

  private final RegimeConcept[] concepts;
  private final BitSet[] labels;
  private final int[] drawn;
  private final SplitMix64 random;
  private final double[][] probes = new double[PROBES][RegimeConcept.FEATURES];

  RegimeConcepts(int sources, SplitMix64 random) {
    this.concepts = new RegimeConcept[sources];
    this.labels = new BitSet[sources];
    this.drawn = new int[sources];
    this.random = random;
    for (double[] probe : probes) {
      for (int i = 0; i < probe.length; i++) {
        probe[i] = random.nextDouble();
      }
    }
    for (int source = 0; source < sources; source++) {
      replace(source);
    }
  }

  RegimeConcept of(int source) {
    return concepts[source];
  }

  /**
   * Gives a source a new concept, of the next kind: of 24 the one with the greatest least share of
   * events among those of either class and those on which it disagrees with another source's
   * concept or with the source's former one.
   */
  void replace(int source) {
    RegimeConcept.Kind[] kinds = RegimeConcept.Kind.values();
    RegimeConcept.Kind kind = kinds[(source + drawn[source]++) % kinds.length];
    RegimeConcept best = null;
    BitSet bestLabels = null;
    int most = -1;
    for (int i = 0; i < CANDIDATES; i++) {
      RegimeConcept candidate = RegimeConcept.draw(kind, random);
      BitSet candidateLabels = labels(candidate);
      int conflict = conflict(candidateLabels);
      if (conflict > most) {
        most = conflict;
        best = candidate;
        bestLabels = candidateLabels;
      }
    }
    concepts[source] = best;
    labels[source] = bestLabels;
  }

  private BitSet labels(RegimeConcept concept) {
    BitSet ones = new BitSet(PROBES);
    for (int i = 0; i < PROBES; i++) {
      ones.set(i, concept.label(probes[i]) == 1);
    }
    return ones;
  }

  private int conflict(BitSet candidate) {
    int least = Math.min(candidate.cardinality(), PROBES - candidate.cardinality());
    for (BitSet other : labels) {
      if (other != null) {
        BitSet differ = (BitSet) candidate.clone();
        differ.xor(other);
        least = Math.min(least, differ.cardinality());
      }
    }
    return least;
  }
}
