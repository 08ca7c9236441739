// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * How learners did on the events and labels of a job, over time, as a page that needs no network.
 *
 * @param scope what was replayed, in words
 * @param learners the configured one first
 * @param windows in the order of time
 */
public record ReplayPage(String scope, List<Learner> learners, List<Window> windows) {
  private static final List<String> SCRIPTS =
      List.of("elements.js", "theme.js", "charts.js", "replay.js");

  /**
   * A learner, over all labels.
   *
   * @param accuracy in per cent
   * @param negativeFlips that the configured one had right and this one has wrong
   * @param positiveFlips the reverse
   */
  public record Learner(
      String name,
      long labels,
      double accuracy,
      long negativeFlips,
      long positiveFlips,
      double cpuSeconds,
      long modelBytes) {}

  /**
   * Predictions of some time whose labels came.
   *
   * @param from its begin in event time, epoch milliseconds
   * @param labels how many, at least one
   * @param right by learner
   * @param negativeFlips by learner
   */
  public record Window(long from, long labels, List<Long> right, List<Long> negativeFlips) {}

  /**
   * What the scripts read.
   *
   * @param streams none: this is one
   */
  private record Data(
      String scope, List<Drawn> learners, List<Window> windows, List<StreamData> streams) {}

  /**
   * A learner with what decides how it is drawn, as in {@link PageData.Learner}.
   *
   * @param own whether it is drawn more strongly
   */
  private record Drawn(
      String name,
      boolean own,
      boolean baseline,
      long labels,
      double accuracy,
      long negativeFlips,
      long positiveFlips,
      double cpuSeconds,
      long modelBytes) {}

  /**
   * Writes it.
   *
   * @throws IOException when that fails; a file that was there is there still
   */
  public void writeTo(Path file) throws IOException {
    Report.write(file, html());
  }

  String html() {
    List<Drawn> drawn =
        learners.stream()
            .map(
                one ->
                    new Drawn(
                        one.name,
                        one == learners.get(0),
                        false,
                        one.labels,
                        one.accuracy,
                        one.negativeFlips,
                        one.positiveFlips,
                        one.cpuSeconds,
                        one.modelBytes))
            .toList();
    return HtmlPage.of("replay.html", SCRIPTS, new Data(scope, drawn, windows, List.of()));
  }
}
