// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.SplitMix64;

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
  private final ClassShares shares;
  private final int[][] labels;
  private final int[] drawn;
  private final SplitMix64 random;
  private final double[][] probes = new double[PROBES][RegimeConcept.FEATURES];

  RegimeConcepts(int sources, ClassShares shares, SplitMix64 random) {
    this.concepts = new RegimeConcept[sources];
    this.shares = shares;
    this.labels = new int[sources][];
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
   * events among those on which it disagrees with another source's concept or with the source's
   * former one and, of two classes, those of either. More classes have their shares anyway.
   */
  void replace(int source) {
    RegimeConcept.Kind[] kinds = RegimeConcept.Kind.values();
    RegimeConcept.Kind kind = kinds[(source + drawn[source]++) % kinds.length];
    RegimeConcept best = null;
    int[] bestLabels = null;
    int most = -1;
    for (int i = 0; i < CANDIDATES; i++) {
      RegimeConcept candidate = RegimeConcept.draw(kind, shares, random);
      int[] candidateLabels = labels(candidate);
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

  private int[] labels(RegimeConcept concept) {
    int[] found = new int[PROBES];
    for (int i = 0; i < PROBES; i++) {
      found[i] = concept.label(probes[i]);
    }
    return found;
  }

  private int conflict(int[] candidate) {
    int least = PROBES;
    if (shares.size() == 2) {
      int ones = 0;
      for (int label : candidate) {
        ones += label;
      }
      least = Math.min(ones, PROBES - ones);
    }
    for (int[] other : labels) {
      if (other != null) {
        least = Math.min(least, differing(candidate, other));
      }
    }
    return least;
  }

  private static int differing(int[] a, int[] b) {
    int differing = 0;
    for (int i = 0; i < PROBES; i++) {
      differing += a[i] == b[i] ? 0 : 1;
    }
    return differing;
  }
}
