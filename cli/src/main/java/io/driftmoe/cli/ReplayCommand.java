// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.flink.BrokerFailure;
import io.driftmoe.flink.FailureMessage;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.JobReplay;
import io.driftmoe.flink.ReplayResult;
import io.driftmoe.flink.VariantReplay;
import io.driftmoe.local.Broker;
import io.driftmoe.local.LocalException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code driftmoe replay}: does again what a job did, and compares. */
@Command(
    name = "replay",
    description = {
      "Makes every prediction of a job again from its topics, and compares bit for bit.",
      "It reads what is committed when it begins, and writes to no topic."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Exit code 0 says that all predictions came out as the job made them, 1 that one did not, "
          + "whose first difference is named, or that there was none. docs/replay.md says how, and where it cannot."
    })
final class ReplayCommand implements Callable<Integer> {
  static final String EARLIEST = "earliest";

  @Spec private CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "The job's configuration, YAML.")
  private Path config;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description = "Overrides a key of the configuration, as 'driftmoe job' does.")
  private Map<String, String> overrides = new LinkedHashMap<>();

  @Option(
      names = "--from",
      paramLabel = "SAVEPOINT|earliest|TIME",
      defaultValue = EARLIEST,
      description = {
        "Where to begin: with the topics, or with the models of a savepoint or checkpoint of the "
            + "job, whose later predictions are made again; default ${DEFAULT-VALUE}. With a time, "
            + "such as 2020-01-31T23:59:59Z, predictions that Kafka got before are made again, too, "
            + "and neither compared nor scored; given beside a savepoint, it has less of these."
      })
  private List<String> from = List.of();

  @Option(
      names = "--until",
      paramLabel = "TIME",
      converter = Instants.class,
      description = {
        "Leaves out predictions that Kafka got at this time or later, such as "
            + "2020-01-31T23:59:59Z; default none."
      })
  private @Nullable Instant until;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads, each with some of the model keys; default one for each core.")
  private @Nullable Integer threads;

  @Mixin private VariantOptions variants;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = {
        "Also writes how the variants did to this folder: variants.csv, variants.md, and replay.html "
            + "with curves of accuracy and flips over time."
      })
  private @Nullable Path out;

  @Override
  public Integer call() throws CommandException, LocalException, InterruptedException {
    int all = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    if (all < 1) {
      throw new UsageException("--threads must be at least 1, got " + all);
    }
    if (out != null && variants.isEmpty()) {
      throw new UsageException("--out needs --variant, of which it tells");
    }
    ReplayStart start = ReplayStart.of(from);
    if (start.since() != null && until != null && !start.since().isBefore(until)) {
      throw new UsageException(
          "--from %s is not before --until %s".formatted(start.since(), until));
    }
    JobOptions options = JobFile.load(config, overrides);
    Map<String, JobOptions.Learner> learners = variants.read(options);
    require(options);
    JobReplay.Scope scope = new JobReplay.Scope(start.savepoint(), until, all, null, start.since());
    ReplayClock clock = new ReplayClock(spec.commandLine().getErr(), System.console() != null);
    VariantReplay replay =
        run(
            options,
            start.savepoint() == null ? EARLIEST : start.savepoint(),
            () ->
                learners.isEmpty()
                    ? new VariantReplay(
                        JobReplay.run(options, scope, clock::progress), List.of(), List.of())
                    : JobReplay.run(options, scope, learners, clock::progress));
    ReplayResult result = replay.result();
    clock.end(result.reproduced());
    PrintWriter shown = spec.commandLine().getOut();
    ReplayText.of(result, options.topics()).forEach(shown::println);
    VariantTable.lines(replay.scores()).forEach(shown::println);
    shown.flush();
    if (out != null) {
      VariantTable.write(replay.scores(), out);
      VariantPage.write(replay, options, out);
    }
    return result.isReproduced() ? 0 : 1;
  }

  /** What may fail in ways that a user can mend. */
  interface Run<T> {
    T run() throws IOException, InterruptedException;
  }

  static <T> T run(JobOptions options, String from, Run<T> replay)
      throws CommandException, InterruptedException {
    try {
      return replay.run();
    } catch (IllegalArgumentException e) {
      throw new CommandException(FailureMessage.of(e), e);
    } catch (IOException e) {
      throw new CommandException(
          from.equals(EARLIEST)
              ? FailureMessage.of(e)
              : "--from %s: %s".formatted(from, FailureMessage.of(e)),
          e);
    } catch (KafkaException e) {
      throw new CommandException(BrokerFailure.of(options.kafka(), e).message(), e);
    }
  }

  static void require(JobOptions options) throws LocalException, InterruptedException {
    JobOptions.Topics topics = options.topics();
    Stream<String> always = Stream.of(topics.features(), topics.labels(), topics.predictions());
    new Broker(options.kafka())
        .require(Stream.concat(always, Stream.ofNullable(topics.control())).toList());
  }

  /** Null for the beginning of the topics. */
  static @Nullable String savepointOf(String from) {
    return from.equals(EARLIEST) ? null : savepoint(from);
  }

  /** A path becomes absolute; a URI stays. */
  static String savepoint(String from) {
    return from.contains(":") ? from : Path.of(from).toAbsolutePath().toString();
  }
}
