// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.benchmarks.Cell;
import io.driftmoe.benchmarks.GroupComparison;
import io.driftmoe.benchmarks.GroupDesign;
import io.driftmoe.benchmarks.GroupResult;
import io.driftmoe.benchmarks.LabelArrival;
import io.driftmoe.benchmarks.Provenance;
import io.driftmoe.benchmarks.StreamSource;
import io.driftmoe.benchmarks.report.GroupReport;
import io.driftmoe.flink.FailureMessage;
import io.driftmoe.streams.StreamCatalog;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Ways to learn a stream whose events belong to groups. */
final class GroupOptions {
  @Option(
      names = "--groups",
      paramLabel = "DESIGN",
      split = ",",
      required = true,
      description = {
        "Compares, on streams with groups, such as sensors: one (one learner for all, the group is an "
            + "attribute), each (a learner for each group), fleet (likewise, with a model in common); "
            + "several, separated by commas. Every second group comes late, so that the tables show "
            + "how good a new one is. Cells run one after the other in this process. Writes "
            + "DIR/groups.csv and groups.md."
      })
  private List<String> designs = List.of();

  @Option(
      names = "--group",
      paramLabel = "COLUMN",
      description = "The attribute that names the group; default that of the catalogue.")
  private @Nullable String group;

  private record Key(StreamSource source, LabelArrival labels) {}

  void run(BenchOptions what, CommandLine command, Path out, Provenance provenance)
      throws CommandException {
    List<GroupDesign> wanted = wanted();
    PrintWriter err = command.getErr();
    List<GroupResult> results = new ArrayList<>();
    try {
      Files.createDirectories(out);
      Key latest = null;
      GroupComparison comparison = null;
      for (Cell cell : what.cells()) {
        requireNoFolds(cell);
        Key key = new Key(cell.stream(), cell.labels());
        if (comparison == null || !key.equals(latest)) {
          comparison =
              GroupComparison.of(
                  cell.stream(), groupOf(cell.stream()), cell.events(), cell.labels());
          latest = key;
        }
        for (GroupDesign design : wanted) {
          results.add(comparison.run(cell.learner(), design, cell.seed()));
          err.printf(
              "%s: %s, %s, seed %s%n",
              cell.stream().name(), cell.learner().name(), design.key(), cell.seed());
          new GroupReport(results, provenance).writeTo(out);
        }
      }
    } catch (IllegalArgumentException e) {
      throw new UsageException("--groups: " + e.getMessage(), e);
    } catch (IOException | UncheckedIOException e) {
      throw new CommandException(FailureMessage.of(e), e);
    }
    command.getOut().print(new GroupReport(results, provenance).markdown());
    command.getOut().flush();
    err.println("report: " + out.resolve("groups.md"));
  }

  private static void requireNoFolds(Cell cell) {
    if (cell.folds() > 1 || !cell.detectors().isEmpty()) {
      throw new UsageException(
          "%s does not go with --groups".formatted(cell.folds() > 1 ? "--folds" : "--detectors"));
    }
  }

  private List<GroupDesign> wanted() {
    try {
      return GroupDesign.of(designs);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--groups: " + e.getMessage(), e);
    }
  }

  private String groupOf(StreamSource source) {
    if (group != null) {
      return group;
    }
    if (source.file() == null) {
      return StreamCatalog.describe(source.name())
          .group()
          .orElseThrow(
              () ->
                  new UsageException(
                      "--groups: stream %s has no group; name an attribute with --group"
                          .formatted(source.name())));
    }
    throw new UsageException("--groups: name the attribute of a file with --group");
  }
}
