// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.benchmarks.LearnerSpec;
import io.driftmoe.local.LocalException;
import io.driftmoe.local.LocalRig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** Options of {@code driftmoe bench --end-to-end --soak}. */
final class SoakOptions {
  private static final int MOST_MINUTES = 24 * 60;

  /** What a burst leaves behind takes twenty times as long to be caught up, beside the load. */
  private static final int BURST_PARTS = 40;

  private static final Set<String> NOT_WITH = Set.of("--rates");

  @Option(
      names = "--soak",
      paramLabel = "MINUTES",
      defaultValue = "0",
      description = {
        "With --end-to-end: runs one job for so long at half of what it sustains, and fails when "
            + "heap, threads or open files grow or events are left behind. Writes soak.csv and "
            + "soak.svg. A million events take about 700 MB of the temporary folder."
      })
  private int minutes;

  @Option(
      names = "--burst",
      paramLabel = "SECONDS",
      defaultValue = "0",
      description = {
        "With --soak: sends ten times what the job sustains for so long, after a quarter of the "
            + "time; to catch up takes twenty times as long."
      })
  private int burstSeconds;

  /**
   * Whether a soak is wanted.
   *
   * @throws UsageException when options do not go together
   */
  boolean chosen(ParseResult parsed, boolean endToEnd) {
    if (burstSeconds != 0 && minutes == 0) {
      throw new UsageException("--burst needs --soak");
    }
    if (minutes != 0 && !endToEnd) {
      throw new UsageException("--soak needs --end-to-end");
    }
    if (minutes < 0 || minutes > MOST_MINUTES) {
      throw new UsageException("--soak must lie between 1 and %s".formatted(MOST_MINUTES));
    }
    if (burstSeconds < 0 || burstSeconds > minutes * 60 / BURST_PARTS) {
      throw new UsageException(
          "--burst must lie between 1 and a %sth of the time of --soak, which is %s s"
              .formatted(BURST_PARTS, minutes * 60 / BURST_PARTS));
    }
    for (OptionSpec option : parsed.matchedOptions()) {
      if (minutes > 0 && NOT_WITH.contains(option.longestName())) {
        throw new UsageException(option.longestName() + " does not go with --soak");
      }
    }
    return minutes > 0;
  }

  /**
   * Runs it.
   *
   * @throws CommandException when something grows, is left behind, or fails
   */
  void run(EndToEndPlan plan, Path out, PrintWriter progress)
      throws CommandException, LocalException, InterruptedException, IOException {
    LearnerSpec learner = plan.learners().get(0);
    SoakRun.Result result;
    try (LocalRig rig = EndToEndRuns.newRig()) {
      String bootstrap = rig.startBroker();
      EndToEndRuns runs = new EndToEndRuns(plan, learner, plan.keys().get(0), rig, bootstrap);
      double sustained = runs.saturate(runs.libraryRate()).jobRate();
      say(progress, "%s sustains %,.0f events/s", learner.name(), sustained);
      result =
          new SoakRun(plan, sustained, minutes * 60, burstSeconds, rig, bootstrap, progress).run();
    }
    String title =
        String.format(
            Locale.ROOT,
            "%s on %s, %d min at %,.0f events/s",
            learner.name(),
            plan.events().name(),
            minutes,
            result.rate());
    new SoakReport(title, result.samples()).writeTo(out);
    if (burstSeconds > 0) {
      say(
          progress,
          "burst of %d s: %,.0f events/s sent, %s",
          burstSeconds,
          result.burstRate(),
          result.caughtUpSeconds() < 0
              ? "not caught up"
              : "caught up after " + result.caughtUpSeconds() + " s");
    }
    say(progress, "report: %s", out.resolve("soak.svg"));
    List<String> faults = SoakCheck.faults(result.samples(), result.rate());
    if (!faults.isEmpty()) {
      throw new CommandException(String.join("; ", faults));
    }
  }

  private static void say(PrintWriter progress, String text, Object... values) {
    progress.println(String.format(Locale.ROOT, text, values));
    progress.flush();
  }
}
