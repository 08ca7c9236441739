// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * One step of Adam with bias correction and no weight decay.
 *
 * <p>m = 0.9 m + 0.1 g; v = 0.999 v + 0.001 g²; p -= rate · m̂ / (sqrt(v̂) + 1e-8), where m̂ = m /
 * (1 - 0.9^t) and v̂ = v / (1 - 0.999^t). Kingma, Ba: Adam, a method for stochastic optimization,
 * ICLR 2015, algorithm 1.
 */
public final class Adam {
  static final double BETA1 = 0.9;
  static final double BETA2 = 0.999;

  /** What is left of the first moment, {@code beta1}. */
  public static final float KEPT1 = (float) BETA1;

  /** What is left of the second moment, {@code beta2}. */
  public static final float KEPT2 = (float) BETA2;

  /** Weight of the gradient in the first moment, {@code 1 - beta1}. */
  public static final float ADDED1 = (float) (1 - BETA1);

  /** Weight of the squared gradient in the second moment, {@code 1 - beta2}. */
  public static final float ADDED2 = (float) (1 - BETA2);

  /** Added to the root of the second moment. */
  public static final float EPSILON = 1e-8f;

  static final Correction OF_FIRST = new Correction(BETA1, 356); // 0.9^356 < 2^-54
  static final Correction OF_SECOND = new Correction(BETA2, 37_500); // 0.999^37,500 < 2^-54

  /**
   * Added to each moment and subtracted again. A moment whose gradient stays zero decays to
   * subnormal numbers and, by rounding, never to zero; arithmetic on those is up to a hundred times
   * slower. This rounds moments to multiples of 1e-32, an ordinary number, far below what epsilon
   * lets matter.
   */
  public static final float FLUSH = 1e-25f;

  private Adam() {}

  /** Applies one step to the parameters and moments of the network. */
  static void update(Mlp mlp, float[] gradients, double learningRate) {
    long t = mlp.nextStep();
    float rate = rate(learningRate, t);
    float root = root(t);
    update(mlp.parameters(), gradients, mlp.firstMoments(), mlp.secondMoments(), rate, root);
  }

  /**
   * {@return what step t multiplies first moments with: the learning rate with their bias
   * correction}
   *
   * @param learningRate of the step
   * @param t number of the step, from 1
   */
  public static float rate(double learningRate, long t) {
    return (float) (learningRate / OF_FIRST.at(t));
  }

  /**
   * {@return what step t multiplies roots of second moments with: their bias correction}
   *
   * @param t number of the step, from 1
   */
  public static float root(long t) {
    return (float) (1 / Math.sqrt(OF_SECOND.at(t)));
  }

  /**
   * 1 - beta^t, for the bias of a moment. To raise beta to a power takes as long as the rest of the
   * step of a small network, so each power is taken once: by blocks of steps, when one is first
   * needed, for networks that learn for long are fewer than those that do not.
   */
  static final class Correction {
    private static final int BLOCK = 1_024;

    private final double beta;

    /** Step from which on it is 1, since beta^t is below half an ulp of it. */
    private final int settled;

    private final AtomicReferenceArray<double[]> blocks;

    private Correction(double beta, int settled) {
      this.beta = beta;
      this.settled = settled;
      this.blocks = new AtomicReferenceArray<>(settled / BLOCK + 1);
    }

    /**
     * @param t number of the step, from 1
     */
    double at(long t) {
      if (t >= settled) {
        return 1;
      }
      int block = (int) t / BLOCK;
      double[] values = blocks.getAcquire(block);
      if (values == null) {
        values = powers(block * BLOCK);
        blocks.setRelease(block, values); // another thread may do the same, to the same effect
      }
      return values[(int) t % BLOCK];
    }

    private double[] powers(int from) {
      double[] values = new double[BLOCK];
      for (int i = 0; i < BLOCK; i++) {
        values[i] = from + i < settled ? 1 - StrictMath.pow(beta, from + i) : 1;
      }
      return values;
    }
  }

  private static void update(
      float[] p, float[] gradients, float[] first, float[] second, float rate, float root) {
    for (int i = 0; i < p.length; i++) {
      float g = gradients[i];
      float m = KEPT1 * first[i] + ADDED1 * g + FLUSH - FLUSH;
      float v = KEPT2 * second[i] + ADDED2 * g * g + FLUSH - FLUSH;
      first[i] = m;
      second[i] = v;
      p[i] -= rate * m / ((float) Math.sqrt(v) * root + EPSILON);
    }
  }
}
