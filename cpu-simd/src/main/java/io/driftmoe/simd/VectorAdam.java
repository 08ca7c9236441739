// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.simd;

import static io.driftmoe.simd.Lanes.COUNT;
import static io.driftmoe.simd.Lanes.SPECIES;

import io.driftmoe.networks.Adam;
import io.driftmoe.networks.Mlp;
import jdk.incubator.vector.FloatVector;

/** One step of {@link Adam}, a vector of parameters at a time, in its order of operations. */
final class VectorAdam {
  private VectorAdam() {}

  /**
   * Moves n parameters from {@code at} on, and their moments.
   *
   * @param gradients of these, from 0 on
   * @param rate of {@link Adam#rate}
   * @param root of {@link Adam#root}
   */
  static void update(Mlp mlp, int at, float[] gradients, int n, float rate, float root) {
    float[] p = mlp.parameters();
    float[] first = mlp.firstMoments();
    float[] second = mlp.secondMoments();
    int whole = n - n % COUNT;
    updateVectors(p, at, gradients, first, second, whole, rate, root);
    for (int i = whole; i < n; i++) {
      update(p, at + i, gradients[i], first, second, rate, root);
    }
  }

  private static void updateVectors(
      float[] p,
      int at,
      float[] gradients,
      float[] first,
      float[] second,
      int n,
      float rate,
      float root) {
    for (int i = 0; i < n; i += COUNT) {
      FloatVector g = FloatVector.fromArray(SPECIES, gradients, i);
      FloatVector m =
          FloatVector.fromArray(SPECIES, first, at + i)
              .mul(Adam.KEPT1)
              .add(g.mul(Adam.ADDED1))
              .add(Adam.FLUSH)
              .sub(Adam.FLUSH);
      FloatVector v =
          FloatVector.fromArray(SPECIES, second, at + i)
              .mul(Adam.KEPT2)
              .add(g.mul(Adam.ADDED2).mul(g))
              .add(Adam.FLUSH)
              .sub(Adam.FLUSH);
      m.intoArray(first, at + i);
      v.intoArray(second, at + i);
      FloatVector change = m.mul(rate).div(v.sqrt().mul(root).add(Adam.EPSILON));
      FloatVector.fromArray(SPECIES, p, at + i).sub(change).intoArray(p, at + i);
    }
  }

  private static void update(
      float[] p, int i, float g, float[] first, float[] second, float rate, float root) {
    float m = Adam.KEPT1 * first[i] + Adam.ADDED1 * g + Adam.FLUSH - Adam.FLUSH;
    float v = Adam.KEPT2 * second[i] + Adam.ADDED2 * g * g + Adam.FLUSH - Adam.FLUSH;
    first[i] = m;
    second[i] = v;
    p[i] -= rate * m / ((float) Math.sqrt(v) * root + Adam.EPSILON);
  }
}
