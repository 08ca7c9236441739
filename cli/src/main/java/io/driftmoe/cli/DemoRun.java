// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.flink.JobOptions;
import io.driftmoe.local.LocalException;
import io.driftmoe.local.LocalJob;
import io.driftmoe.local.LocalRig;
import io.driftmoe.local.Pacer;
import io.driftmoe.local.TopicReader;
import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.PlantedDrift;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * One demo: starts broker, topics, cluster and a job that ends with the stream, sends the stream,
 * follows the job's own metrics topic, and looks at what the job left on the topics.
 */
final class DemoRun {
  private static final Duration TICK = Duration.ofMillis(100);

  private final DemoPlan plan;
  private final PlantedByHand hand;
  private final PrintWriter err;

  /** Shows what a demo came to. */
  @FunctionalInterface
  interface Ending {
    void show(DemoSummary summary) throws CommandException;
  }

  /**
   * @param plan whose stream is opened from {@code hand}
   */
  DemoRun(DemoPlan plan, PlantedByHand hand, PrintWriter err) {
    this.plan = plan;
    this.hand = hand;
    this.err = err;
  }

  /**
   * Runs it to the end.
   *
   * @param ending is called while the broker is still there
   * @throws CommandException when anything fails, the job included
   */
  void run(Ending ending) throws CommandException, LocalException, InterruptedException {
    try (LocalRig rig = new LocalRig("demo", this::notClosedOnExit);
        LabeledStream stream = plan.source().open()) {
      err.println(introduction(stream));
      long events = stream.length().isPresent() ? stream.length().getAsLong() : count();
      JobOptions options = plan.job(stream.schema(), rig.startBroker());
      rig.createTopics(options);
      try (LivePage page = page(options, stream)) {
        run(ending, rig, options, stream, events, page);
      }
    }
  }

  /** Null where there is to be none. */
  private @Nullable LivePage page(JobOptions options, LabeledStream stream)
      throws CommandException {
    if (!plan.webUi()) {
      return null;
    }
    LivePage page = LivePage.open(options, stream.plantedDrifts(), hand, LivePage.LOOPBACK, -1);
    err.println("live page: " + page.url());
    return page;
  }

  private void run(
      Ending ending,
      LocalRig rig,
      JobOptions options,
      LabeledStream stream,
      long events,
      @Nullable LivePage page)
      throws CommandException, LocalException, InterruptedException {
    String webUi = learn(rig, options, stream, events);
    DemoOutputs outputs = DemoOutputs.read(options);
    List<DriftReport.Row> drifts = drifts(options, stream.plantedDrifts(), outputs);
    Optional<LibraryCheck.Result> verification = Optional.empty();
    if (plan.verify()) {
      err.println("comparing with the plain library");
      verification = Optional.of(new LibraryCheck(plan, options).run());
    }
    ending.show(
        new DemoSummary(
            stream.name(),
            plan.preset().key(),
            plan.seed(),
            events,
            outputs,
            drifts,
            verification));
    if (plan.stay()) {
      err.printf("the broker %s keeps the topics until Ctrl-C%n", options.kafka().bootstrap());
      if (!webUi.isEmpty()) {
        err.printf("the web UI %s stays as well%n", webUi);
      }
      if (page != null) {
        err.printf("the live page %s stays as well%n", page.url());
      }
      err.flush();
      awaitInterruption();
    }
  }

  /** An interrupted thread is how it ends well. */
  private static void awaitInterruption() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      return;
    }
  }

  private List<DriftReport.Row> drifts(
      JobOptions options, List<PlantedDrift> planted, DemoOutputs outputs) throws CommandException {
    if (planted.isEmpty() && outputs.alarms().isEmpty()) {
      return List.of();
    }
    try (LabeledStream again = plan.source().open()) {
      return DriftReport.of(DemoOutputs.hits(options, again), planted, outputs.alarms());
    }
  }

  /** What the stream is; events are counted as in the report on its drifts, which follows. */
  static String introduction(LabeledStream stream) {
    String events =
        stream.length().isPresent()
            ? String.format(Locale.ROOT, "%,d events", stream.length().getAsLong())
            : "all events";
    String drifts =
        stream.plantedDrifts().stream()
            .map(drift -> String.format(Locale.ROOT, "%,d", drift.firstEvent()))
            .collect(Collectors.joining(", "));
    return "%s: %s, %s attributes, %s classes%s"
        .formatted(
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

  /** Where the web UI is; empty where there is none. */
  private String learn(LocalRig rig, JobOptions options, LabeledStream stream, long events)
      throws CommandException, LocalException, InterruptedException {
    LocalJob job =
        rig.startJob(plan.webUi(), plan.webUi() && plan.stay(), plan.topology(options, events));
    err.println("Kafka broker: " + options.kafka().bootstrap());
    if (!job.url().isEmpty()) {
      err.println("Flink web UI: " + job.url());
    }
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
      hand.send(stream);
      rig.startSending(plan.producer(options), stream, new Pacer(plan.rate()));
      while (!rig.hasSent() && !job.hasEnded()) {
        follower.tick();
      }
      if (rig.hasSent() && rig.awaitSent().events() != events) {
        throw new CommandException(
            "%s has %s events now, %s when it was opened"
                .formatted(stream.name(), rig.awaitSent().events(), events));
      }
      while (!job.hasEnded()) {
        follower.tick();
      }
      job.awaitEnd();
      follower.tick();
    }
    return job.url();
  }

  private void notClosedOnExit(LocalException e) {
    err.println("driftmoe demo: " + e.getMessage());
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
}
