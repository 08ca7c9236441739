// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.SplitMix64;

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
    double[] best = null;
    for (int i = 0; i < CANDIDATES; i++) {
      double[] candidate = {random.nextDouble(), random.nextDouble(), random.nextDouble()};
      if (best == null || distanceToNearest(candidate, before) > distanceToNearest(best, before)) {
        best = candidate;
      }
    }
    return best;
  }

  private double distanceToNearest(double[] point, int before) {
    double least = Double.POSITIVE_INFINITY;
    for (int c = 0; c < before; c++) {
      double squares = 0;
      for (int i = 0; i < FEATURES; i++) {
        squares += (point[i] - centres[c][i]) * (point[i] - centres[c][i]);
      }
      least = Math.min(least, Math.sqrt(squares));
    }
    return least;
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

  /** Box and Muller's transform; StrictMath gives the same events on every platform. */
  private static double gaussian(SplitMix64 random) {
    double radius = Math.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
  }
}
