// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.benchmarks.LearnerSpec;
import io.driftmoe.benchmarks.PlantedShift;
import io.driftmoe.benchmarks.Provenance;
import io.driftmoe.benchmarks.ShiftResult;
import io.driftmoe.benchmarks.ShiftTrial;
import io.driftmoe.benchmarks.report.ShiftReport;
import io.driftmoe.flink.FailureMessage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** How soon changes of inputs are noticed. */
final class ShiftOptions {
  /** Options that go with {@code --shifts}. */
  private static final Set<String> ALLOWED =
      Set.of("--shifts", "--shuffled", "--streams", "--events", "--variants", "--seeds", "--out");

  @Option(
      names = "--shifts",
      paramLabel = "WHAT",
      split = ",",
      required = true,
      description = {
        "Plants a change into the second half of each stream and measures when mixtures with"
            + " input-watch notice it: none, mean, group, spread, dependence, value, missing,"
            + " classes; several, separated by commas, or all. Learners: --variants, labels come at"
            + " once. Runs in this process. Writes DIR/shifts.csv and shifts.md."
      })
  private List<String> shifts = List.of();

  @Option(
      names = "--shuffled",
      description =
          "Puts the events of each stream into an order without seasons and drifts of its own, by"
              + " the seed.")
  private boolean shuffled;

  void run(BenchOptions what, CommandLine command, Path out, Provenance provenance)
      throws CommandException {
    requireAllowed(command);
    List<PlantedShift> wanted = wanted();
    List<LearnerSpec> learners = learners(what);
    ShiftTrial trial = new ShiftTrial(what.keptEvents(), shuffled, 0);
    List<ShiftResult> results = new ArrayList<>();
    PrintWriter err = command.getErr();
    try {
      Files.createDirectories(out);
      for (BenchStreams.Found stream : what.streams()) {
        for (LearnerSpec learner : learners) {
          for (PlantedShift shift : wanted) {
            for (long seed : what.seeds()) {
              trial.run(stream.source(), shift, learner, seed).ifPresent(results::add);
            }
          }
          err.printf("%s, %s%n", stream.source().name(), learner.name());
          err.flush();
        }
        new ShiftReport(results, provenance).writeTo(out);
      }
    } catch (IOException | UncheckedIOException e) {
      throw new CommandException(FailureMessage.of(e), e);
    }
    command.getOut().print(new ShiftReport(results, provenance).markdown());
    command.getOut().flush();
    err.println("report: " + out.resolve("shifts.md"));
  }

  private static void requireAllowed(CommandLine command) {
    for (OptionSpec option : command.getParseResult().matchedOptions()) {
      if (!ALLOWED.contains(option.longestName())) {
        throw new UsageException(
            "%s does not go with --shifts; what does: %s"
                .formatted(
                    option.longestName(), String.join(", ", ALLOWED.stream().sorted().toList())));
      }
    }
  }

  private static List<LearnerSpec> learners(BenchOptions what) {
    List<LearnerSpec> learners = what.learners("adaptive");
    for (LearnerSpec learner : learners) {
      if (!ShiftTrial.suits(learner)) {
        throw new UsageException(
            "--shifts needs mixtures with input-watch, and '%s' has none"
                .formatted(learner.name()));
      }
    }
    return learners;
  }

  private List<PlantedShift> wanted() {
    if (shifts.equals(List.of("all"))) {
      return List.of(PlantedShift.values());
    }
    return shifts.stream().map(String::strip).map(ShiftOptions::shift).distinct().toList();
  }

  private static PlantedShift shift(String name) {
    return Arrays.stream(PlantedShift.values())
        .filter(shift -> shift.key().equals(name.toLowerCase(Locale.ROOT)))
        .findAny()
        .orElseThrow(
            () ->
                new UsageException(
                    "--shifts: '%s' is unknown, allowed: %s, all"
                        .formatted(
                            name,
                            Arrays.stream(PlantedShift.values())
                                .map(PlantedShift::key)
                                .collect(Collectors.joining(", ")))));
  }
}
