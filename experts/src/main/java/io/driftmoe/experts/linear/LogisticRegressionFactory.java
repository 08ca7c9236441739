// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.linear;

import io.driftmoe.core.Domain;
import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.networks.InputEncoder;
import java.io.DataInput;
import java.io.IOException;

/**
 * Makes multinomial logistic regressions: {@code p = softmax(W x + b)} over the inputs x of an
 * {@link InputEncoder}, learned by stochastic gradient descent.
 *
 * <p>An example of weight w and class y moves every class c by {@code W_c += s (1[c = y] - p_c) x},
 * and b likewise with x = 1, then shrinks {@code W /= 1 + s l2}. The step {@code s = r w / (1 + r w
 * (|x|² + 1) / 2)}, r being the learning rate, is r w when that is small, and never so long that it
 * jumps over the minimum for this example, since the curvature of its loss is at most (|x|² + 1) /
 * 2: heavy examples and far inputs cannot blow the weights up. The rate does not decay, so that the
 * model follows drift.
 *
 * <p>Nothing here is random: the seed has no effect.
 *
 * <p>Böhning: Multinomial logistic regression algorithm, Annals of the Institute of Statistical
 * Mathematics 44, 1992 (the bound on the curvature); Bottou: Stochastic gradient descent tricks,
 * 2012.
 *
 * @param learningRate r, above 0 and finite
 * @param l2 strength of the pull towards zero, at least 0 and finite
 */
public record LogisticRegressionFactory(double learningRate, double l2) implements ExpertFactory {

  /**
   * Rejects values outside the ranges above.
   *
   * @param learningRate positive and finite
   * @param l2 at least 0 and finite
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public LogisticRegressionFactory {
    if (!(learningRate > 0) || Double.isInfinite(learningRate)) {
      throw new IllegalArgumentException(
          "learningRate must be positive and finite, got " + learningRate);
    }
    if (!(l2 >= 0) || Double.isInfinite(l2)) {
      throw new IllegalArgumentException("l2 must be at least 0 and finite, got " + l2);
    }
  }

  /**
   * Uses learning rate 0.05 and l2 1e-4.
   *
   * @return the factory that configurations call by name alone
   */
  public static LogisticRegressionFactory defaults() {
    return new LogisticRegressionFactory(0.05, 1e-4);
  }

  @Override
  public Expert create(StreamSchema schema, long seed) {
    return new LogisticRegression(this, new Domain(schema));
  }

  @Override
  public Expert restore(StreamSchema schema, DataInput in) throws IOException {
    return LogisticRegression.readSnapshot(this, new Domain(schema), in);
  }
}
