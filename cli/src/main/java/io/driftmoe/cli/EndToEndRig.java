// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.benchmarks.LearnerSpec;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.embedded.EmbeddedKafka;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.kafka.source.reader.KafkaSourceReader;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * Broker, topics, cluster and job for one measured run and no other: what one run leaves behind
 * cannot disturb the next.
 */
final class EndToEndRig implements AutoCloseable {
  private final EndToEndPlan plan;
  private final LearnerSpec learner;
  private final Thread onExit = new Thread(this::closeOnExit, "stop-bench");

  private TemporaryFolder folder;
  private EmbeddedKafka kafka;
  private JobOptions options;
  private LocalJob job;
  private FutureTask<EventProducer.Sent> sending;
  private Thread sender;
  private boolean closed;

  static {
    // Warns in every run: offsets are committed before the new broker has a group coordinator.
    Configurator.setLevel(KafkaSourceReader.class, Level.ERROR);
  }

  EndToEndRig(EndToEndPlan plan, LearnerSpec learner) {
    this.plan = plan;
    this.learner = learner;
  }

  /** Starts the broker and creates the topics. */
  synchronized JobOptions startBroker() throws CommandException, InterruptedException {
    Runtime.getRuntime().addShutdownHook(onExit);
    folder = TemporaryFolder.create("driftmoe-bench-");
    try {
      kafka = EmbeddedKafka.start(folder.path());
    } catch (IOException e) {
      throw new CommandException(e.getMessage(), e);
    }
    options = plan.job(learner, kafka.bootstrap());
    new Broker(options.kafka()).with(options.topics(), topics -> topics.create(1, (short) 1));
    return options;
  }

  /** Starts the job and returns once it runs. */
  void startJob() throws CommandException, InterruptedException {
    Configuration settings = new Configuration();
    // a job that fails and starts again is no measurement
    settings.set(RestartStrategyOptions.RESTART_STRATEGY, "disable");
    LocalJob.expectEnd();
    synchronized (this) {
      job =
          LocalJob.start(folder.path(), options, false, settings, plan.topology(learner, options));
    }
    job.awaitRunning();
  }

  /** Sends so many events in a thread of its own. */
  synchronized void startSending(int events, Pacer pacer) {
    sending =
        new FutureTask<>(
            () -> {
              try (EventProducer producer = new EventProducer(plan.producer(options))) {
                return producer.send(plan.events().stream(events), pacer);
              }
            });
    sender = new Thread(sending, "send-events");
    sender.start();
  }

  /** Waits until the broker has confirmed everything that is being sent. */
  void awaitSent() throws CommandException, InterruptedException {
    try {
      sending.get();
    } catch (ExecutionException e) {
      throw new CommandException(ExitCodes.explain(e), e);
    }
  }

  /**
   * Does nothing while all goes well.
   *
   * @throws CommandException when the job or the sender has failed
   */
  void check() throws CommandException, InterruptedException {
    if (sending.isDone()) {
      awaitSent();
    }
    if (job.hasEnded()) {
      job.awaitEnd();
    }
  }

  private void closeOnExit() {
    try {
      close();
    } catch (CommandException e) {
      // the process is ending, and the message of the command says why
      return;
    }
  }

  /** Ends everything at once and deletes what it wrote; closing twice does nothing. */
  @Override
  public synchronized void close() throws CommandException {
    if (closed) {
      return;
    }
    closed = true;
    endWork();
    try {
      if (kafka != null) {
        kafka.close();
      }
    } catch (IOException e) {
      throw new CommandException("the broker did not stop: " + e.getMessage(), e);
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
