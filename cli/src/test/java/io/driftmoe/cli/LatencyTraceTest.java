// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.cli.LatencyTrace.Stage;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** 200 events, one every 10 ms from 1 s on, each through all stages in a few milliseconds. */
class LatencyTraceTest {
  private static final int EVENTS = 200;
  private static final long MILLI = 1_000_000;
  private static final long START = 1_000 * MILLI;

  private final OfferedLoad load = new OfferedLoad(100, 0, EVENTS, START);
  private final Arrivals seen = new Arrivals(EVENTS);
  private final long[] acknowledged = new long[EVENTS];
  private final Spans collections = new Spans();
  private final Spans checkpoints = new Spans();

  /** Milliseconds after the event was due. */
  private void event(int i, long sent, long received, long predicted, long arrived)
      throws CommandException {
    long due = load.due(i);
    acknowledged[i] = due + sent * MILLI;
    seen.add(
        Integer.toString(i),
        due + arrived * MILLI,
        (predicted - received) * 1_000,
        due + predicted * MILLI);
  }

  private LatencyTrace trace() {
    return LatencyTrace.of(
        load,
        seen,
        acknowledged,
        new LatencyTrace.Beside(collections, checkpoints, new Spans(), 1.25));
  }

  private static void assertStages(
      Map<Stage, Double> micros,
      double sent,
      double polled,
      double still,
      double queued,
      double end) {
    assertThat(micros.get(Stage.SENT)).isCloseTo(sent, within(1e-6));
    assertThat(micros.get(Stage.POLLED)).isCloseTo(polled, within(1e-6));
    assertThat(micros.get(Stage.STILL)).isCloseTo(still, within(1e-6));
    assertThat(micros.get(Stage.QUEUED)).isCloseTo(queued, within(1e-6));
    assertThat(micros.get(Stage.SEEN)).isCloseTo(end, within(1e-6));
  }

  @Test
  void slowest_waitedWhereTheyDid() throws Exception {
    for (int i = 0; i < EVENTS; i++) {
      if (i == 50) {
        event(i, 1, 2, 7, 99); // long in the sink, and 5 ms in a buffer
      } else if (i == 150) {
        event(i, 71, 72, 73, 75); // long to the broker
      } else {
        event(i, 1, 2, 3, 4);
      }
    }
    collections.add(load.due(50) + 90 * MILLI, load.due(50) + 91 * MILLI);
    checkpoints.add(load.due(180), load.due(181));

    LatencyTrace trace = trace();

    assertStages(trace.slow(), 36_000, 1_000, 2_500, 500, 47_000);
    assertThat(trace.all().get(Stage.SENT)).isCloseTo(1_350, within(1e-6));
    assertThat(trace.collected()).isEqualTo(0.5);
    assertThat(trace.checkpointed()).isZero();
    assertThat(trace.heldUp()).isZero();
    assertThat(trace.coresUsed()).isEqualTo(1.25);
  }

  @Test
  void timeBehindOthers_isNoStandstill() throws Exception {
    // all predictions one millisecond after the other, from the first on
    for (int i = 0; i < EVENTS; i++) {
      long late = i < 2 ? 0 : 300 - 9L * (i - 2); // those of 2 stand for a stop of 301 ms before
      event(i, 0, 0, Math.max(1, late), Math.max(1, late));
    }

    // the slowest: 2, for which the operator stood still, and 3, which was behind it
    Map<Stage, Double> slow = trace().slow();

    assertThat(slow.get(Stage.STILL)).isCloseTo((300_000 + 290_000) / 2.0, within(1e-6));
    assertThat(slow.get(Stage.QUEUED)).isCloseTo(1_000 / 2.0, within(1e-6));
  }

  @Test
  void clocksThatDiffer_giveNoNegativeTimes() throws Exception {
    for (int i = 0; i < EVENTS; i++) {
      event(i, 9, 5, 4, 3); // each stage ends before it began
    }

    assertStages(trace().all(), 3_000, 0, 0, 0, 0);
  }
}
