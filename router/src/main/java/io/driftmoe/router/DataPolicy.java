// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.StreamSchema;
import java.util.Arrays;
import java.util.List;

/**
 * MoE-Data: experts specialise on regimes of the data.
 *
 * <p>Published: the expert with the highest gate weight predicts alone. The correctness mask marks
 * the experts whose most likely class was right, or, if there is none, the one with the highest
 * probability of the true class. The experts with the highest gate weights learn the event. Ties go
 * to the lowest index throughout; in particular an expert that has learned nothing counts as voting
 * for class 0.
 */
final class DataPolicy implements RoutingPolicy {
  private final StreamSchema schema;
  private final List<ExpertFactory> factories;
  private final int experts;
  private final int topK;

  /** How many experts, those with the highest weights, make the prediction. */
  private final int combined;

  private final boolean[] chosen;

  DataPolicy(StreamSchema schema, Division.Data regimes) {
    this.schema = schema;
    this.factories = regimes.expertsFor(schema);
    this.experts = factories.size();
    this.topK = regimes.topK();
    this.chosen = new boolean[experts];
    Combination combination = regimes.combination();
    if (combination instanceof Combination.TopK top) {
      this.combined = Math.min(top.experts(), experts);
    } else {
      this.combined = combination instanceof Combination.ArgMax ? 1 : experts;
    }
  }

  @Override
  public int experts() {
    return experts;
  }

  @Override
  public ExpertFactory factoryOf(int expert) {
    return factories.get(expert);
  }

  @Override
  public StreamSchema schemaOf(int expert) {
    return schema;
  }

  @Override
  public void combine(double[] weights, Votes votes, double[] probabilities) {
    if (combined == 1) {
      votes.copyTo(ArgMax.of(weights), probabilities);
      return;
    }
    chooseTop(weights, combined);
    double mass = 0;
    for (int e = 0; e < experts; e++) {
      if (chosen[e]) {
        mass += weights[e];
        votes.addTo(e, weights[e], probabilities);
      }
    }
    for (int c = 0; c < probabilities.length; c++) {
      probabilities[c] /= mass; // at least 1 / experts
    }
  }

  @Override
  public boolean weighsVotes() {
    return true;
  }

  @Override
  public double[] shares(double[] weights) {
    double[] shares = new double[experts];
    if (combined == 1) {
      shares[ArgMax.of(weights)] = 1;
      return shares;
    }
    chooseTop(weights, combined);
    double mass = 0;
    for (int e = 0; e < experts; e++) {
      mass += chosen[e] ? weights[e] : 0;
    }
    for (int e = 0; e < experts; e++) {
      shares[e] = chosen[e] ? weights[e] / mass : 0;
    }
    return shares;
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
  public void select(double[] weights, double[] lessons) {
    chooseTop(weights, topK);
    for (int e = 0; e < experts; e++) {
      lessons[e] = chosen[e] ? 1 : 0;
    }
  }

  private void chooseTop(double[] weights, int count) {
    Arrays.fill(chosen, count == experts);
    for (int k = 0; k < count && count < experts; k++) {
      int best = -1;
      for (int e = 0; e < experts; e++) {
        if (!chosen[e] && (best < 0 || weights[e] > weights[best])) {
          best = e;
        }
      }
      chosen[best] = true;
    }
  }

  @Override
  public int labelFor(int expert, int label) {
    return label;
  }
}
