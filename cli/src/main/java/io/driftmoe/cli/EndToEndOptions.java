// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.benchmarks.LearnerSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** Options of {@code driftmoe bench --end-to-end}. */
final class EndToEndOptions {
  private static final List<String> ONLY_HERE =
      List.of(
          "--seconds",
          "--checkpoint-interval",
          "--keys",
          "--warm-up-events",
          "--rates",
          "--soak",
          "--burst",
          "--formats",
          "-D");
  private static final int MOST_KEYS = 100_000;
  private static final int MOST_RATE = 1_000_000;
  private static final int MOST_WARM_UP = 1_000_000;
  private static final Set<String> ALLOWED =
      Set.of(
          "--end-to-end",
          "--seconds",
          "--checkpoint-interval",
          "--keys",
          "--warm-up-events",
          "--rates",
          "--soak",
          "--burst",
          "--formats",
          "-D",
          "--streams",
          "--data",
          "--class",
          "--ignore",
          "--learners",
          "--moa",
          "--seeds",
          "--out",
          "--stacktrace");

  @Option(
      names = "--end-to-end",
      description = {
        "Measures throughput and latency from Kafka through Flink to Kafka instead, with each "
            + "learner in turn in the job: one stream (default led_a), one seed, learners by "
            + "default adaptive and ARF-10. Takes about five minutes per learner."
      })
  private boolean chosen;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "20",
      description = {
        "With --end-to-end: length of each measured run, after a quarter of it to warm up; default "
            + "${DEFAULT-VALUE}."
      })
  private int seconds;

  @Option(
      names = "--checkpoint-interval",
      paramLabel = "DURATION",
      defaultValue = "3s",
      converter = Durations.class,
      description = {
        "With --end-to-end: how often the job commits, which committed latencies depend on; "
            + "default ${DEFAULT-VALUE}."
      })
  private Duration checkpointInterval;

  @Option(
      names = "--keys",
      paramLabel = "N",
      split = ",",
      defaultValue = "1",
      description = {
        "With --end-to-end: how many model keys have the events in turn, such as 1,100,10000; "
            + "default ${DEFAULT-VALUE}."
      })
  private List<Integer> keys;

  @Option(
      names = "--warm-up-events",
      paramLabel = "N",
      defaultValue = "10000",
      description = {
        "With --end-to-end: events that the models have learned before any is measured, alone and "
            + "in the job; default ${DEFAULT-VALUE}."
      })
  private int warmUpEvents;

  @Option(
      names = "--rates",
      paramLabel = "N",
      split = ",",
      description = {
        "With --end-to-end: measures latencies at these rates, events a second, instead of at parts "
            + "of the highest sustainable one, for which it does not look then."
      })
  private List<Double> rates = List.of();

  @Option(
      names = "--formats",
      paramLabel = "FORMAT",
      split = ",",
      defaultValue = "driftmoe",
      description = {
        "With --end-to-end: how events are written, each measured in turn: driftmoe, json; "
            + "default ${DEFAULT-VALUE}."
      })
  private List<String> formats;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description = {
        "With --end-to-end: sets a key of job.yaml, such as -Djob.buffer-timeout=1ms. May be "
            + "repeated."
      })
  private Map<String, String> settings = Map.of();

  /**
   * Whether an end-to-end run is wanted.
   *
   * @throws UsageException naming an option that does not go with it, or that goes only with it
   */
  boolean chosen(ParseResult parsed) {
    for (OptionSpec option : parsed.matchedOptions()) {
      String name = option.longestName();
      if (chosen && !ALLOWED.contains(name)) {
        throw new UsageException(
            "%s does not go with --end-to-end; what does: %s"
                .formatted(name, String.join(", ", ALLOWED.stream().sorted().toList())));
      }
      if (!chosen && ONLY_HERE.contains(name)) {
        throw new UsageException(name + " needs --end-to-end");
      }
    }
    if (seconds < 1 || seconds > 300) {
      throw new UsageException("--seconds must lie between 1 and 300, got " + seconds);
    }
    if (checkpointInterval.toMillis() < 10 || checkpointInterval.toSeconds() > 300) {
      throw new UsageException(
          "--checkpoint-interval must lie between 10 ms and 300 s, got %s ms"
              .formatted(checkpointInterval.toMillis()));
    }
    if (keys.stream().anyMatch(n -> n < 1 || n > MOST_KEYS)) {
      throw new UsageException(
          "--keys must lie between 1 and %s, got %s".formatted(MOST_KEYS, keys));
    }
    if (warmUpEvents < 0 || warmUpEvents > MOST_WARM_UP) {
      throw new UsageException(
          "--warm-up-events must lie between 0 and %s, got %s"
              .formatted(MOST_WARM_UP, warmUpEvents));
    }
    if (rates.stream().anyMatch(rate -> !(rate >= 1 && rate <= MOST_RATE))) {
      throw new UsageException(
          "--rates must lie between 1 and %s, got %s".formatted(MOST_RATE, rates));
    }
    if (formats.isEmpty() || !Set.of("driftmoe", "json").containsAll(formats)) {
      throw new UsageException("--formats must be of driftmoe and json, got " + formats);
    }
    return chosen;
  }

  /** For each format that is to be measured, whether it is JSON. */
  List<Boolean> formats() {
    return formats.stream().map(format -> format.equals("json")).toList();
  }

  /** What is to be measured. */
  EndToEndPlan plan(BenchOptions what) throws CommandException {
    List<LearnerSpec> learners = what.learners("adaptive,ARF-10");
    for (LearnerSpec learner : learners) {
      if (learner.told().isPresent()) {
        throw new UsageException(
            "--learners: %s does not go with --end-to-end, which tells nobody the sources of events"
                .formatted(learner.name()));
      }
    }
    EndToEndPlan plan =
        new EndToEndPlan(
            what.oneCycle("led_a"),
            learners,
            List.copyOf(keys),
            what.oneSeed(),
            seconds,
            warmUpEvents,
            checkpointInterval,
            List.copyOf(rates),
            Map.copyOf(settings),
            false);
    try {
      plan.job(learners.get(0), "localhost:9092", "check");
    } catch (IllegalArgumentException e) {
      throw new UsageException("-D: " + e.getMessage(), e);
    }
    return plan;
  }
}
