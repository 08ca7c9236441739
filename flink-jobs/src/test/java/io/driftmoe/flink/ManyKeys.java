// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.LabeledExample;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.util.InstantiationUtil;

/**
 * Shows how many model keys fit into a heap: sends events of many keys to the operator, as many at
 * a time of one key as asked for, takes a checkpoint and prints what is live and parked, and the
 * heap that is in use. Run by hand:
 *
 * <pre>
 * java -Xmx667m -cp CLASSPATH io.driftmoe.flink.ManyKeys KEYS EVENTS AT_A_TIME [FOLDER]
 * </pre>
 *
 * <p>With a folder it goes on from the checkpoint that the last run has left there, with so many
 * keys more, and leaves its own: so a long run can be had in parts.
 *
 * <p>A TaskManager whose process has 2 GB has a heap of 667 MB by Flink's defaults, one of 8 GB one
 * of 3430 MB.
 */
final class ManyKeys {
  private static final List<LabeledExample> EXAMPLES = Events.examples(20_000);

  /** After so many keys of a round it says how far it is. */
  private static final int REPORTED = 10_000;

  private ManyKeys() {}

  public static void main(String[] args) throws Exception {
    int keys = Integer.parseInt(args[0]);
    int events = Integer.parseInt(args[1]);
    int atATime = Integer.parseInt(args[2]);
    JobOptions options = Events.options(Map.of("learner.preset", "adaptive"));
    Path folder = args.length > 3 ? Path.of(args[3]) : Files.createTempDirectory("many-keys");
    Path last = folder.resolve("last");
    OperatorSubtaskState before = Files.exists(last) ? read(last) : null;
    long start = System.nanoTime();
    try (MixtureHarness operator = new MixtureHarness(options, before)) {
      int first = operator.models().live() + operator.models().parked();
      for (int from = 0; from < events; from += atATime) {
        for (int key = first; key < first + keys; key++) {
          if (key > first && (key - first) % REPORTED == 0) {
            say(operator, start, (key - first) + " keys");
          }
          for (int i = from; i < Math.min(events, from + atATime); i++) {
            LabeledExample example = EXAMPLES.get((key + i) % EXAMPLES.size());
            operator.send(Events.features("key-" + key, i, example, true));
          }
          operator.forgetOutput();
        }
        say(operator, start, (from + atATime) + " events a key");
      }
      operator.processingTime(3_600_000); // the timers of the metrics as well
      operator.forgetOutput();
      operator.processingTime(7_200_000);
      say(operator, start, "hours later");
      OperatorSubtaskState checkpoint = operator.checkpoint(1, folder);
      System.out.printf(
          Locale.ROOT, "checkpoint of %,d MB%n", checkpoint.getStateSize() / 1_000_000);
      say(operator, start, "with that checkpoint written");
      if (before != null) {
        before.discardState();
      }
      if (args.length > 3) {
        Files.write(last, InstantiationUtil.serializeObject(checkpoint));
      } else {
        checkpoint.discardState();
        Files.deleteIfExists(folder);
      }
    }
  }

  private static OperatorSubtaskState read(Path file) throws Exception {
    return InstantiationUtil.deserializeObject(
        Files.readAllBytes(file), ManyKeys.class.getClassLoader());
  }

  private static void say(MixtureHarness operator, long start, String when) {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    System.out.printf(
        Locale.ROOT,
        "%,.0f s, %s: %,d live, %,d parked, %,d refused, %,d of %,d MB of heap%n",
        (System.nanoTime() - start) / 1e9,
        when,
        operator.models().live(),
        operator.models().parked(),
        operator.models().refused(),
        (runtime.totalMemory() - runtime.freeMemory()) >> 20,
        runtime.maxMemory() >> 20);
  }
}
