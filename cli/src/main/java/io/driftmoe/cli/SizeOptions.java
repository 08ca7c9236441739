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
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** Costs against sizes. */
final class SizeOptions {
  private static final int EVENTS = 2000;
  private static final int MOST_EVENTS = 1_000_000;

  /** Options that go with {@code --sizes}. */
  private static final Set<String> ALLOWED =
      Set.of(
          "--sizes",
          "--size-events",
          "--size-seconds",
          "--learners",
          "--moa",
          "--variants",
          "--seeds",
          "--out");

  @Option(
      names = "--sizes",
      paramLabel = "WHAT",
      split = ",",
      required = true,
      description = {
        "Measures how time and memory of an event grow with: attributes (10 to 10,000), classes (2"
            + " to 1,000), young-keys, shared-keys (1 to 10,000 models), grown-keys (1 to 1,000"
            + " models); several, separated by commas. Only mixtures have keys. Learners:"
            + " --learners, --moa, --variants; default adaptive,ARF-10. Runs one after the other in"
            + " this process. Writes DIR/sizes.csv, sizes.md and sizes.svg."
      })
  private List<String> axes = List.of();

  @Option(
      names = "--size-events",
      paramLabel = "N",
      description = "Events of each number of attributes and classes; default " + EVENTS + ".")
  private @Nullable Integer wantedEvents;

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
    requireAllowed(command);
    Set<SizeAxis> wanted = wanted();
    List<LearnerSpec> learners = what.learners("adaptive,ARF-10");
    requireSuitable(wanted, learners);
    int events = wantedEvents == null ? EVENTS : wantedEvents;
    SizeComparison comparison = new SizeComparison(events, seconds, what.oneSeed());
    List<SizeResult> results = new ArrayList<>();
    PrintWriter err = command.getErr();
    try {
      Files.createDirectories(out);
      for (SizeAxis axis : wanted) {
        for (LearnerSpec learner : learners) {
          results.addAll(comparison.run(axis, learner, result -> print(result, err)));
          new SizeReport(results, provenance).writeTo(out);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      throw new CommandException(FailureMessage.of(e), e);
    }
    command.getOut().print(new SizeReport(results, provenance).markdown());
    command.getOut().flush();
    err.println("report: " + out.resolve("sizes.md"));
  }

  private static void requireAllowed(CommandLine command) {
    for (OptionSpec option : command.getParseResult().matchedOptions()) {
      if (!ALLOWED.contains(option.longestName())) {
        throw new UsageException(
            "%s does not go with --sizes; what does: %s"
                .formatted(
                    option.longestName(), String.join(", ", ALLOWED.stream().sorted().toList())));
      }
    }
  }

  private static void requireSuitable(Set<SizeAxis> wanted, List<LearnerSpec> learners) {
    for (SizeAxis axis : wanted) {
      if (learners.stream().noneMatch(learner -> SizeComparison.suits(axis, learner))) {
        throw new UsageException(
            "--sizes: %s needs a mixture, and none of the learners is one: %s"
                .formatted(
                    axis.key(),
                    learners.stream().map(LearnerSpec::name).collect(Collectors.joining(", "))));
      }
    }
  }

  private static void print(SizeResult result, PrintWriter err) {
    err.println(
        String.format(
            Locale.ROOT,
            "%s %s, %s: %s",
            result.size(),
            result.axis().key(),
            result.learner(),
            result.failure().isEmpty()
                ? String.format(Locale.ROOT, "%.1f µs an event", result.microseconds())
                : result.failure()));
    err.flush();
  }

  private Set<SizeAxis> wanted() {
    if (wantedEvents != null && (wantedEvents < 100 || wantedEvents > MOST_EVENTS)) {
      throw new UsageException(
          "--size-events must lie between 100 and 1000000, got " + wantedEvents);
    }
    if (seconds < 1) {
      throw new UsageException("--size-seconds must be at least 1, got " + seconds);
    }
    Set<SizeAxis> wanted = known();
    if (wantedEvents != null && wanted.stream().allMatch(SizeAxis::ofKeys)) {
      throw new UsageException("--size-events needs --sizes attributes or classes");
    }
    return wanted;
  }

  private Set<SizeAxis> known() {
    try {
      return SizeAxis.of(axes);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--sizes: " + e.getMessage(), e);
    }
  }
}
