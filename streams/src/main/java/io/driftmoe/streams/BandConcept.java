// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.SplitMix64;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/** Classes in the order of a number made of the features, cut where each gets its share. */
final class BandConcept implements RegimeConcept {
  private static final int PROBES = 2_000;
  private static final int PROBE_SEED = 1;

  private final ToDoubleFunction<double[]> position;
  private final double[] cuts;

  private BandConcept(ToDoubleFunction<double[]> position, double[] cuts) {
    this.position = position;
    this.cuts = cuts;
  }

  /** Bands along the normal of a hyperplane through the middle of the cube. */
  static BandConcept hyperplane(ClassShares shares, SplitMix64 random) {
    double[] weight = new double[FEATURES];
    for (int i = 0; i < FEATURES; i++) {
      weight[i] = 2 * random.nextDouble() - 1;
    }
    ToDoubleFunction<double[]> side =
        x -> {
          double sum = 0;
          for (int i = 0; i < FEATURES; i++) {
            sum += weight[i] * (x[i] - 0.5);
          }
          return sum;
        };
    double[] positions = probe(side);
    double[] cuts = new double[shares.size() - 1];
    for (int i = 0; i < cuts.length; i++) {
      int below = (int) Math.round(shares.before(i + 1) * positions.length);
      cuts[i] = (positions[below - 1] + positions[below]) / 2;
    }
    return new BandConcept(side, cuts);
  }

  /**
   * Positions of points spread over the cube, ascending. Each has its mirror image beside it, so
   * that the middle is 0 exactly.
   */
  private static double[] probe(ToDoubleFunction<double[]> side) {
    SplitMix64 random = new SplitMix64(PROBE_SEED);
    double[] positions = new double[2 * PROBES];
    double[] x = new double[FEATURES];
    for (int n = 0; n < positions.length; n += 2) {
      for (int i = 0; i < FEATURES; i++) {
        x[i] = random.nextDouble();
      }
      positions[n] = side.applyAsDouble(x);
      positions[n + 1] = -positions[n];
    }
    Arrays.sort(positions);
    return positions;
  }

  /** Bands of the sum of two features, which has a triangle for its density. */
  static BandConcept pairSum(ClassShares shares, SplitMix64 random) {
    int[] feature = RegimeConcept.permutation(random);
    int first = feature[0];
    int second = feature[1];
    double[] cuts = new double[shares.size() - 1];
    for (int i = 0; i < cuts.length; i++) {
      double before = shares.before(i + 1);
      cuts[i] = before <= 0.5 ? Math.sqrt(2 * before) : 2 - Math.sqrt(2 * (1 - before));
    }
    return new BandConcept(x -> x[first] + x[second], cuts);
  }

  @Override
  public int label(double[] x) {
    double at = position.applyAsDouble(x);
    int band = 0;
    while (band < cuts.length && at > cuts[band]) {
      band++;
    }
    return band;
  }
}
