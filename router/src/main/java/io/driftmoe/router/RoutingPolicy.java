// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.StreamSchema;

/** What depends on the division; everything else in the mixture is common. */
interface RoutingPolicy {

  /** The policy of this division for streams of this schema. */
  static RoutingPolicy of(Division division, StreamSchema schema) {
    if (division instanceof Division.Data regimes) {
      return new DataPolicy(schema, regimes);
    }
    return new TaskPolicy(schema, (Division.Task) division);
  }

  /** Number of experts. */
  int experts();

  /** What makes an expert. */
  ExpertFactory factoryOf(int expert);

  /** The attributes and classes that an expert sees. */
  StreamSchema schemaOf(int expert);

  /**
   * Combines gate and experts into the mixture's prediction.
   *
   * @param weights of the gate, one per expert
   * @param probabilities receives one per class of the stream, summing to 1
   */
  void combine(double[] weights, Votes votes, double[] probabilities);

  /**
   * Whether the weights are those of the experts' votes, so that an expert which says nothing has
   * none.
   */
  boolean weighsVotes();

  /**
   * Share of each expert's votes in the prediction that {@link #combine} makes: the prediction is
   * their sum with these weights.
   *
   * @param weights of the gate, one per expert
   * @return one share per expert, summing to 1; all 0 where the votes are no part of the prediction
   */
  double[] shares(double[] weights);

  /**
   * Which experts the gate should have favoured.
   *
   * @param label true class
   * @param mask receives one entry per expert
   */
  void correctness(Votes votes, int label, boolean[] mask);

  /**
   * With which weight each expert learns the event.
   *
   * @param weights of the gate, one per expert
   * @param lessons receives one entry per expert, 0 for one that does not learn
   */
  void select(double[] weights, double[] lessons);

  /** The class this expert learns when the event has that label. */
  int labelFor(int expert, int label);
}
