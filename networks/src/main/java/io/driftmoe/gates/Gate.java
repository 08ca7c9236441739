// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.gates;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.Structure;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkShape;
import io.driftmoe.networks.NetworkUser;
import io.driftmoe.networks.StepQueue;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Weighs the experts, and learns from how they did. Not thread-safe. */
public interface Gate extends NetworkUser {

  /**
   * Weighs the experts.
   *
   * @param features one value per attribute of the schema
   * @param seed of whatever is random in this prediction
   * @param weights receives one weight per expert, from 0 to 1, summing to 1
   */
  void weigh(FeatureVector features, long seed, double[] weights);

  /**
   * Learns from one event.
   *
   * @param features those the event was predicted from
   * @param seed the one the event was predicted with
   * @param outcome how the experts did
   * @return whether a network took a training step
   */
  boolean learn(FeatureVector features, long seed, Outcome outcome);

  /**
   * Takes note that another expert has come in this one's place.
   *
   * @param expert position of the expert, from 0
   */
  void replaced(int expert);

  /**
   * {@return what this gate is made of, for programs, with a {@code kind}; docs/model-structure.md
   * documents it}
   *
   * @param detail how much of it
   */
  default Structure structure(Structure.Detail detail) {
    return new Structure("other");
  }

  /** {@return a line or a few for people about what has been learned} */
  String describe();

  /** Nothing, for a gate without a network. */
  @Override
  default void computeWith(@Nullable NetworkBackend backend, @Nullable StepQueue queue) {}

  @Override
  default List<NetworkShape> networkShapes() {
    return List.of();
  }

  /**
   * Writes the whole state as versioned bytes, to be read by {@link GateFactory#restore}.
   *
   * @param out receives the bytes; it is neither flushed nor closed
   * @throws IOException when the output fails
   */
  void writeSnapshot(DataOutput out) throws IOException;
}
