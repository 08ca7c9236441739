// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.Structure;
import io.driftmoe.gates.Gate;
import io.driftmoe.gates.GateShape;
import io.driftmoe.gates.Outcome;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkShape;
import io.driftmoe.networks.StepQueue;
import io.driftmoe.router.PartFailure.Part;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A gate that begins afresh when it throws or gives weights that are none. About the event that it
 * failed to weigh it has no opinion: all experts have the same weight then.
 */
final class GuardedGate implements Gate {
  private final GuardedGates factory;
  private final GateShape shape;
  private final SavedPart saved;
  private Gate gate;

  // What computes the network of the gate, also of one that is yet to come.
  private @Nullable NetworkBackend backend;
  private @Nullable StepQueue queue;

  GuardedGate(GuardedGates factory, GateShape shape, Gate gate) {
    this.factory = factory;
    this.shape = shape;
    this.saved = new SavedPart(factory.guard(), Part.GATE, factory.position());
    this.gate = gate;
  }

  @Override
  public void weigh(FeatureVector features, long seed, double[] weights) {
    replaceUnsaved();
    try {
      gate.weigh(features, seed, weights);
      FailureGuard.checkDistribution("weights of experts", weights);
    } catch (Throwable failure) { // errors too, see Containment
      beginAfresh("to weigh the experts", failure);
      Arrays.fill(weights, 1.0 / weights.length);
    }
  }

  @Override
  public boolean learn(FeatureVector features, long seed, Outcome outcome) {
    replaceUnsaved();
    try {
      return gate.learn(features, seed, outcome);
    } catch (Throwable failure) { // errors too, see Containment
      beginAfresh("to learn", failure);
      return false;
    }
  }

  @Override
  public void replaced(int expert) {
    replaceUnsaved();
    try {
      gate.replaced(expert);
    } catch (Throwable failure) { // errors too, see Containment
      beginAfresh("to forget an expert", failure);
    }
  }

  private void replaceUnsaved() {
    if (saved.isUnsaved()) {
      saved.replaceUnsaved(this::putFresh);
    }
  }

  private void beginAfresh(String doing, Throwable failure) {
    factory.guard().check(failure);
    putFresh();
    factory.guard().failed(Part.GATE, factory.position(), doing, failure);
  }

  private void putFresh() {
    Gate fresh = factory.fresh(shape);
    fresh.computeWith(backend, queue);
    gate = fresh;
  }

  @Override
  public void computeWith(@Nullable NetworkBackend backend, @Nullable StepQueue queue) {
    this.backend = backend;
    this.queue = queue;
    gate.computeWith(backend, queue);
  }

  @Override
  public List<NetworkShape> networkShapes() {
    return gate.networkShapes();
  }

  @Override
  public Structure structure(Structure.Detail detail) {
    return gate.structure(detail);
  }

  @Override
  public String describe() {
    return gate.describe();
  }

  @Override
  public void writeSnapshot(DataOutput out) throws IOException {
    saved.write(out, gate::writeSnapshot, to -> factory.fresh(shape).writeSnapshot(to));
  }
}
