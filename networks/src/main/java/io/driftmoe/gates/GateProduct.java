// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.gates;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.Structure;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkShape;
import io.driftmoe.networks.NetworkUser;
import io.driftmoe.networks.StepQueue;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Several gates whose weights are multiplied and normalised; each learns for itself. */
public final class GateProduct implements NetworkUser {
  private final Gate[] gates;
  private final double[] factors;

  private GateProduct(Gate[] gates, int experts) {
    this.gates = gates;
    this.factors = new double[experts];
  }

  /**
   * Makes gates that have learned nothing.
   *
   * @param factories at least one
   * @param shape what they read and weigh
   * @param seed of the gates' initial weights
   * @return one gate per factory, in this order
   */
  public static GateProduct create(List<GateFactory> factories, GateShape shape, long seed) {
    Gate[] gates = new Gate[factories.size()];
    for (int g = 0; g < gates.length; g++) {
      // The first gate draws from the seed itself, as when there was only one.
      gates[g] = factories.get(g).create(shape, g == 0 ? seed : SplitMix64.derive(seed, g));
    }
    return new GateProduct(gates, shape.experts());
  }

  /**
   * Reads what {@link #writeSnapshot} wrote.
   *
   * @param factories those the gates were created with
   * @param shape that the gates were created with
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @return the restored gates
   * @throws IOException when a gate's bytes are truncated, of an unknown version or of other sizes
   */
  public static GateProduct restore(List<GateFactory> factories, GateShape shape, DataInput in)
      throws IOException {
    Gate[] gates = new Gate[factories.size()];
    for (int g = 0; g < gates.length; g++) {
      gates[g] = factories.get(g).restore(shape, in);
    }
    return new GateProduct(gates, shape.experts());
  }

  /**
   * Writes the gates one after the other.
   *
   * @param out receives the bytes; it is neither flushed nor closed
   * @throws IOException when the output fails
   */
  public void writeSnapshot(DataOutput out) throws IOException {
    for (Gate gate : gates) {
      gate.writeSnapshot(out);
    }
  }

  /**
   * Weighs the experts.
   *
   * @param features one value per attribute of the schema
   * @param seed of whatever is random in this prediction
   * @param weights receives one weight per expert, from 0 to 1, summing to 1
   */
  public void weigh(FeatureVector features, long seed, double[] weights) {
    gates[0].weigh(features, seed, weights);
    for (int g = 1; g < gates.length; g++) {
      gates[g].weigh(features, seed, factors);
      double sum = 0;
      for (int e = 0; e < weights.length; e++) {
        weights[e] *= factors[e];
        sum += weights[e];
      }
      for (int e = 0; e < weights.length; e++) {
        // Gates that rule out each other's experts leave nothing: the later one decides then.
        weights[e] = sum > 0 ? weights[e] / sum : factors[e];
      }
    }
  }

  /**
   * Lets every gate learn from one event.
   *
   * @param features those the event was predicted from
   * @param seed the one the event was predicted with
   * @param outcome how the experts did
   * @return whether a network took a training step
   */
  public boolean learn(FeatureVector features, long seed, Outcome outcome) {
    boolean stepped = false;
    for (Gate gate : gates) {
      stepped |= gate.learn(features, seed, outcome);
    }
    return stepped;
  }

  @Override
  public void computeWith(@Nullable NetworkBackend backend, @Nullable StepQueue queue) {
    for (Gate gate : gates) {
      gate.computeWith(backend, queue);
    }
  }

  @Override
  public List<NetworkShape> networkShapes() {
    return NetworkUser.shapesOf(List.of(gates));
  }

  /**
   * Describes each gate in a line or a few for people.
   *
   * @return the lines, one gate after the other; no format to rely on
   */
  public String describe() {
    StringBuilder text = new StringBuilder();
    for (Gate gate : gates) {
      text.append(gate.describe()).append('\n');
    }
    return text.toString();
  }

  /**
   * {@return what each gate is made of, in their order}
   *
   * @param detail how much of it
   */
  public List<Structure> structures(Structure.Detail detail) {
    return Arrays.stream(gates).map(gate -> gate.structure(detail)).toList();
  }

  /**
   * Takes note that another expert has come in this one's place.
   *
   * @param expert position of the expert, from 0
   */
  public void replaced(int expert) {
    for (Gate gate : gates) {
      gate.replaced(expert);
    }
  }

  /**
   * {@return gate number g} For tests.
   *
   * @param g position of the gate, from 0
   */
  public Gate gate(int g) {
    return gates[g];
  }
}
