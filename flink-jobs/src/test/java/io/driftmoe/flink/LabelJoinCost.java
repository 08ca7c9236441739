// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.LabeledExample;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Prints what an event and its label take of the processor around a learner that takes next to
 * nothing: with the label in the event, right behind it, and 1,000 events later. Run by hand, half
 * a minute; compare with another version in turns:
 *
 * <pre>
 * java -Xmx1g -XX:+UseSerialGC -cp CLASSPATH io.driftmoe.flink.LabelJoinCost
 * </pre>
 */
final class LabelJoinCost {
  private static final int WITH_ITS_EVENT = -1;
  private static final int[] DELAYS = {WITH_ITS_EVENT, 0, 1_000};
  private static final int BATCH = 2_000;

  /** For so many the code is still being compiled. */
  private static final int WARM_UP = 150;

  private static final int BATCHES = 450;
  private static final List<LabeledExample> EXAMPLES = Events.examples(20_000);

  private LabelJoinCost() {}

  public static void main(String[] args) throws Exception {
    JobOptions options =
        Events.options(
            Map.of(
                "learner.preset", "paper-data",
                "learner.pool", "[naive-bayes, no-change]",
                "learner.top-k", "1",
                "learner.gates", "[fixed-share]",
                "labels.timeout", "1 h"));
    for (int delay : DELAYS) {
      try (MixtureHarness operator = new MixtureHarness(options)) {
        double[] micros = measure(operator, delay);
        System.out.printf(
            "label %s: median %.2f us an event, least %.2f us%n",
            delay == WITH_ITS_EVENT ? "in the event" : delay + " events later",
            micros[micros.length / 2],
            micros[0]);
      }
    }
  }

  private static double[] measure(MixtureHarness operator, int delay) throws Exception {
    double[] micros = new double[BATCHES];
    int next = 0;
    for (int b = -WARM_UP; b < BATCHES; b++) {
      long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      for (int i = 0; i < BATCH; i++, next++) {
        operator.send(Events.features("k", next, example(next), delay == WITH_ITS_EVENT));
        if (delay >= 0 && next >= delay) {
          operator.send(Events.label("k", next - delay, example(next - delay), delay));
        }
      }
      long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
      micros[Math.max(0, b)] = nanos / 1e3 / BATCH;
      operator.forgetOutput();
    }
    Arrays.sort(micros);
    return micros;
  }

  private static LabeledExample example(int number) {
    return EXAMPLES.get(number % EXAMPLES.size());
  }
}
