// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.networks.StepQueue;
import io.driftmoe.networks.TrainingStep;
import java.util.ArrayList;
import java.util.List;

/**
 * The training steps that one event made due in one model: one for each of its networks, or less.
 */
final class StepBlock implements StepQueue.Ticket {
  private final GatheredSteps owner;
  private final String modelKey;
  private final List<TrainingStep> steps = new ArrayList<>(1);

  /** When it was handed to the gatherer. */
  private long since;

  // Of the gatherer, under its lock.
  boolean launched;
  boolean needed;

  /** A thread that sees this also sees what the steps changed. */
  private volatile boolean taken;

  StepBlock(GatheredSteps owner, String modelKey) {
    this.owner = owner;
    this.modelKey = modelKey;
  }

  GatheredSteps owner() {
    return owner;
  }

  String modelKey() {
    return modelKey;
  }

  List<TrainingStep> steps() {
    return steps;
  }

  void handedOver(long nanos) {
    since = nanos;
  }

  long since() {
    return since;
  }

  boolean isTaken() {
    return taken;
  }

  void take() {
    taken = true;
  }

  @Override
  public void await() {
    if (!taken) {
      owner.await(this);
    }
  }
}
