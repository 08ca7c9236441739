// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.trees;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Nodes and weights with which {@code sum of weights[q] * f(nodes[q])} is the integral of f from 0
 * to 1, exact but for rounding for polynomials of degree 2n - 1 (Gauss-Legendre). All weights are
 * positive, and all nodes lie between 0 and 1.
 */
final class UnitQuadrature {
  /** Rules up to this size are kept; paths in trees rarely need larger ones. */
  private static final int KEPT = 64;

  private static final int MOST_STEPS = 100;
  private static final AtomicReferenceArray<UnitQuadrature> RULES =
      new AtomicReferenceArray<>(KEPT + 1);

  final double[] nodes;
  final double[] weights;

  private UnitQuadrature(int n) {
    nodes = new double[n];
    weights = new double[n];
    for (int i = 0; i < n; i++) {
      find(n, i);
    }
  }

  /** A rule that is exact up to this degree. */
  static UnitQuadrature ofDegree(int degree) {
    int n = degree / 2 + 1;
    if (n > KEPT) {
      return new UnitQuadrature(n);
    }
    UnitQuadrature rule = RULES.get(n);
    if (rule == null) {
      rule = new UnitQuadrature(n);
      RULES.set(n, rule); // whoever is first: all are equal
    }
    return rule;
  }

  /** Newton's method on the Legendre polynomial, from a known approximation of its root. */
  private void find(int n, int i) {
    double x = StrictMath.cos(StrictMath.PI * (i + 0.75) / (n + 0.5));
    double slope = 1;
    double step = 1;
    for (int s = 0; s < MOST_STEPS && Math.abs(step) > 1e-16; s++) {
      double before = 0;
      double now = 1;
      for (int k = 1; k <= n; k++) {
        double next = ((2 * k - 1) * x * now - (k - 1) * before) / k;
        before = now;
        now = next;
      }
      slope = n * (x * now - before) / (x * x - 1);
      step = now / slope;
      x -= step;
    }
    nodes[i] = (1 - x) / 2;
    weights[i] = 1 / ((1 - x * x) * slope * slope);
  }
}
