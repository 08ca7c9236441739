// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs faults against the job and writes the table of what they showed. */
@Command(
    name = "failures/run.sh",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Strikes a running job and the processes around it with faults, and counts what came out: a",
      "prediction for every event, once, in event-time order equal to the undisturbed run, bit for",
      "bit. Exit status 1 when a run shows anything else."
    })
final class FailuresMain implements Callable<Integer> {
  private static final String ALL = "all";

  @Spec private CommandSpec spec;

  @Option(
      names = "--faults",
      split = ",",
      defaultValue = ALL,
      paramLabel = "FAULT",
      description = "comma-separated, or all: ${COMPLETION-CANDIDATES}",
      completionCandidates = Names.class)
  private List<String> faults;

  @Option(
      names = "--strikes",
      defaultValue = "5",
      description = "of the fault in one run, spread over it (default: ${DEFAULT-VALUE})")
  private int strikes;

  @Option(
      names = "--times",
      defaultValue = "10",
      description = {
        "strikes of each fault in each order that the file of results is to hold in the end; the",
        "next run is always one of those that have the fewest (default: ${DEFAULT-VALUE})"
      })
  private int times;

  @Option(
      names = "--runs",
      defaultValue = "1000",
      description = "in this call at most; a later call goes on (default: ${DEFAULT-VALUE})")
  private int runs;

  @Option(
      names = "--seconds",
      defaultValue = "3600",
      description = "after which a run strikes no more and ends (default: ${DEFAULT-VALUE})")
  private long seconds;

  @Option(
      names = "--events",
      defaultValue = "200000",
      description =
          "of each run, over eight model keys, each with a late label (default: ${DEFAULT-VALUE})")
  private long events;

  @Option(
      names = "--rate",
      defaultValue = "2000",
      description = "events a second at most; less where strikes last long (${DEFAULT-VALUE})")
  private double rate;

  @Option(
      names = "--orders",
      split = ",",
      defaultValue = "event-time,arrival",
      description = "of the job (default: ${DEFAULT-VALUE})")
  private List<String> orders;

  @Option(
      names = "--reference",
      paramLabel = "FILE",
      description =
          "keeps the predictions of the undisturbed run, or has them from an earlier call")
  private @Nullable Path reference;

  @Option(
      names = "--results",
      paramLabel = "FILE",
      description =
          "gets a row of CSV for each run, and says what has been done (default: docs/faults.csv)")
  private @Nullable Path results;

  @Option(
      names = "--table",
      paramLabel = "FILE",
      description = "document whose table of faults is replaced, such as docs/faults.md")
  private @Nullable Path table;

  @Option(
      names = "--keep-logs",
      description = "of runs that are good, too; those of others are kept anyway")
  private boolean keepLogs;

  /** The names of all faults. */
  static final class Names extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    Names() {
      for (FaultKind kind : FaultKind.values()) {
        add(kind.title());
      }
    }
  }

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new FailuresMain()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    Path home = Path.of(System.getProperty("driftmoe.home", "."));
    ResultFile file = new ResultFile(results == null ? home.resolve("docs/faults.csv") : results);
    boolean good = true;
    List<Plan> plans = plans();
    Map<Boolean, Ledger> undisturbed = new HashMap<>();
    for (int run = 0; run < runs; run++) {
      Optional<Plan> next = next(plans, file.read());
      if (next.isEmpty()) {
        break;
      }
      Plan plan = next.get();
      Load load = Load.of(events, plan.eventTime());
      if (plan.eventTime() && !undisturbed.containsKey(true)) {
        undisturbed.put(true, undisturbed(home, load, file));
      }
      good &= run(home, plan.fault(), load, undisturbed.get(plan.eventTime()), file).isGood();
    }
    String rows = ResultTable.of(file.read());
    if (table != null) {
      ResultTable.replace(table, rows);
    }
    out().print(rows);
    out().flush();
    return good ? 0 : 1;
  }

  /** A fault in an order, whose strikes are counted. */
  private record Plan(FaultKind fault, boolean eventTime) {
    int done(List<RunResult> results) {
      String order = Load.of(1, eventTime).order();
      return results.stream()
          .filter(result -> result.fault().equals(fault.title()) && result.order().equals(order))
          .mapToInt(RunResult::strikes)
          .sum();
    }
  }

  private List<Plan> plans() throws IOException {
    List<Plan> plans = new ArrayList<>();
    for (FaultKind fault : kinds()) {
      for (String order : orders) {
        if (fault != FaultKind.NONE) {
          plans.add(new Plan(fault, isEventTime(order)));
        }
      }
    }
    return plans;
  }

  /** The first of those done least; empty when all were done often enough. */
  private Optional<Plan> next(List<Plan> plans, List<RunResult> results) {
    return plans.stream()
        .filter(plan -> plan.done(results) < times)
        .min(Comparator.comparingInt(plan -> plan.done(results)));
  }

  private boolean isEventTime(String order) {
    return switch (order) {
      case "event-time" -> true;
      case "arrival" -> false;
      default -> throw wrong("--orders: event-time or arrival, got '%s'".formatted(order));
    };
  }

  private List<FaultKind> kinds() throws IOException {
    List<FaultKind> kinds = new ArrayList<>();
    for (String name : faults.contains(ALL) ? all() : faults) {
      FaultKind kind =
          FaultKind.of(name).orElseThrow(() -> wrong("--faults: no fault '%s'".formatted(name)));
      Optional<String> missing = kind.missing();
      if (missing.isPresent()) {
        say("%s is left out: %s".formatted(name, missing.get()));
      } else {
        kinds.add(kind);
      }
    }
    return kinds;
  }

  private static List<String> all() {
    return List.of(FaultKind.values()).stream()
        .filter(kind -> !kind.isOnlyByName())
        .map(FaultKind::title)
        .toList();
  }

  private CommandLine.ParameterException wrong(String message) {
    return new CommandLine.ParameterException(spec.commandLine(), message);
  }

  private Ledger undisturbed(Path home, Load load, ResultFile file) throws Exception {
    if (reference != null && Files.exists(reference)) {
      return Ledger.read(reference);
    }
    say("undisturbed run in event-time order");
    FailureRun.Outcome outcome =
        new FailureRun(List.of(FaultKind.NONE), 0, load, rate, most(), home, folder(home), keepLogs)
            .run(null, this::say);
    report(outcome, file);
    if (!outcome.result().isGood()) {
      throw new IllegalStateException("the undisturbed run is not good: " + outcome.result());
    }
    if (reference != null) {
      outcome.ledger().write(reference);
    }
    return outcome.ledger();
  }

  private RunResult run(
      Path home, FaultKind fault, Load load, @Nullable Ledger undisturbed, ResultFile file)
      throws Exception {
    say("%s, order %s".formatted(fault.what(), load.order()));
    FailureRun.Outcome outcome =
        new FailureRun(List.of(fault), strikes, load, rate, most(), home, folder(home), keepLogs)
            .run(undisturbed, this::say);
    report(outcome, file);
    return outcome.result();
  }

  private void report(FailureRun.Outcome outcome, ResultFile file) throws IOException {
    file.append(outcome.result());
    say(outcome.result().toString());
    if (outcome.logs() != null) {
      say("logs are kept in " + outcome.logs());
    }
  }

  private Duration most() {
    return Duration.ofSeconds(seconds);
  }

  private static Path folder(Path home) throws IOException {
    return Files.createTempDirectory(
        Files.createDirectories(home.resolve("failures/target")).toAbsolutePath(), "rig-");
  }

  private void say(String line) {
    out().println(LocalTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS) + " " + line);
    out().flush();
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
