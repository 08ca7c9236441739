// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.LabeledExample;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.flink.streaming.api.operators.OperatorSnapshotFutures;

/**
 * Prints what predictions that wait cost the thread of the task: the time of one event (predict and
 * learn), and how much longer the first event after the start of a checkpoint takes, for which
 * Flink copies what it touches. Run by hand, about a minute:
 *
 * <pre>
 * java -Xmx3g -cp CLASSPATH io.driftmoe.flink.WaitingCost
 * </pre>
 */
final class WaitingCost {
  private static final int[] WAITING = {0, 100_000};
  private static final int WARM_UP = 20_000;
  private static final int BATCHES = 20;
  private static final int BATCH = 500;
  private static final int CHECKPOINTS = 15;
  private static final List<LabeledExample> EXAMPLES = Events.examples(20_000);

  private final MixtureHarness operator;
  private int next;

  private WaitingCost(MixtureHarness operator) {
    this.operator = operator;
  }

  public static void main(String[] args) throws Exception {
    JobOptions options =
        Events.options(Map.of("labels.max-pending", "200000", "labels.timeout", "365 d"));
    for (int waiting : WAITING) {
      try (MixtureHarness operator = new MixtureHarness(options)) {
        new WaitingCost(operator).measure(waiting);
      }
    }
  }

  private void measure(int waiting) throws Exception {
    for (int i = 0; i < WARM_UP; i++) {
      event();
    }
    for (int i = 0; i < waiting; i++) {
      operator.send(Events.features("k", next, example(), false));
      next++;
    }
    double[] events = new double[BATCHES];
    for (int b = 0; b < BATCHES; b++) {
      long start = System.nanoTime();
      for (int i = 0; i < BATCH; i++) {
        event();
      }
      events[b] = (System.nanoTime() - start) / 1e3 / BATCH;
    }
    double[] first = new double[CHECKPOINTS];
    for (int c = 0; c < CHECKPOINTS; c++) {
      OperatorSnapshotFutures running = operator.startCheckpoint(c);
      long start = System.nanoTime();
      event();
      first[c] = (System.nanoTime() - start) / 1e6;
      running.cancel();
    }
    System.out.printf(
        "%,7d waiting: %.1f us an event, %.2f ms the first event in a checkpoint%n",
        waiting, median(events), median(first));
  }

  private LabeledExample example() {
    return EXAMPLES.get(next % EXAMPLES.size());
  }

  /** Its label comes right after it. */
  private void event() throws Exception {
    LabeledExample example = example();
    operator.send(Events.features("k", next, example, false));
    operator.send(Events.label("k", next, example, 1));
    next++;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
