// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.neighbours;

import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.StreamSchema;
import java.io.DataInput;
import java.io.IOException;

/**
 * Makes prototype classifiers: each class is a mixture of a few moving prototypes, with Student-t
 * densities.
 *
 * <p>A prototype has a class, a centre among the encoded inputs (standardised numbers, one-hot
 * values), a weight and a spread, the mean squared distance of its examples to the centre per
 * input. Its density at squared distance r is {@code w v^(-d/2) (1 + r / (f v))^(-(f + d)/2)}, with
 * w its weight, v its spread, d the inputs and f the degrees of freedom: heavy tails, so that the
 * nearest prototype decides far from all. The probability of a class is the sum of the densities of
 * its prototypes to the power of a temperature, normalised; the temperature follows the gradient of
 * the logarithmic loss.
 *
 * <p>An example that is predicted correctly moves the prototypes of its class by their share of it
 * (online EM): centre and spread are plain means of the first examples, and exponentially weighted
 * with the rate afterwards. One that is not becomes a prototype, in place of the one with the least
 * weight where there are as many as may be. Weights fade over a horizon, so that prototypes that
 * nobody needs any more go first. A centre is the mean of many examples and so nearer to the true
 * one than any of them: where classes consist of clusters that move, prototypes follow them more
 * closely than nearest neighbours, at a fraction of the distances.
 *
 * <p>Missing values count as mean ones, as in networks. Nothing here is random: the seed has no
 * effect.
 *
 * <p>Hastie, Tibshirani: Discriminant analysis by Gaussian mixtures, Journal of the Royal
 * Statistical Society B 58, 1996; Peel, McLachlan: Robust mixture modelling using the t
 * distribution, Statistics and Computing 10, 2000; Cappé, Moulines: On-line
 * expectation-maximization algorithm for latent data models, JRSS B 71, 2009; Tennant et al.:
 * Scalable real-time classification of data streams with concept drift, Future Generation Computer
 * Systems 75, 2017 (micro-clusters that split on errors).
 *
 * @param prototypes of all classes together, from 2 to 10,000
 * @param rate weight of the newest example in a centre, greater than 0 and at most 1
 * @param horizon examples over which weights fade, from 1 to 1,000,000,000
 * @param freedom degrees of freedom of the densities, from 0.1 to 1,000
 */
public record PrototypesFactory(int prototypes, double rate, double horizon, double freedom)
    implements ExpertFactory {
  private static final int MOST_PROTOTYPES = 10_000;
  private static final double LONGEST_HORIZON = 1e9;
  private static final double LEAST_FREEDOM = 0.1;
  private static final double MOST_FREEDOM = 1_000;

  /**
   * Rejects values outside the ranges above.
   *
   * @param prototypes from 2 to 10,000
   * @param rate greater than 0 and at most 1
   * @param horizon from 1 to 1,000,000,000
   * @param freedom from 0.1 to 1,000
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public PrototypesFactory {
    if (prototypes < 2 || prototypes > MOST_PROTOTYPES) {
      throw new IllegalArgumentException(
          "prototypes must lie between 2 and %s, got %s".formatted(MOST_PROTOTYPES, prototypes));
    }
    if (!(rate > 0 && rate <= 1)) {
      throw new IllegalArgumentException("rate must be greater than 0 and at most 1, got " + rate);
    }
    if (!(horizon >= 1 && horizon <= LONGEST_HORIZON)) {
      throw new IllegalArgumentException(
          "horizon must lie between 1 and 1,000,000,000, got " + horizon);
    }
    if (!(freedom >= LEAST_FREEDOM && freedom <= MOST_FREEDOM)) {
      throw new IllegalArgumentException(
          "freedom must lie between %s and %s, got %s"
              .formatted(LEAST_FREEDOM, MOST_FREEDOM, freedom));
    }
  }

  /** {@return 100 prototypes, rate 0.2, horizon 300, 4 degrees of freedom} */
  public static PrototypesFactory defaults() {
    return new PrototypesFactory(100, 0.2, 300, 4);
  }

  @Override
  public Expert create(StreamSchema schema, long seed) {
    return Prototypes.create(this, schema);
  }

  @Override
  public Expert restore(StreamSchema schema, DataInput in) throws IOException {
    return Prototypes.restore(this, schema, in);
  }
}
