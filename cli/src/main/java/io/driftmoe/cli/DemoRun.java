// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.flink.JobOptions;
import io.driftmoe.local.InputProgress;
import io.driftmoe.local.LocalException;
import io.driftmoe.local.LocalJob;
import io.driftmoe.local.LocalRig;
import io.driftmoe.local.Pacer;
import io.driftmoe.local.TopicReader;
import io.driftmoe.schemas.OutputCodec;
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

  /**
   * How often in a minute somebody may end the TaskManager. A job that fails by itself does so
   * again at once, and so more often.
   */
  private static final int RESTARTS = 8;

  private static final int DRAINS = 5;

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
      plan.job(stream.schema(), "127.0.0.1:9092"); // what is wrong is said before all else
      err.println(introduction(stream));
      long events = stream.length().isPresent() ? stream.length().getAsLong() : count();
      JobOptions options = plan.job(stream.schema(), rig.startBroker());
      rig.createTopics(options);
      Sending sending = new Sending(options, stream, events);
      try (LivePage page = page(sending)) {
        run(ending, rig, sending, page);
      }
    }
  }

  /** What is sent, and what may be done to it. */
  private final class Sending {
    private final JobOptions options;
    private final LabeledStream stream;
    private final long events;
    private final DelayedByHand labels = new DelayedByHand(plan.labelDelay());
    private final BadRecords bad;
    private final DemoActions actions;

    Sending(JobOptions options, LabeledStream stream, long events) {
      this.options = options;
      this.stream = stream;
      this.events = events;
      this.bad = new BadRecords(options);
      this.actions = new DemoActions(hand, labels, bad);
    }
  }

  /** Null where there is to be none. */
  private @Nullable LivePage page(Sending sending) throws CommandException {
    if (!plan.webUi()) {
      return null;
    }
    LivePage page =
        LivePage.open(
            sending.options,
            sending.stream.plantedDrifts(),
            model -> sending.actions.on(model, plan.mayBeDisturbed()),
            LivePage.LOOPBACK,
            -1);
    err.println("live page: " + page.url());
    return page;
  }

  private void run(Ending ending, LocalRig rig, Sending sending, @Nullable LivePage page)
      throws CommandException, LocalException, InterruptedException {
    JobOptions options = sending.options;
    String webUi = learn(rig, sending);
    DemoOutputs outputs = DemoOutputs.read(options);
    List<DriftReport.Row> drifts = drifts(options, sending.stream.plantedDrifts(), outputs);
    Optional<LibraryCheck.Result> verification = Optional.empty();
    if (plan.verify()) {
      err.println("comparing with the plain library");
      verification = Optional.of(new LibraryCheck(plan, options).run());
    }
    ending.show(
        new DemoSummary(
            sending.stream.name(),
            options.learner().mixture().tree().path("preset").asText(),
            options.learner().seed(),
            sending.events,
            sending.bad.sent(),
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
  private String learn(LocalRig rig, Sending sending)
      throws CommandException, LocalException, InterruptedException {
    JobOptions options = sending.options;
    boolean keepsCluster = plan.webUi() && (plan.stay() || plan.mayBeDisturbed());
    LocalJob job =
        rig.startJob(
            plan.webUi(),
            keepsCluster,
            plan.mayBeDisturbed() ? RESTARTS : 0,
            plan.topology(options, sending.events));
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
        DemoProgress progress =
            new DemoProgress(err, terminal, sending.stream.name(), sending.events)) {
      Follower follower = new Follower(reader, options, progress);
      job.awaitRunning();
      hand.send(sending.stream);
      rig.startSending(
          plan.producer(options, sending.labels), sending.stream, new Pacer(plan.rate()));
      sending.actions.begin(job);
      while (!rig.hasSent() && !job.hasEnded()) {
        follower.tick();
      }
      if (rig.hasSent() && rig.awaitSent().events() != sending.events) {
        throw new CommandException(
            "%s has %s events now, %s when it was opened"
                .formatted(sending.stream.name(), rig.awaitSent().events(), sending.events));
      }
      if (plan.mayBeDisturbed()) {
        drain(job, sending, follower);
      }
      while (!job.hasEnded()) {
        follower.tick();
      }
      job.awaitEnd();
      follower.tick();
    }
    return job.url();
  }

  /** Ends a job that does not end by itself, once it has learned all that was sent. */
  private static void drain(LocalJob job, Sending sending, Follower follower)
      throws CommandException, LocalException, InterruptedException {
    try (InputProgress input = new InputProgress(sending.options)) {
      awaitRead(job, input, follower);
      sending.actions.end();
      awaitRead(job, input, follower); // what was sent by hand in the meantime
    }
    for (int again = DRAINS; !job.hasEnded(); again--) {
      job.awaitRunning();
      try {
        job.drain();
      } catch (LocalException e) {
        if (again <= 1) {
          throw e;
        }
        follower.tick(); // the TaskManager was ended a moment ago
      }
    }
  }

  private static void awaitRead(LocalJob job, InputProgress input, Follower follower)
      throws CommandException, LocalException, InterruptedException {
    while (!job.hasEnded() && !input.hasReadAll()) {
      job.checkpoint(); // rather than to wait for the next one
      follower.tick();
    }
  }

  private void notClosedOnExit(LocalException e) {
    err.println("driftmoe demo: " + e.getMessage());
  }

  /** Shows the job's metrics and drift events as they come. */
  private final class Follower {
    private final OutputCodec<MetricsEvent> metrics = OutputCodec.of(MetricsEvent.class);
    private final OutputCodec<DriftEvent> drifts = OutputCodec.of(DriftEvent.class);
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
