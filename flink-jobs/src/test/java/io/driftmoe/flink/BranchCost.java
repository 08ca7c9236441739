// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureOfExperts;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Prints what a branch costs the thread of the task, in processor time of an event (predict and
 * learn, the label with the event or 100 events later), beside what its mixture costs as a library.
 * Run by hand, some minutes:
 *
 * <pre>
 * java -Xmx3g -cp CLASSPATH io.driftmoe.flink.BranchCost
 * </pre>
 */
final class BranchCost {
  private static final int EVENTS = 8_000;
  private static final int LATE = 100;

  /** The first is slower, because the code is still being compiled. */
  private static final int ROUNDS = 3;

  private static final List<LabeledExample> EXAMPLES = Events.examples(EVENTS);

  private BranchCost() {}

  public static void main(String[] args) throws Exception {
    for (String preset : List.of("adaptive", "paper-data")) {
      Map<String, String> plain = Map.of("learner.preset", preset);
      Map<String, String> branched =
          Map.of("learner.preset", preset, "learner.branches", "{b: {settings: {seed: 2}}}");
      MixtureConfig library = Events.options(plain).learner().toMixtureConfig();
      double[][] micros = new double[5][ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        micros[0][round] = library(library);
        micros[1][round] = job(Events.options(plain), 0);
        micros[2][round] = job(Events.options(branched), 0);
        micros[3][round] = job(Events.options(plain), LATE);
        micros[4][round] = job(Events.options(branched), LATE);
      }
      double own = median(micros[0]);
      System.out.printf(
          Locale.ROOT,
          "%s: library %.1f us an event; job %.1f, with a branch %.1f: the branch costs %.2f times"
              + " its own; labels %s events later: job %.1f, with a branch %.1f: %.2f times%n",
          preset,
          own,
          median(micros[1]),
          median(micros[2]),
          (median(micros[2]) - median(micros[1])) / own,
          LATE,
          median(micros[3]),
          median(micros[4]),
          (median(micros[4]) - median(micros[3])) / own);
    }
  }

  private static double library(MixtureConfig config) {
    MixtureOfExperts mixture = MixtureOfExperts.create(config, Events.SCHEMA);
    long began = cpuNanos();
    for (LabeledExample example : EXAMPLES) {
      mixture.learn(mixture.predict(example.features()), example.label());
    }
    return (cpuNanos() - began) / 1e3 / EVENTS;
  }

  private static double job(JobOptions options, int late) throws Exception {
    try (MixtureHarness operator = new MixtureHarness(options)) {
      long began = cpuNanos();
      for (int i = 0; i < EVENTS; i++) {
        operator.send(Events.features("k", i, EXAMPLES.get(i), late == 0));
        if (late > 0 && i >= late) {
          operator.send(Events.label("k", i - late, EXAMPLES.get(i - late), late));
        }
        if (i % 1_000 == 0) {
          operator.forgetOutput();
        }
      }
      return (cpuNanos() - began) / 1e3 / EVENTS;
    }
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
