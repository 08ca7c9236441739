// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.embedded.EmbeddedKafka;
import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.PlantedDrift;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.kafka.source.reader.KafkaSourceReader;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * One demo: starts broker, topics, cluster and a job that ends with the stream, sends the stream,
 * follows the job's own metrics topic, and looks at what the job left on the topics.
 */
final class DemoRun implements AutoCloseable {
  private static final Duration TICK = Duration.ofMillis(100);

  private final DemoPlan plan;
  private final PrintWriter err;
  private final Thread onExit = new Thread(this::closeOnExit, "stop-demo");

  private TemporaryFolder folder;
  private EmbeddedKafka kafka;
  private LocalJob job;
  private Thread sender;
  private boolean closed;

  static {
    // Warns in every demo: offsets are committed before the new broker has a group coordinator.
    Configurator.setLevel(KafkaSourceReader.class, Level.ERROR);
  }

  DemoRun(DemoPlan plan, PrintWriter err) {
    this.plan = plan;
    this.err = err;
  }

  /**
   * Runs it to the end.
   *
   * @throws CommandException when anything fails, the job included
   */
  DemoSummary run() throws CommandException, InterruptedException {
    try (LabeledStream stream = plan.source().open()) {
      introduce(stream);
      Runtime.getRuntime().addShutdownHook(onExit);
      long events = stream.length().isPresent() ? stream.length().getAsLong() : count();
      JobOptions options = startUp(stream, events);
      learn(stream, options, events);
      DemoOutputs outputs = DemoOutputs.read(options);
      Optional<LibraryCheck.Result> verification = Optional.empty();
      if (plan.verify()) {
        err.println("comparing with the plain library");
        verification = Optional.of(new LibraryCheck(plan, options).run());
      }
      return new DemoSummary(
          stream.name(), plan.preset().key(), plan.seed(), events, outputs, verification);
    }
  }

  private void introduce(LabeledStream stream) {
    String events =
        stream.length().isPresent()
            ? String.format(Locale.ROOT, "%,d events", stream.length().getAsLong())
            : "all events";
    String drifts =
        stream.plantedDrifts().stream()
            .map(PlantedDrift::position)
            .map(position -> String.format(Locale.ROOT, "%,d", position))
            .collect(Collectors.joining(", "));
    err.printf(
        "%s: %s, %d attributes, %d classes%s%n",
        stream.name(),
        events,
        stream.schema().features(),
        stream.schema().classes(),
        drifts.isEmpty() ? "" : ", drifts planted at " + drifts);
  }

  private long count() throws CommandException {
    long events = 0;
    try (LabeledStream stream = plan.source().open()) {
      for (; stream.hasNext(); stream.next()) {
        events++;
      }
    }
    return events;
  }

  private synchronized JobOptions startUp(LabeledStream stream, long events)
      throws CommandException, InterruptedException {
    folder = TemporaryFolder.create("driftmoe-demo-");
    try {
      kafka = EmbeddedKafka.start(folder.path());
    } catch (IOException e) {
      throw new CommandException(e.getMessage(), e);
    }
    JobOptions options = plan.job(stream.schema(), kafka.bootstrap());
    new Broker(options.kafka()).with(options.topics(), topics -> topics.create(1, (short) 1));
    Configuration settings = new Configuration();
    // a demo whose job fails shall say so, not try again for ever
    settings.set(RestartStrategyOptions.RESTART_STRATEGY, "disable");
    Map<TopicPartition, Long> ends =
        Map.of(
            new TopicPartition(options.topics().features(), 0),
            events,
            new TopicPartition(options.topics().labels(), 0),
            plan.labelDelay() > 0 ? events : 0);
    LocalJob.expectEnd();
    job = LocalJob.start(folder.path(), options, plan.webUi(), settings, ends);
    err.println("Kafka broker: " + kafka.bootstrap());
    if (!job.url().isEmpty()) {
      err.println("Flink web UI: " + job.url());
    }
    return options;
  }

  private void learn(LabeledStream stream, JobOptions options, long events)
      throws CommandException, InterruptedException {
    boolean terminal = System.console() != null;
    try (TopicReader reader =
            TopicReader.open(
                options.kafka(),
                List.of(options.topics().driftEvents(), options.topics().metrics()),
                false,
                true);
        DemoProgress progress = new DemoProgress(err, terminal, stream.name(), events)) {
      Follower follower = new Follower(reader, options, progress);
      job.awaitRunning();
      FutureTask<EventProducer.Sent> sending =
          new FutureTask<>(
              () -> {
                try (EventProducer producer = new EventProducer(plan.producer(options))) {
                  return producer.send(stream);
                }
              });
      sender = new Thread(sending, "send-events");
      sender.start();
      while (!sending.isDone() && !job.hasEnded()) {
        follower.tick();
      }
      if (sending.isDone() && result(sending).events() != events) {
        throw new CommandException(
            "%s has %d events now, %d when it was opened"
                .formatted(stream.name(), result(sending).events(), events));
      }
      while (!job.hasEnded()) {
        follower.tick();
      }
      job.awaitEnd();
      follower.tick();
    }
  }

  private static EventProducer.Sent result(FutureTask<EventProducer.Sent> sending)
      throws CommandException, InterruptedException {
    try {
      return sending.get();
    } catch (ExecutionException e) {
      throw new CommandException(ExitCodes.explain(e), e);
    }
  }

  /** Shows the job's metrics and drift events as they come. */
  private final class Follower {
    private final SingleObjectCodec<MetricsEvent> metrics =
        SingleObjectCodec.of(MetricsEvent.class);
    private final SingleObjectCodec<DriftEvent> drifts = SingleObjectCodec.of(DriftEvent.class);
    private final TopicReader reader;
    private final String metricsTopic;
    private final DemoProgress progress;

    Follower(TopicReader reader, JobOptions options, DemoProgress progress) {
      this.reader = reader;
      this.metricsTopic = options.topics().metrics();
      this.progress = progress;
    }

    void tick() throws CommandException {
      for (ConsumerRecord<byte[], byte[]> record : reader.poll(TICK)) {
        if (record.topic().equals(metricsTopic)) {
          progress.report(DemoOutputs.decode(metrics, record.value()));
        } else {
          progress.drift(DemoOutputs.decode(drifts, record.value()));
        }
      }
    }
  }

  private void closeOnExit() {
    try {
      close();
    } catch (CommandException e) {
      err.println("driftmoe demo: " + e.getMessage());
    }
  }

  /** Ends whatever still runs and deletes the temporary folder; closing twice does nothing. */
  @Override
  public synchronized void close() throws CommandException {
    if (closed) {
      return;
    }
    closed = true;
    endWork();
    if (kafka != null) {
      try {
        kafka.close();
      } catch (IOException e) {
        throw new CommandException("the broker did not stop: " + e.getMessage(), e);
      }
    }
    if (folder != null) {
      folder.close();
    }
    ShutdownHooks.remove(onExit);
  }

  private void endWork() {
    try {
      if (sender != null) {
        sender.interrupt();
        sender.join();
      }
      if (job != null) {
        job.cancel();
      }
    } catch (InterruptedException e) {
      // the rest is closed all the same
      Thread.currentThread().interrupt();
    }
  }
}
