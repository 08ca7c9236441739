// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.simd;

import static io.driftmoe.simd.Lanes.COUNT;
import static io.driftmoe.simd.Lanes.SPECIES;

import io.driftmoe.core.network.Adam;
import io.driftmoe.core.network.Mlp;
import jdk.incubator.vector.FloatVector;

/** One step of {@link Adam}, a vector of parameters at a time, in its order of operations. */
final class VectorAdam {
  private final float[] parameters;
  private final float[] first;
  private final float[] second;
  private final float rate;
  private final float root;

  /** Begins the next step of a network: counts it. */
  VectorAdam(Mlp mlp, double learningRate) {
    long t = mlp.nextStep();
    this.parameters = mlp.parameters();
    this.first = mlp.firstMoments();
    this.second = mlp.secondMoments();
    this.rate = Adam.rate(learningRate, t);
    this.root = Adam.root(t);
  }

  /** Moves n parameters from {@code at} on by their gradients, which start at 0. */
  void update(int at, float[] gradients, int n) {
    int whole = n - n % COUNT;
    updateVectors(at, gradients, whole);
    for (int i = whole; i < n; i++) {
      update(at + i, gradients[i]);
    }
  }

  private void updateVectors(int at, float[] gradients, int n) {
    for (int i = 0; i < n; i += COUNT) {
      FloatVector gradient = FloatVector.fromArray(SPECIES, gradients, i);
      FloatVector m =
          FloatVector.fromArray(SPECIES, first, at + i)
              .mul(Adam.KEPT1)
              .add(gradient.mul(Adam.ADDED1))
              .add(Adam.FLUSH)
              .sub(Adam.FLUSH);
      FloatVector v =
          FloatVector.fromArray(SPECIES, second, at + i)
              .mul(Adam.KEPT2)
              .add(gradient.mul(Adam.ADDED2).mul(gradient))
              .add(Adam.FLUSH)
              .sub(Adam.FLUSH);
      m.intoArray(first, at + i);
      v.intoArray(second, at + i);
      FloatVector change = m.mul(rate).div(v.sqrt().mul(root).add(Adam.EPSILON));
      FloatVector.fromArray(SPECIES, parameters, at + i).sub(change).intoArray(parameters, at + i);
    }
  }

  private void update(int i, float gradient) {
    float m = Adam.KEPT1 * first[i] + Adam.ADDED1 * gradient + Adam.FLUSH - Adam.FLUSH;
    float v = Adam.KEPT2 * second[i] + Adam.ADDED2 * gradient * gradient + Adam.FLUSH - Adam.FLUSH;
    first[i] = m;
    second[i] = v;
    parameters[i] -= rate * m / ((float) Math.sqrt(v) * root + Adam.EPSILON);
  }
}
