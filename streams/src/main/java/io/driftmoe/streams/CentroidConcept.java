// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.SplitMix64;
import java.util.Arrays;

/**
 * The class of the nearest of some centroids, four of each class.
 *
 * <p>Of two classes the nearest decides. Of more, a class has the points whose lead, squared
 * distance to the nearest centroid of a lower class less that to the nearest of its own, exceeds a
 * bound of the class; the highest such class has them. The bounds are those that give every class
 * its share.
 */
final class CentroidConcept implements RegimeConcept {
  private static final int CENTROIDS_PER_CLASS = 4;
  private static final int PROBES = 2_000;
  private static final int PROBE_SEED = 2;

  private final double[][] centroids;
  private final double[] bounds;

  private CentroidConcept(double[][] centroids, int classes) {
    this.centroids = centroids;
    this.bounds = new double[classes];
  }

  static CentroidConcept draw(ClassShares shares, SplitMix64 random) {
    double[][] centroids = new double[CENTROIDS_PER_CLASS * shares.size()][FEATURES];
    for (double[] centroid : centroids) {
      fill(centroid, random);
    }
    CentroidConcept concept = new CentroidConcept(centroids, shares.size());
    if (shares.size() > 2) {
      concept.fit(shares);
    }
    return concept;
  }

  private static void fill(double[] point, SplitMix64 random) {
    for (int i = 0; i < FEATURES; i++) {
      point[i] = random.nextDouble();
    }
  }

  /** Sets the bounds from the highest class down, each on the points that those before left. */
  private void fit(ClassShares shares) {
    SplitMix64 random = new SplitMix64(PROBE_SEED);
    double[][] left = new double[PROBES][];
    double[] x = new double[FEATURES];
    for (int n = 0; n < PROBES; n++) {
      fill(x, random);
      left[n] = distances(x);
    }
    for (int label = bounds.length - 1; label > 0; label--) {
      int of = label;
      double[] leads = Arrays.stream(left).mapToDouble(d -> lead(d, of)).sorted().toArray();
      int keep = Math.min(leads.length - 1, (int) Math.round(shares.before(label) * PROBES));
      bounds[label] = (leads[keep - 1] + leads[keep]) / 2;
      left = Arrays.stream(left).filter(d -> lead(d, of) <= bounds[of]).toArray(double[][]::new);
    }
  }

  /** Squared distance to the nearest centroid of each class; centroid c has class c modulo them. */
  private double[] distances(double[] x) {
    double[] nearest = new double[bounds.length];
    Arrays.fill(nearest, Double.POSITIVE_INFINITY);
    for (int c = 0; c < centroids.length; c++) {
      double distance = 0;
      for (int i = 0; i < FEATURES; i++) {
        distance += (x[i] - centroids[c][i]) * (x[i] - centroids[c][i]);
      }
      nearest[c % nearest.length] = Math.min(nearest[c % nearest.length], distance);
    }
    return nearest;
  }

  private static double lead(double[] distances, int label) {
    double others = Double.POSITIVE_INFINITY;
    for (int c = 0; c < label; c++) {
      others = Math.min(others, distances[c]);
    }
    return others - distances[label];
  }

  @Override
  public int label(double[] x) {
    double[] distances = distances(x);
    int label = bounds.length - 1;
    while (label > 0 && lead(distances, label) <= bounds[label]) {
      label--;
    }
    return label;
  }
}
