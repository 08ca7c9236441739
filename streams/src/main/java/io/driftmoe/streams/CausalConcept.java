// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.SplitMix64;
import java.util.function.IntPredicate;

/**
 * How strongly each cause works in a causal stream: what drifts. One row of numbers for each
 * variable, its mechanism, and two thresholds that make three classes of the score.
 */
final class CausalConcept {
  /** Part of a variable's last value that stays. */
  static final int PERSISTENCE = 0;

  /** Height of its daily wave. */
  static final int DAILY = 1;

  /** What the class adds, for each step away from the middle one. */
  static final int CLASS = 2;

  /** What the first cause adds to its effect on weekends. */
  static final int WEEKEND = 3;

  /** What the product of the first two causes adds. */
  static final int PRODUCT = 4;

  /** Size of the noise. */
  static final int NOISE = 5;

  /** What each mode adds. */
  static final int MODES = 6;

  /** Strength of each arrow. */
  static final int ARROWS = MODES + CausalModes.COUNT;

  private static final double SCORE_NOISE = 0.35;
  private static final double FEATURE_NOISE = 0.8;
  private static final double SCORE_PERSISTENCE = 0.15;

  private final double[][] mechanisms;
  private final double low;
  private final double high;

  private CausalConcept(double[][] mechanisms, double low, double high) {
    this.mechanisms = mechanisms;
    this.low = low;
    this.high = high;
  }

  /** Every mechanism is new. */
  static CausalConcept draw(CausalGraph graph, SplitMix64 random) {
    double[][] mechanisms = new double[CausalGraph.VARIABLES][];
    for (int v = 0; v < mechanisms.length; v++) {
      mechanisms[v] = mechanism(graph, v, random);
    }
    return new CausalConcept(mechanisms, 0, 0);
  }

  /** Some mechanisms are new, the others are those of this concept. */
  CausalConcept redrawn(CausalGraph graph, IntPredicate which, SplitMix64 random) {
    double[][] changed = mechanisms.clone();
    for (int v = 0; v < changed.length; v++) {
      if (which.test(v)) {
        changed[v] = mechanism(graph, v, random);
      }
    }
    return new CausalConcept(changed, low, high);
  }

  /** The same mechanisms with other classes. */
  CausalConcept withThresholds(double lower, double upper) {
    return new CausalConcept(mechanisms, lower, upper);
  }

  /**
   * A concept on the way from one to another.
   *
   * @param share of the second, 0 to 1
   */
  static CausalConcept between(CausalConcept from, CausalConcept to, double share) {
    double[][] mixed = new double[from.mechanisms.length][];
    for (int v = 0; v < mixed.length; v++) {
      mixed[v] = from.mechanisms[v].clone();
      for (int i = 0; i < mixed[v].length; i++) {
        mixed[v][i] = between(from.mechanisms[v][i], to.mechanisms[v][i], share);
      }
    }
    return new CausalConcept(
        mixed, between(from.low, to.low, share), between(from.high, to.high, share));
  }

  private static double between(double from, double to, double share) {
    return from + share * (to - from);
  }

  private static double[] mechanism(CausalGraph graph, int variable, SplitMix64 random) {
    boolean score = variable == CausalGraph.SCORE;
    boolean effect = variable == CausalGraph.EFFECT;
    double[] row = new double[ARROWS + graph.into(variable).size()];
    row[PERSISTENCE] = score ? SCORE_PERSISTENCE : persistence(variable, random);
    row[DAILY] = effect ? 0 : either(0, 0.7, random);
    row[CLASS] = effect ? either(0.4, 0.8, random) : score ? 0 : either(0, 0.3, random);
    row[NOISE] = score ? SCORE_NOISE : FEATURE_NOISE;
    for (int mode = 0; mode < CausalModes.COUNT; mode++) {
      row[MODES + mode] = effect ? 0 : either(0, 0.4, random);
    }
    for (int i = ARROWS; i < row.length; i++) {
      row[i] = either(0.6, 1.4, random);
    }
    if (score) {
      row[PRODUCT] = either(0.5, 1.5, random);
      row[WEEKEND] = -1.5 * row[ARROWS]; // the other way round, and weaker
    }
    return row;
  }

  /** One feature in three is slow, so that both what stays and what passes matters. */
  private static double persistence(int variable, SplitMix64 random) {
    return variable % 3 == 0
        ? between(0.5, 0.8, random.nextDouble())
        : between(0.15, 0.35, random.nextDouble());
  }

  /** A number of a size between two, of either sign. */
  private static double either(double least, double most, SplitMix64 random) {
    double size = between(least, most, random.nextDouble());
    return random.nextDouble() < 0.5 ? -size : size;
  }

  /** A variable's mechanism; not to be changed. */
  double[] mechanism(int variable) {
    return mechanisms[variable];
  }

  /** Class of a score: 0, 1 or 2. */
  int label(double score) {
    return score < low ? 0 : score < high ? 1 : 2;
  }
}
