// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.benchmarks.LearnerSpec;
import io.driftmoe.benchmarks.Provenance;
import io.driftmoe.benchmarks.SizeAxis;
import io.driftmoe.benchmarks.SizeComparison;
import io.driftmoe.benchmarks.SizeResult;
import io.driftmoe.benchmarks.report.SizeReport;
import io.driftmoe.flink.FailureMessage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Costs against sizes. */
final class SizeOptions {
  private static final int MOST_EVENTS = 1_000_000;

  @Option(
      names = "--sizes",
      paramLabel = "WHAT",
      split = ",",
      required = true,
      description = {
        "Measures how time and memory of an event grow with: attributes (10 to 10,000), classes (2"
            + " to 1,000), young-keys, shared-keys, grown-keys (1 to 10,000 models, mixtures only);"
            + " several, separated by commas. Learners: --learners, default adaptive,ARF-10. Runs"
            + " one after the other in this process. Writes DIR/sizes.csv, sizes.md and sizes.svg."
      })
  private List<String> axes = List.of();

  @Option(
      names = "--size-events",
      paramLabel = "N",
      defaultValue = "2000",
      description = "Events of each number of attributes and classes; default ${DEFAULT-VALUE}.")
  private int events;

  @Option(
      names = "--size-seconds",
      paramLabel = "N",
      defaultValue = "120",
      description =
          "CPU seconds after which a learner is given up at a size, and is not tried at larger "
              + "ones; default ${DEFAULT-VALUE}.")
  private int seconds;

  void run(BenchOptions what, CommandLine command, Path out, Provenance provenance)
      throws CommandException {
    System.setProperty("jol.magicFieldOffset", "true"); // weighs models that hold lambdas, too
    Set<SizeAxis> wanted = wanted();
    List<LearnerSpec> learners = what.learners("adaptive,ARF-10");
    SizeComparison comparison = new SizeComparison(events, seconds, what.oneSeed());
    List<SizeResult> results = new ArrayList<>();
    PrintWriter err = command.getErr();
    try {
      Files.createDirectories(out);
      for (LearnerSpec learner : learners) {
        comparison.warmUp(learner);
      }
      for (SizeAxis axis : wanted) {
        for (LearnerSpec learner : learners) {
          if (SizeComparison.suits(axis, learner)) {
            measure(comparison, axis, learner, results, err);
            new SizeReport(results, provenance).writeTo(out);
          }
        }
      }
    } catch (IOException | UncheckedIOException e) {
      throw new CommandException(FailureMessage.of(e), e);
    }
    command.getOut().print(new SizeReport(results, provenance).markdown());
    command.getOut().flush();
    err.println("report: " + out.resolve("sizes.md"));
  }

  private static void measure(
      SizeComparison comparison,
      SizeAxis axis,
      LearnerSpec learner,
      List<SizeResult> results,
      PrintWriter err)
      throws IOException {
    for (int size : axis.sizes()) {
      SizeResult result = comparison.run(axis, size, learner);
      results.add(result);
      err.println(
          String.format(
              Locale.ROOT,
              "%s %s, %s: %.1f µs an event, %.0f bytes %s",
              size,
              axis.key(),
              learner.name(),
              result.microseconds(),
              result.modelBytes(),
              result.failure()));
      err.flush();
      if (!result.failure().isEmpty()) {
        return;
      }
    }
  }

  private Set<SizeAxis> wanted() {
    if (events < 100 || events > MOST_EVENTS) {
      throw new UsageException("--size-events must lie between 100 and 1000000, got " + events);
    }
    if (seconds < 1) {
      throw new UsageException("--size-seconds must be at least 1, got " + seconds);
    }
    try {
      return SizeAxis.of(axes);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--sizes: " + e.getMessage(), e);
    }
  }
}
