// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.benchmarks.tuning.Budget;
import io.driftmoe.benchmarks.tuning.Candidate;
import io.driftmoe.benchmarks.tuning.Cost;
import io.driftmoe.benchmarks.tuning.Standing;
import io.driftmoe.benchmarks.tuning.Tuning;
import io.driftmoe.flink.FailureMessage;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.Shown;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code driftmoe tune}: the most accurate settings within a budget. */
@Command(
    name = "tune",
    description = {
      "Races settings of the learner on a stream, and writes a configuration with the most accurate "
          + "ones that keep to a budget of time and memory."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "All candidates learn the same events, each label at once. One that another one is shown to "
          + "beat is dropped; so is one that is beyond the budget. If none fits, the exit code is 1.",
      "  driftmoe tune --data events.csv --class label --events 20000 --budget '200us, 64MiB' "
          + "--out job.yaml"
    })
final class TuneCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private StreamOptions stream;

  @Option(
      names = "--budget",
      required = true,
      paramLabel = "LIMITS",
      converter = BudgetConverter.class,
      description = {
        "Most that an event and a model may cost, separated by commas: processor time of an event "
            + "in the mean, such as 200us; 'p99 2ms', the time by the clock that 99 %% of the "
            + "events take; heap of a model, such as 64MiB."
      })
  private Budget budget;

  @Option(
      names = "--candidates",
      paramLabel = "FILE",
      description = {
        "The settings to race: a YAML file of 'name: {preset: adaptive, model-bytes: 16777216}', as "
            + "--variants of 'driftmoe bench'. Default: the presets, adaptive without some of its "
            + "parts and with less memory, forests and a tree."
      })
  private @Nullable Path candidates;

  @Option(
      names = "--level",
      paramLabel = "P",
      defaultValue = "0.05",
      description = {
        "Most that the probability may be of dropping a candidate for one that is no better; "
            + "default ${DEFAULT-VALUE}."
      })
  private double level;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = {
        "A job's configuration, of which only the learner is replaced; its schema must be that of "
            + "the stream. Default one as 'driftmoe job --init' writes it."
      })
  private @Nullable Path config;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Writes the configuration there, and the table to standard output.")
  private @Nullable Path out;

  static final class BudgetConverter implements ITypeConverter<Budget> {
    @Override
    public Budget convert(String text) {
      try {
        return Budget.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  @Override
  public Integer call() throws CommandException {
    if (!(level > 0 && level < 1)) {
      throw new UsageException("--level must be above 0 and below 1, got " + level);
    }
    if (out != null && Files.isDirectory(out)) {
      throw new UsageException("--out must be a file, and %s is a folder".formatted(out));
    }
    List<Candidate> raced = candidates();
    JobOptions base = base();
    List<Standing> standings = race(raced);
    TuningTable table = new TuningTable(standings);
    Standing chosen = standings.get(0);
    if (chosen.fate() != Standing.Fate.CHOSEN) {
      table.lines().forEach(spec.commandLine().getErr()::println);
      throw new CommandException(none(standings));
    }
    String text = comments(table) + JobTemplate.of(withLearner(base, chosen.candidate()), name());
    write(text, table);
    return 0;
  }

  private List<Candidate> candidates() {
    if (candidates == null) {
      return Candidate.usual(stream.seed());
    }
    List<Candidate> named =
        VariantFile.read("--candidates", candidates).stream()
            .map(variant -> Candidate.of(variant, stream.seed()))
            .toList();
    for (Candidate candidate : named) {
      try {
        learner(candidate);
      } catch (IllegalArgumentException e) {
        throw new UsageException(
            "--candidates: %s: %s".formatted(candidate.name(), e.getMessage()), e);
      }
    }
    return named;
  }

  private static JobOptions.Learner learner(Candidate candidate) {
    return new JobOptions.Learner(candidate.settings(), candidate.seed());
  }

  /** What the configuration has beside the learner; also finds faults before the race. */
  private JobOptions base() throws CommandException {
    try (LabeledStream events = stream.open()) {
      JobOptions.Schema schema = JobOptions.Schema.of(events.schema());
      if (config == null) {
        return new JobOptions(null, null, schema, null, null, null, null, null, null, null, null);
      }
      JobOptions given = JobFile.load(config, Map.of());
      if (!given.schema().equals(schema)) {
        throw new UsageException(
            "--config: attributes and classes of %s are not those of %s"
                .formatted(config, Shown.of(events.name())));
      }
      return given;
    } catch (IllegalArgumentException e) {
      throw new CommandException("no job takes these columns: " + e.getMessage(), e);
    }
  }

  private static JobOptions withLearner(JobOptions base, Candidate candidate) {
    return new JobOptions(
        base.kafka(),
        base.topics(),
        base.schema(),
        new JobOptions.Learner(candidate.settings(), candidate.seed(), base.learner().branches()),
        base.labels(),
        base.input(),
        base.router(),
        base.job(),
        base.models(),
        base.output(),
        base.explanations());
  }

  private String name() throws CommandException {
    try (LabeledStream events = stream.open()) {
      return events.name();
    }
  }

  private List<Standing> race(List<Candidate> raced) throws CommandException {
    TuningProgress progress = new TuningProgress(spec.commandLine().getErr());
    try {
      return new Tuning(budget, level, progress).run(raced, stream::open);
    } catch (UncheckedIOException e) { // a row at fault
      throw new CommandException(FailureMessage.of(e), e);
    }
  }

  private String none(List<Standing> standings) {
    Standing nearest = nearest(standings);
    if (nearest.cost() == null) {
      return "no candidate can learn these events: %s: %s"
          .formatted(nearest.candidate().name(), nearest.why());
    }
    return "no candidate keeps to the budget; nearest is %s, with %s"
        .formatted(nearest.candidate().name(), nearest.why());
  }

  /** The one that takes the smallest part of the budget. */
  private Standing nearest(List<Standing> standings) {
    return standings.stream()
        .min(
            Comparator.comparingDouble(
                standing -> {
                  Cost cost = standing.cost();
                  return cost == null ? Double.POSITIVE_INFINITY : budget.share(cost);
                }))
        .orElseThrow();
  }

  private static String comments(TuningTable table) {
    StringBuilder text = new StringBuilder();
    table.lines().forEach(line -> text.append("# ").append(line).append('\n'));
    return text.append("#\n").toString();
  }

  private void write(String text, TuningTable table) throws CommandException {
    PrintWriter printed = spec.commandLine().getOut();
    if (out == null) {
      printed.print(text);
    } else {
      try {
        Files.writeString(out, text);
      } catch (IOException e) {
        throw new CommandException("--out: " + FailureMessage.of(e), e);
      }
      table.lines().forEach(printed::println);
      printed.println("wrote " + out);
    }
    printed.flush();
  }
}
