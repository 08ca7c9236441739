// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.networks.ReferenceBackend;
import io.driftmoe.networks.StepQueue;
import io.driftmoe.networks.TrainingStep;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;
import org.jspecify.annotations.Nullable;

/**
 * The training steps of one subtask on their way to the gatherer. Those that one event makes due
 * are handed over together. Belongs to the subtask's thread, except where it says otherwise.
 */
final class GatheredSteps implements StepQueue, AutoCloseable {
  /** Of steps that were taken at once. */
  private static final Ticket TAKEN = () -> {};

  private final StepGatherer gatherer;
  private final Set<String> models = new HashSet<>();

  /** Microseconds between handing over and launch. */
  private final Histogram waits = new DescriptiveStatisticsHistogram(GatherStatistics.WINDOW);

  /** Takes the steps once the device is lost; the subtasks then compute beside each other again. */
  private final ReferenceBackend reference = new ReferenceBackend();

  private volatile Consumer<List<StepBlock>> listener = blocks -> {};
  private volatile long steps;
  private String modelKey = "";

  /** What the event at hand has made due so far, or null. */
  private @Nullable StepBlock due;

  GatheredSteps(StepGatherer gatherer) {
    this.gatherer = gatherer;
  }

  /**
   * Sets the listener for blocks that were taken, or that never will be because a launch failed; it
   * is called by the gatherer's thread.
   */
  void onSettled(Consumer<List<StepBlock>> listener) {
    this.listener = listener;
  }

  /** Says whose steps come next. */
  void of(String modelKey) {
    this.modelKey = modelKey;
  }

  @Override
  public Ticket add(TrainingStep step) {
    steps++; // one writer
    if (gatherer.isDeviceLost()) {
      reference.step(List.of(step));
      return TAKEN;
    }
    if (due == null) {
      due = new StepBlock(this, modelKey);
    }
    due.steps().add(step);
    return due;
  }

  /**
   * Hands over what the event at hand has made due.
   *
   * @return null when that is nothing
   */
  @Nullable StepBlock submit() {
    StepBlock block = due;
    if (block != null) {
      due = null;
      gatherer.submit(block, models.add(block.modelKey()));
    }
    return block;
  }

  /** See {@link StepGatherer#await}. */
  void await(Collection<StepBlock> blocks) {
    gatherer.await(blocks);
  }

  /** Like {@link #await(Collection)}, also for what has not been handed over. */
  void await(StepBlock block) {
    if (block == due) {
      submit();
    }
    gatherer.await(List.of(block));
  }

  /** Models that have come with a step. */
  int models() {
    return models.size();
  }

  /** Steps so far. Any thread. */
  long steps() {
    return steps;
  }

  /** Microseconds that steps waited. Any thread. */
  Histogram waits() {
    return waits;
  }

  /** Called by the gatherer's thread. */
  void waited(long nanos) {
    waits.update(nanos / 1_000);
  }

  /** Called by the gatherer's thread. */
  void settled(List<StepBlock> blocks) {
    listener.accept(blocks);
  }

  @Override
  public void close() {
    gatherer.withdraw(this, models.size());
    models.clear();
  }
}
