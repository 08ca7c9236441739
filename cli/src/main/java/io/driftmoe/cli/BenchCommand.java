// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.benchmarks.Cell;
import io.driftmoe.benchmarks.CellResult;
import io.driftmoe.benchmarks.LearnerSpec;
import io.driftmoe.benchmarks.Provenance;
import io.driftmoe.benchmarks.Suite;
import io.driftmoe.benchmarks.report.Report;
import io.driftmoe.flink.FailureMessage;
import io.driftmoe.local.LocalException;
import io.driftmoe.local.LocalRig;
import io.driftmoe.local.ShutdownHooks;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** {@code driftmoe bench}: compares learners on streams and writes a report. */
@Command(
    name = "bench",
    description = {
      "Compares learners on streams, prequentially, and writes tables and a report. "
          + "Started again with the same options it runs only what is missing."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Writes DIR/results.csv, series.csv, report.md and report.html (open it in a browser), and "
          + "standings.csv, detections.csv, experts.csv and regret.csv where there are any. Every "
          + "cell runs in a JVM of its own; CPU seconds are those of the learner's thread, without "
          + "the generator and the scoring.",
      "With --end-to-end it writes DIR/end-to-end.csv and end-to-end.md, with --groups "
          + "DIR/groups.csv and groups.md, with --sizes DIR/sizes.csv, sizes.md and sizes.svg, "
          + "with --shifts DIR/shifts.csv and shifts.md."
    })
final class BenchCommand implements Callable<Integer> {
  private static final String MEMORY = "\\d+[mMgG]";

  @Spec private CommandSpec spec;
  @Mixin private BenchOptions what;
  @Mixin private EndToEndOptions endToEnd;
  @Mixin private SoakOptions soak;

  @ArgGroup(exclusive = false, heading = "Microbenchmarks:%n")
  private @Nullable MicroOptions micro;

  @ArgGroup(exclusive = false, heading = "Groups:%n")
  private @Nullable GroupOptions groups;

  @ArgGroup(exclusive = false, heading = "Sizes:%n")
  private @Nullable SizeOptions sizes;

  @ArgGroup(exclusive = false, heading = "Changes of inputs:%n")
  private @Nullable ShiftOptions shifts;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "bench",
      description = "Folder for results; default ${DEFAULT-VALUE}.")
  private Path out;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "How many cells run at a time; default one per core.")
  private @Nullable Integer workers;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      defaultValue = "3g",
      description = "Heap of each cell's JVM, such as 900m or 4g; default ${DEFAULT-VALUE}.")
  private String memory;

  @Option(
      names = "--timeout",
      paramLabel = "MINUTES",
      defaultValue = "0",
      description = "Gives a cell up after so long; it counts as failed. Default 0: never.")
  private long timeoutMinutes;

  @Option(
      names = "--keep-failed",
      description = {
        "A cell that failed is finished, too: it is not run again, and the command succeeds. Its "
            + "row says that it failed, the report says why."
      })
  private boolean keepFailed;

  @Option(
      names = "--list",
      description = "Lists the names of streams, learners and detectors, and runs nothing.")
  private boolean list;

  @Override
  public Integer call() throws CommandException, LocalException, InterruptedException {
    if (list) {
      BenchNames.print(spec.commandLine().getOut());
      return 0;
    }
    checkOut();
    if (sizes != null) {
      sizes.run(what, spec.commandLine(), out, provenance());
      return 0;
    }
    if (shifts != null) {
      shifts.run(what, spec.commandLine(), out, provenance());
      return 0;
    }
    if (micro != null) {
      micro.run(spec.commandLine(), out);
      return 0;
    }
    if (groups != null) {
      groups.run(what, spec.commandLine(), out, provenance());
      return 0;
    }
    ParseResult parsed = spec.commandLine().getParseResult();
    boolean fromKafkaToKafka = endToEnd.chosen(parsed);
    if (soak.chosen(parsed, fromKafkaToKafka)) {
      return runSoak(endToEnd.plan(what).as(endToEnd.formats().get(0)));
    }
    if (fromKafkaToKafka) {
      return runEndToEnd(endToEnd.plan(what));
    }
    int parallel = workers == null ? Runtime.getRuntime().availableProcessors() : workers;
    check(parallel);
    List<Cell> cells = what.cells();
    try {
      return run(cells, parallel);
    } catch (IOException e) {
      throw new CommandException(FailureMessage.of(e), e);
    }
  }

  private void check(int parallel) {
    if (parallel < 1 || parallel > 1024) {
      throw new UsageException("--workers must lie between 1 and 1024, got " + parallel);
    }
    if (!memory.matches(MEMORY)) {
      throw new UsageException(
          "--memory must be a number followed by m or g, such as 3g, got '" + memory + "'");
    }
    if (timeoutMinutes < 0) {
      throw new UsageException(
          "--timeout must be 0 (never) or a positive number of minutes, got " + timeoutMinutes);
    }
  }

  private void checkOut() {
    Path there = out.toAbsolutePath();
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent(); // the folder can be made where the nearest one above it is
    }
    if (!Files.isDirectory(there)) {
      throw new UsageException(
          "--out must be a folder, and %s is a file"
              .formatted(there.equals(out.toAbsolutePath()) ? out : there));
    }
  }

  private int runSoak(EndToEndPlan plan)
      throws CommandException, LocalException, InterruptedException {
    try {
      Files.createDirectories(out);
      soak.run(plan, out, spec.commandLine().getErr());
    } catch (IOException e) {
      throw new CommandException("--out: " + FailureMessage.of(e), e);
    }
    return 0;
  }

  private int runEndToEnd(EndToEndPlan plan)
      throws CommandException, LocalException, InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    List<EndToEndBench.Result> results = new ArrayList<>();
    Provenance provenance = provenance();
    try (LocalRig rig = EndToEndRuns.newRig()) {
      Files.createDirectories(out); // minutes of measuring must not end with nowhere to write
      String bootstrap = rig.startBroker();
      for (int keys : plan.keys()) {
        for (LearnerSpec learner : plan.learners()) {
          for (boolean json : endToEnd.formats()) {
            EndToEndPlan formatted = plan.as(json);
            EndToEndRuns runs = new EndToEndRuns(formatted, learner, keys, rig, bootstrap);
            results.add(
                new EndToEndBench(err, plan.rates())
                    .run(formatted.title(learner), EndToEndPlan.isMixture(learner), keys, runs));
            // what was measured stays when a later learner fails
            new EndToEndReport(plan, results, provenance).writeTo(out);
          }
        }
      }
    } catch (IOException e) {
      throw new CommandException("--out: " + FailureMessage.of(e), e);
    }
    spec.commandLine().getOut().print(new EndToEndReport(plan, results, provenance).markdown());
    spec.commandLine().getOut().flush();
    err.println("report: " + out.resolve("end-to-end.md"));
    return 0;
  }

  private Provenance provenance() {
    Path home = Path.of(System.getProperty("driftmoe.home", "."));
    return Provenance.here("./driftmoe " + String.join(" ", quoted()), home);
  }

  private int run(List<Cell> cells, int parallel)
      throws IOException, InterruptedException, CommandException {
    Provenance provenance = provenance();
    Duration timeout = Duration.ofMinutes(timeoutMinutes);
    List<CellResult> results;
    try (Suite suite = Suite.open(out, provenance, parallel, memory, timeout, keepFailed);
        BenchProgress progress =
            new BenchProgress(spec.commandLine().getErr(), System.console() != null, cells)) {
      Thread onExit = new Thread(() -> stop(suite), "stop-bench");
      Runtime.getRuntime().addShutdownHook(onExit);
      try {
        results = suite.run(cells, progress);
      } finally {
        ShutdownHooks.remove(onExit);
      }
    }
    Report report = new Report(results, provenance.command());
    report.writeTo(out);
    spec.commandLine().getOut().print(report.markdown());
    spec.commandLine().getOut().flush();
    spec.commandLine().getErr().println("report: " + out.resolve("report.html"));
    long failed = results.stream().filter(CellResult::failed).count();
    if (failed > 0 && !keepFailed) {
      throw new CommandException(
          "%s of %s cells failed, the report says why; the first: %s"
              .formatted(failed, results.size(), firstFailure(results)));
    }
    return 0;
  }

  private static String firstFailure(List<CellResult> results) {
    CellResult first = results.stream().filter(CellResult::failed).findFirst().orElseThrow();
    return "%s on %s: %s"
        .formatted(first.cell().learner().name(), first.cell().stream().name(), first.failure());
  }

  private List<String> quoted() {
    return spec.commandLine().getParseResult().originalArgs().stream()
        .map(
            word -> word.matches("[\\w@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'")
        .toList();
  }

  private void stop(Suite suite) {
    try {
      suite.close();
    } catch (IOException e) {
      spec.commandLine().getErr().println("driftmoe bench: " + e.getMessage());
    }
  }
}
