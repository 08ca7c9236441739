// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Where predictions waited on their way, and what else went on while the slowest were on theirs.
 *
 * @param all mean time of all predictions in each stage, microseconds
 * @param slow the same of the slowest, which are one in a hundred
 * @param collected share of the slowest during which garbage was collected, from 0 to 1
 * @param checkpointed share of the slowest that were on their way during a checkpoint
 * @param heldUp share of the slowest during which threads of this process did not get to run
 * @param coresUsed processors that the whole process used on average
 */
record LatencyTrace(
    Map<Stage, Double> all,
    Map<Stage, Double> slow,
    double collected,
    double checkpointed,
    double heldUp,
    double coresUsed) {

  /**
   * An operator that predicts nothing for so long stands still, or has nothing. The times of
   * predictions are whole milliseconds.
   */
  private static final long STANDS_STILL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  /** A part of the way of an event, from when it was due until its prediction was seen. */
  enum Stage {
    /** Until the broker has it: the sender's own waiting, and the broker. */
    SENT("to the broker"),
    /** Until the source hands it on. */
    POLLED("source"),
    /**
     * In the job, while nothing is predicted: in the network buffer, or the operator stands still.
     */
    STILL("buffer, standstill"),
    /** In the job, while other events are predicted and learned. */
    QUEUED("behind others"),
    /** Until a reader has it: the sink's waiting, the broker, the reader. */
    SEEN("sink, reader");

    private final String words;

    Stage(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  /** What went on beside, the stretches in {@link System#nanoTime}. */
  record Beside(Spans collections, Spans checkpoints, Spans heldUp, double coresUsed) {}

  /**
   * Traces the measured events of a load.
   *
   * @param acknowledged when the broker had each event, of {@link System#nanoTime}
   */
  static LatencyTrace of(OfferedLoad load, Arrivals seen, long[] acknowledged, Beside beside) {
    int[] bySlowness =
        IntStream.range(load.firstMeasured(), seen.events())
            .boxed()
            .sorted(Comparator.comparingLong((Integer event) -> -load.latencyNanos(seen, event)))
            .mapToInt(Integer::intValue)
            .toArray();
    int[] slowest = Arrays.copyOf(bySlowness, Math.max(1, bySlowness.length / 100));
    Ways ways = new Ways(load, seen, acknowledged);
    return new LatencyTrace(
        ways.means(bySlowness),
        ways.means(slowest),
        ways.share(slowest, beside.collections),
        ways.share(slowest, beside.checkpoints),
        ways.share(slowest, beside.heldUp),
        beside.coresUsed);
  }

  /** The ways of all events of a load. */
  private static final class Ways {
    private final OfferedLoad load;
    private final Arrivals seen;
    private final long[] acknowledged;

    /** When predictions were made, in their order. */
    private final long[] predicted;

    /** Of each of these, how long the operator had stood still until then, in all. */
    private final long[] still;

    /** Of each event, which of these is its own. */
    private final int[] positions;

    private Ways(OfferedLoad load, Arrivals seen, long[] acknowledged) {
      this.load = load;
      this.seen = seen;
      this.acknowledged = acknowledged;
      int[] order = seen.inOrder();
      predicted = new long[order.length];
      still = new long[order.length];
      positions = new int[seen.events()];
      for (int i = 0; i < order.length; i++) {
        positions[order[i]] = i;
        predicted[i] = seen.predictedAt(order[i]);
        if (i > 0) {
          predicted[i] = Math.max(predicted[i], predicted[i - 1]);
          still[i] = still[i - 1] + stood(predicted[i] - predicted[i - 1]);
        }
      }
    }

    private static long stood(long gap) {
      return gap >= STANDS_STILL_NANOS ? gap : 0;
    }

    private double share(int[] events, Spans spans) {
      long met =
          Arrays.stream(events)
              .filter(event -> spans.meet(load.due(event), seen.at(event)))
              .count();
      return (double) met / events.length;
    }

    private Map<Stage, Double> means(int[] events) {
      double[] sums = new double[Stage.values().length];
      for (int event : events) {
        long[] nanos = nanos(event);
        for (int stage = 0; stage < sums.length; stage++) {
          sums[stage] += nanos[stage];
        }
      }
      Map<Stage, Double> means = new EnumMap<>(Stage.class);
      for (Stage stage : Stage.values()) {
        means.put(stage, sums[stage.ordinal()] / events.length / 1e3);
      }
      return means;
    }

    /** How long an event was in each stage. */
    private long[] nanos(int event) {
      long due = load.due(event);
      long end = seen.at(event);
      // clocks differ by fractions: no stage ends before it begins
      long made = between(due, seen.predictedAt(event), end);
      long received =
          between(due, made - TimeUnit.MICROSECONDS.toNanos(seen.operatorMicros(event)), made);
      long sent = between(due, acknowledged[event], received);
      long stood = between(0, stoodStill(received, positions[event]), made - received);
      return new long[] {sent - due, received - sent, stood, made - received - stood, end - made};
    }

    /** How long the operator stood still from a time until a prediction. */
    private long stoodStill(long from, int until) {
      int found = Arrays.binarySearch(predicted, 0, until + 1, from);
      int next = Math.min(found < 0 ? -found - 1 : found, until);
      long before = next == 0 ? from : Math.max(from, predicted[next - 1]);
      return stood(predicted[next] - before) + still[until] - still[next];
    }

    private static long between(long least, long value, long most) {
      return Math.max(least, Math.min(value, most));
    }
  }
}
