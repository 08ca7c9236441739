// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.benchmarks.report.ReplayPage;
import io.driftmoe.flink.FailureMessage;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.ReplayResult;
import io.driftmoe.flink.VariantReplay;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** How variants did, as a page with curves. */
final class VariantPage {
  private VariantPage() {}

  static ReplayPage of(VariantReplay replay, JobOptions options) {
    List<ReplayPage.Learner> learners =
        replay.scores().stream()
            .map(
                score ->
                    new ReplayPage.Learner(
                        score.name(),
                        score.labels(),
                        score.accuracy(),
                        score.negativeFlips(),
                        score.positiveFlips(),
                        score.cpuSeconds(),
                        score.modelBytes()))
            .toList();
    List<ReplayPage.Window> windows =
        replay.course().stream()
            .map(
                window ->
                    new ReplayPage.Window(
                        window.from(), window.labels(), window.right(), window.negativeFlips()))
            .toList();
    ReplayResult result = replay.result();
    String scope =
        String.format(
            Locale.ROOT,
            "Job %s: %,d of %,d predictions of %,d model keys came out as the job made them.",
            options.job().name(),
            result.reproduced(),
            result.predictions(),
            result.keys());
    return new ReplayPage(scope, learners, windows);
  }

  /**
   * Writes replay.html.
   *
   * @param folder that is there
   */
  static void write(VariantReplay replay, JobOptions options, Path folder) throws CommandException {
    try {
      of(replay, options).writeTo(folder.resolve("replay.html"));
    } catch (IOException e) {
      throw new CommandException("--out: " + FailureMessage.of(e), e);
    }
  }
}
