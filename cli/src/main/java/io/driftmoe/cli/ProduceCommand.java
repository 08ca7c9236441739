// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.flink.FailureMessage;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.local.Broker;
import io.driftmoe.local.EventProducer;
import io.driftmoe.local.LocalException;
import io.driftmoe.streams.LabelWaits;
import io.driftmoe.streams.LabeledStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code driftmoe produce}: a stream to the topics. */
@Command(
    name = "produce",
    description = "Sends a data file or a generated stream to the topics of a job.",
    mixinStandardHelpOptions = true)
final class ProduceCommand implements Callable<Integer> {
  /** So that numbers and times of all events fit into a long. */
  private static final long MOST_EVENTS = 1_000_000_000_000L;

  @Spec private CommandSpec spec;
  @Mixin private StreamOptions stream;
  @Mixin private BrokerOptions broker;
  @Mixin private PaceOptions pace;

  @Option(
      names = "--model-key",
      paramLabel = "KEY",
      defaultValue = "default",
      description = {
        "Which mixture the events belong to; default ${DEFAULT-VALUE}. Repeatable: the events"
            + " belong to these in turn."
      })
  private List<String> modelKeys;

  @Option(
      names = "--first",
      paramLabel = "N|now",
      defaultValue = "0",
      converter = FirstEvent.Converter.class,
      description = {
        "Number of the first event, which ids and event times count from, to send more events to"
            + " the same model: an id that was learned is a duplicate; default ${DEFAULT-VALUE}."
            + " now: as many as there are intervals from --start till now, so that event times"
            + " begin with the present."
      })
  private FirstEvent firstEvent;

  @Option(
      names = "--start",
      paramLabel = "TIME",
      defaultValue = "2020-01-01T00:00:00Z",
      converter = Instants.class,
      description = "Event time of event 0; default ${DEFAULT-VALUE}.")
  private Instant start;

  @Option(
      names = "--interval",
      paramLabel = "DURATION",
      defaultValue = "1s",
      converter = Durations.class,
      description = "Event time between two events; default ${DEFAULT-VALUE}.")
  private Duration interval;

  @Option(
      names = "--topic-features",
      paramLabel = "NAME",
      description = "Topic of the events; default driftmoe.features.")
  private String featuresTopic;

  @Option(
      names = "--topic-labels",
      paramLabel = "NAME",
      description = "Topic of late labels; default driftmoe.labels.")
  private String labelsTopic;

  @Override
  public Integer call() throws CommandException, LocalException, InterruptedException {
    checkModelKeys();
    checkTimes();
    long first = firstEvent.number(start, interval, Instant.now());
    if (first < 0 || first > MOST_EVENTS) {
      throw new UsageException(
          "--first must be from 0 to %s, got %s".formatted(MOST_EVENTS, first));
    }
    BrokerOptions.Topics job = broker.read();
    JobOptions.Topics names = names(job.topics());
    EventProducer.Settings settings =
        new EventProducer.Settings(
            job.kafka(),
            names.features(),
            names.labels(),
            modelKeys,
            first,
            start,
            interval,
            event -> pace.labelDelay(),
            pace.rate());
    if (pace.trueTimes()) {
      settings = settings.withRecordedTimes();
      sayWaits(job.job());
    }
    try (LabeledStream events = stream.open(pace.trueTimes())) {
      if (job.job().isPresent()) {
        requireSchema(job.job().get().schema(), events);
      }
      new Broker(job.kafka())
          .require(
              pace.labelDelay() > 0 || pace.trueTimes()
                  ? Set.of(names.features(), names.labels())
                  : Set.of(names.features()));
      spec.commandLine()
          .getErr()
          .printf(
              "sending %s to %s at %s%n", events.name(), names.features(), job.kafka().bootstrap());
      long began = System.nanoTime();
      EventProducer.Sent sent;
      try (EventProducer producer = new EventProducer(settings)) {
        sent = producer.send(events);
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      spec.commandLine()
          .getOut()
          .printf(
              Locale.ROOT,
              "%s events and %s separate labels sent in %.1f s (%.0f events/s)%n",
              sent.events(),
              sent.labels(),
              seconds,
              sent.events() / seconds);
      if (sent.unsent() > 0) {
        spec.commandLine()
            .getOut()
            .printf("%s labels not sent: not known before the last event%n", sent.unsent());
      }
    }
    return 0;
  }

  /** Recorded times leave no others to be given. */
  private void checkTimes() {
    for (String option : List.of("--start", "--interval")) {
      if (pace.trueTimes() && spec.commandLine().getParseResult().hasMatchedOption(option)) {
        throw new UsageException(
            option + " does not go with --label-delay true-times: events have recorded times");
      }
    }
    if (pace.trueTimes() && firstEvent.given().isEmpty()) {
      throw new UsageException(
          "--first now does not go with --label-delay true-times: events have recorded times");
    }
  }

  /** Goes through the stream before anything is sent: a row at fault is met here. */
  private void sayWaits(Optional<JobOptions> job) throws CommandException {
    try (LabeledStream events = stream.open(true)) {
      LabelWaits waits = LabelWaits.of(events);
      PrintWriter err = spec.commandLine().getErr();
      err.printf("%s: %s%n", events.name(), waits.text());
      job.map(options -> options.labels().timeout())
          .filter(timeout -> timeout.compareTo(waits.longest()) < 0)
          .ifPresent(
              timeout ->
                  err.printf(
                      "labels.timeout of the job is %s: it gives up labels that come later%n",
                      timeout));
      err.flush();
    } catch (UncheckedIOException e) {
      throw new CommandException(FailureMessage.of(e), e);
    }
  }

  private void checkModelKeys() {
    if (modelKeys.contains("")) {
      throw new UsageException("--model-key must not be empty");
    }
    if (Set.copyOf(modelKeys).size() < modelKeys.size()) {
      throw new UsageException("--model-key: the same key twice: " + modelKeys);
    }
  }

  private JobOptions.Topics names(JobOptions.Topics job) {
    return new JobOptions.Topics(
        featuresTopic == null ? job.features() : featuresTopic,
        labelsTopic == null ? job.labels() : labelsTopic,
        job.predictions(),
        job.driftEvents(),
        job.metrics(),
        job.deadLetters(),
        job.explanations(),
        job.questions(),
        job.control());
  }

  /** Without this check each event would become a dead letter of the job. */
  private static void requireSchema(JobOptions.Schema job, LabeledStream events) {
    String difference =
        job.differenceFrom(JobOptions.Schema.of(events.schema()), "'" + events.name() + "'");
    if (!difference.isEmpty()) {
      throw new UsageException("--config: " + difference);
    }
  }
}
