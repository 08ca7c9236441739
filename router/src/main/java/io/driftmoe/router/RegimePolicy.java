// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.StreamSchema;
import java.util.Arrays;

/**
 * MoE-Data: experts specialise on regimes of the data.
 *
 * <p>The expert with the highest gate weight predicts alone. The correctness mask marks the experts
 * whose most likely class was right, or, if there is none, the one with the highest probability of
 * the true class. The experts with the highest gate weights learn the event. Ties go to the lowest
 * index throughout; in particular an expert that knows nothing counts as voting for class 0.
 */
final class RegimePolicy implements RoutingPolicy {
  private final StreamSchema schema;
  private final int experts;
  private final int topK;

  RegimePolicy(StreamSchema schema, Specialisation.Regimes regimes) {
    this.schema = schema;
    this.experts = regimes.experts();
    this.topK = regimes.topK();
  }

  @Override
  public int experts() {
    return experts;
  }

  @Override
  public StreamSchema schemaOf(int expert) {
    return schema;
  }

  @Override
  public void combine(double[] weights, Votes votes, double[] probabilities) {
    votes.copyTo(ArgMax.of(weights), probabilities);
  }

  @Override
  public void correctness(Votes votes, int label, boolean[] mask) {
    boolean any = false;
    int closest = 0;
    for (int e = 0; e < experts; e++) {
      mask[e] = votes.choice(e) == label;
      any |= mask[e];
      if (votes.get(e, label) > votes.get(closest, label)) {
        closest = e;
      }
    }
    if (!any) {
      mask[closest] = true;
    }
  }

  @Override
  public void select(double[] weights, boolean[] learns) {
    Arrays.fill(learns, false);
    for (int k = 0; k < topK; k++) {
      int best = -1;
      for (int e = 0; e < experts; e++) {
        if (!learns[e] && (best < 0 || weights[e] > weights[best])) {
          best = e;
        }
      }
      learns[best] = true;
    }
  }

  @Override
  public int labelFor(int expert, int label) {
    return label;
  }
}
