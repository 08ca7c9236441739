// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.PrequentialEvaluator;
import io.driftmoe.streams.EventTimes;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.WaitingLabels;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Function;

/**
 * One mixture over one stream in the calling thread, test-then-train: each event is predicted
 * before its label is learned (Gama, Sebastião, Rodrigues: On evaluating stream learning
 * algorithms, Machine Learning 90, 2013).
 *
 * <p>Without delay the label of an event is learned before the next event is predicted. With delay
 * d the label of event i is learned right after event i + d was predicted, and the last d labels
 * after the last event. No label is left out.
 *
 * <p>With true times a label is learned when the stream recorded that it became known, as {@link
 * LabelArrival} says; those that became known after all events are left out.
 */
public final class PrequentialRun {
  private final Function<StreamSchema, MixtureOfExperts> mixtures;
  private final long labelDelay;
  private final boolean trueTimes;

  /** Sees every prediction before its label is learned. */
  @FunctionalInterface
  public interface Listener {
    /**
     * @param index of the event, from 0
     */
    void predicted(long index, PendingPrediction prediction);
  }

  /**
   * What a run came to.
   *
   * @param events predicted
   * @param scores over all whose labels were learned
   * @param driftEvents how many alarms there were, as the job counts them
   * @param wallSeconds the whole run took, reading the stream and the listener included
   * @param cpuSeconds the thread was busy meanwhile; NaN where the JVM cannot tell
   */
  public record Result(
      long events,
      PrequentialEvaluator.Scores scores,
      long driftEvents,
      double wallSeconds,
      double cpuSeconds) {

    /** Events a second of wall time; 0 when there were none. */
    public double eventsPerSecond() {
      return events == 0 ? 0 : events / wallSeconds;
    }
  }

  private record Unlearned(PendingPrediction prediction, int label) {}

  /**
   * @param labelDelay events between a prediction and its label, from 0
   */
  public PrequentialRun(MixtureConfig config, long labelDelay) {
    this(schema -> MixtureOfExperts.create(config, schema), labelDelay);
    Objects.requireNonNull(config, "config");
  }

  /**
   * @param mixtures gives the mixture that each run begins with
   * @param labelDelay events between a prediction and its label, from 0
   */
  public PrequentialRun(Function<StreamSchema, MixtureOfExperts> mixtures, long labelDelay) {
    this(mixtures, labelDelay, false);
  }

  private PrequentialRun(
      Function<StreamSchema, MixtureOfExperts> mixtures, long labelDelay, boolean trueTimes) {
    this.mixtures = Objects.requireNonNull(mixtures, "mixtures");
    if (labelDelay < 0) {
      throw new IllegalArgumentException("labelDelay must not be negative, got " + labelDelay);
    }
    this.labelDelay = labelDelay;
    this.trueTimes = trueTimes;
  }

  /**
   * One with true times, over streams that were opened with them.
   *
   * @param mixtures gives the mixture that each run begins with
   */
  public static PrequentialRun withTrueTimes(Function<StreamSchema, MixtureOfExperts> mixtures) {
    return new PrequentialRun(mixtures, 0, true);
  }

  /** Runs a new mixture to the end of the stream, which stays open. */
  public Result run(LabeledStream stream) {
    return run(stream, (index, prediction) -> {});
  }

  /** Like {@link #run(LabeledStream)}, showing each prediction; the listener may throw to stop. */
  public Result run(LabeledStream stream, Listener listener) {
    long wallStart = System.nanoTime();
    long cpuStart = cpuNanos();
    MixtureOfExperts mixture = mixtures.apply(stream.schema());
    Queue<Unlearned> unlearned = new ArrayDeque<>();
    WaitingLabels<Unlearned> waiting = new WaitingLabels<>();
    long events = 0;
    long driftEvents = 0;
    while (stream.hasNext()) {
      LabeledExample example = stream.next();
      if (trueTimes) {
        driftEvents += learn(mixture, waiting, EventTimes.of(stream).event());
      }
      PendingPrediction prediction = mixture.predict(example.features());
      listener.predicted(events, prediction);
      Unlearned last = new Unlearned(prediction, example.label());
      if (trueTimes && !EventTimes.of(stream).isLabelAtOnce()) {
        waiting.add(events, EventTimes.of(stream), last);
      } else {
        unlearned.add(last);
      }
      events++;
      if (unlearned.size() > labelDelay) {
        driftEvents += learn(mixture, unlearned.remove());
      }
    }
    while (!unlearned.isEmpty()) {
      driftEvents += learn(mixture, unlearned.remove());
    }
    return new Result(
        events,
        mixture.evaluation().overall(),
        driftEvents,
        (System.nanoTime() - wallStart) / 1e9,
        cpuStart < 0 ? Double.NaN : (cpuNanos() - cpuStart) / 1e9);
  }

  private static int learn(MixtureOfExperts mixture, WaitingLabels<Unlearned> waiting, long time) {
    int alarms = 0;
    for (Optional<WaitingLabels.Waiting<Unlearned>> next = waiting.removeBefore(time);
        next.isPresent();
        next = waiting.removeBefore(time)) {
      alarms += learn(mixture, next.get().kept());
    }
    return alarms;
  }

  private static int learn(MixtureOfExperts mixture, Unlearned next) {
    return mixture.learn(next.prediction(), next.label()).alarm().isPresent() ? 1 : 0;
  }

  private static long cpuNanos() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    return threads.isCurrentThreadCpuTimeSupported() ? threads.getCurrentThreadCpuTime() : -1;
  }
}
