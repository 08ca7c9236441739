// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.SplitMix64;
import java.util.Arrays;

/** Every source has clusters of its own, round and of equal width, in the space of contexts. */
final class ClusterContext implements RegimeContext {
  private static final int CANDIDATES = 64;

  private final double[] shares;
  private final double[][] centres;
  private final double deviation;

  /**
   * Draws the centres in the unit cube, each the farthest from its predecessors of 64 candidates.
   *
   * @param shares of the sources, adding up to 1
   * @param clusters per source; cluster c belongs to source c modulo the number of sources
   * @param separation distance between the two nearest centres, in standard deviations
   */
  ClusterContext(double[] shares, int clusters, double separation, SplitMix64 random) {
    this.shares = shares.clone();
    this.centres = new double[clusters * shares.length][];
    double nearest = Double.POSITIVE_INFINITY;
    for (int c = 0; c < centres.length; c++) {
      centres[c] = farthest(c, random);
      nearest = Math.min(nearest, distanceToNearest(centres[c], c));
    }
    this.deviation = nearest / separation;
  }

  private double[] farthest(int before, SplitMix64 random) {
    double[] best = candidate(random);
    for (int i = 1; i < CANDIDATES; i++) {
      double[] candidate = candidate(random);
      if (distanceToNearest(candidate, before) > distanceToNearest(best, before)) {
        best = candidate;
      }
    }
    return best;
  }

  private static double[] candidate(SplitMix64 random) {
    return new double[] {random.nextDouble(), random.nextDouble(), random.nextDouble()};
  }

  private double distanceToNearest(double[] point, int before) {
    double least = Double.POSITIVE_INFINITY;
    for (int c = 0; c < before; c++) {
      least = Math.min(least, Math.sqrt(squaredDistance(point, centres[c])));
    }
    return least;
  }

  private static double squaredDistance(double[] a, double[] b) {
    double squares = 0;
    for (int i = 0; i < FEATURES; i++) {
      squares += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return squares;
  }

  @Override
  public int sources() {
    return shares.length;
  }

  @Override
  public int draw(long event, SplitMix64 random, double[] context) {
    int source = 0;
    for (double u = random.nextDouble(); source < shares.length - 1 && u >= shares[source]; ) {
      u -= shares[source++];
    }
    int clusters = centres.length / shares.length;
    int cluster = source + shares.length * (int) (clusters * random.nextDouble());
    for (int i = 0; i < FEATURES; i++) {
      context[i] = centres[cluster][i] + deviation * gaussian(random);
    }
    return source;
  }

  /**
   * Bayes' rule over all clusters. Those of a source are equally likely, and all are equally wide,
   * so that cluster c of source s counts {@code share[s] exp(-|x - centre[c]|^2 / (2
   * deviation^2))}.
   */
  @Override
  public void posterior(long event, double[] context, double[] target) {
    // less the least distance, which cancels out, or far from all clusters every term would be 0
    double least = Double.POSITIVE_INFINITY;
    for (double[] centre : centres) {
      least = Math.min(least, squaredDistance(context, centre));
    }
    Arrays.fill(target, 0);
    double sum = 0;
    for (int c = 0; c < centres.length; c++) {
      int source = c % shares.length;
      double beyond = squaredDistance(context, centres[c]) - least;
      double likely = shares[source] * StrictMath.exp(-beyond / (2 * deviation * deviation));
      target[source] += likely;
      sum += likely;
    }
    for (int source = 0; source < shares.length; source++) {
      target[source] /= sum;
    }
  }

  /** Box and Muller's transform; StrictMath gives the same events on every platform. */
  private static double gaussian(SplitMix64 random) {
    double radius = Math.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
  }
}
