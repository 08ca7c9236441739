// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.FeatureVector;
import java.io.DataOutput;
import java.io.IOException;

/** Weighs the experts, and learns from how they did. */
interface Gate {

  /**
   * Weighs the experts.
   *
   * @param seed of whatever is random in this prediction
   * @param weights receives one weight per expert, from 0 to 1, summing to 1
   */
  void weigh(FeatureVector features, long seed, double[] weights);

  /**
   * Learns from one event.
   *
   * @param seed the one the event was predicted with
   * @param outcome how the experts did
   * @return whether a training step was taken
   */
  boolean learn(FeatureVector features, long seed, Outcome outcome);

  /** Takes note that another expert has come in this one's place. */
  void replaced(int expert);

  /** A line or a few for people about what has been learned. */
  String describe();

  void writeSnapshot(DataOutput out) throws IOException;
}
