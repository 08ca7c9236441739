// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core.network;

/**
 * One step of Adam with bias correction and no weight decay.
 *
 * <p>m = .9 m + .1 g; v = .999 v + .001 g²; p -= rate · m̂ / (sqrt(v̂) + 1e-8), where m̂ = m / (1 -
 * .9^t) and v̂ = v / (1 - .999^t). Kingma, Ba: Adam, a method for stochastic optimization, ICLR
 * 2015, algorithm 1.
 */
final class Adam {
  static final double BETA1 = 0.9;
  static final double BETA2 = 0.999;
  static final double EPSILON = 1e-8;

  static final int SETTLED1 = 356; // .9^356 < 2^-54
  static final int SETTLED2 = 37_500; // .999^37,500 < 2^-54

  // A moment whose gradient stays zero decays to subnormal numbers and, by rounding, never to zero;
  // arithmetic on those is up to a hundred times slower. Adding and subtracting a constant rounds
  // moments to multiples of 1e-32, an ordinary number. That is far below what epsilon lets matter.
  private static final float FLUSH = 1e-25f;

  private Adam() {}

  /** Applies one step to the parameters and moments of the network. */
  static void update(Mlp mlp, float[] gradients, double learningRate) {
    long t = mlp.nextStep();
    float rate = (float) (learningRate / correction(BETA1, t, SETTLED1));
    float root = (float) (1 / StrictMath.sqrt(correction(BETA2, t, SETTLED2)));
    update(mlp.parameters(), gradients, mlp.firstMoments(), mlp.secondMoments(), rate, root);
  }

  /**
   * 1 - beta^t; from step {@code settled} on that is 1, since beta^t is below half an ulp of it.
   */
  static double correction(double beta, long t, int settled) {
    return t < settled ? 1 - StrictMath.pow(beta, t) : 1;
  }

  private static void update(
      float[] p, float[] gradients, float[] first, float[] second, float rate, float root) {
    float b1 = (float) BETA1;
    float b2 = (float) BETA2;
    float a1 = (float) (1 - BETA1);
    float a2 = (float) (1 - BETA2);
    float epsilon = (float) EPSILON;
    for (int i = 0; i < p.length; i++) {
      float g = gradients[i];
      float m = b1 * first[i] + a1 * g + FLUSH - FLUSH;
      float v = b2 * second[i] + a2 * g * g + FLUSH - FLUSH;
      first[i] = m;
      second[i] = v;
      p[i] -= rate * m / ((float) Math.sqrt(v) * root + epsilon);
    }
  }
}
