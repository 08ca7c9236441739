// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import io.driftmoe.flink.FailureMessage;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.JobTopics;
import io.driftmoe.streams.LabeledStream;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.kafka.source.reader.KafkaSourceReader;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.jspecify.annotations.Nullable;

/**
 * Broker, topics, cluster, job and sender for one run and no other, all in this JVM: what one run
 * leaves behind cannot disturb the next. They end together, also when the process is interrupted.
 */
public final class LocalRig implements AutoCloseable {
  private final String name;
  private final Consumer<LocalException> notClosedOnExit;
  private final Thread onExit;

  private @Nullable TemporaryFolder folder;
  private @Nullable EmbeddedKafka kafka;
  private @Nullable JobOptions options;
  private @Nullable LocalJob job;
  private @Nullable FutureTask<EventProducer.Sent> sending;
  private @Nullable Thread sender;
  private boolean closed;

  static {
    // Warns in every run: offsets are committed before the new broker has a group coordinator.
    Configurator.setLevel(KafkaSourceReader.class, Level.ERROR);
  }

  /**
   * @param name of the command, part of the names of folder and thread
   * @param notClosedOnExit told when the process is interrupted and something does not end
   */
  public LocalRig(String name, Consumer<LocalException> notClosedOnExit) {
    this.name = name;
    this.notClosedOnExit = notClosedOnExit;
    this.onExit = new Thread(this::closeOnExit, "stop-" + name);
  }

  /**
   * Starts the broker.
   *
   * @return its address
   */
  public synchronized String startBroker() throws LocalException, InterruptedException {
    requireOpen();
    Runtime.getRuntime().addShutdownHook(onExit);
    TemporaryFolder made = TemporaryFolder.create(name);
    folder = made;
    try {
      EmbeddedKafka started = EmbeddedKafka.start(made.path());
      kafka = started;
      return started.bootstrap();
    } catch (IOException e) {
      throw new LocalException(FailureMessage.of(e), e);
    }
  }

  /** Creates the topics of a job that is to start next, with one partition each. */
  public synchronized void createTopics(JobOptions job)
      throws LocalException, InterruptedException {
    requireOpen();
    options = job;
    new Broker(job.kafka()).with(job.topics(), topics -> topics.create(1, (short) 1));
  }

  /**
   * Starts cluster and job, which end together.
   *
   * @param webUi see {@link LocalJob#start}
   * @param topology adds the job to an environment
   */
  public LocalJob startJob(boolean webUi, Consumer<StreamExecutionEnvironment> topology)
      throws LocalException, InterruptedException {
    return startJob(webUi, false, 0, topology);
  }

  /**
   * Starts cluster and job.
   *
   * @param webUi see {@link LocalJob#start}
   * @param keepsCluster whether the cluster is there until the rig is closed
   * @param restarts how often in a minute the job may fail and go on; 0 where a failure shall be
   *     seen, because trying again for ever is no demo and no measurement
   * @param topology adds the job to an environment
   */
  public synchronized LocalJob startJob(
      boolean webUi,
      boolean keepsCluster,
      int restarts,
      Consumer<StreamExecutionEnvironment> topology)
      throws LocalException, InterruptedException {
    requireOpen();
    Configuration settings = new Configuration();
    settings.set(
        RestartStrategyOptions.RESTART_STRATEGY, restarts == 0 ? "disable" : "failure-rate");
    settings.set(
        RestartStrategyOptions.RESTART_STRATEGY_FAILURE_RATE_MAX_FAILURES_PER_INTERVAL, restarts);
    LocalJob.expectEnd();
    LocalJob started =
        LocalJob.start(
            there(folder, "startBroker").path(),
            there(options, "createTopics"),
            webUi,
            keepsCluster,
            settings,
            topology);
    job = started;
    return started;
  }

  /** Sends the stream in a thread of its own. */
  public synchronized void startSending(
      EventProducer.Settings settings, LabeledStream stream, Pacer pacer)
      throws InterruptedException {
    startSending(settings, stream, pacer, event -> {});
  }

  /**
   * Likewise.
   *
   * @param acknowledged gets the number of each event when the broker has it, in a thread that must
   *     not be held up
   */
  public synchronized void startSending(
      EventProducer.Settings settings, LabeledStream stream, Pacer pacer, LongConsumer acknowledged)
      throws InterruptedException {
    requireOpen();
    FutureTask<EventProducer.Sent> task =
        new FutureTask<>(
            () -> {
              try (EventProducer producer = new EventProducer(settings, acknowledged)) {
                return producer.send(stream, pacer);
              }
            });
    Thread thread = new Thread(task, "send-events");
    sending = task;
    sender = thread;
    thread.start();
  }

  /** Ends what is being sent; what was sent stays sent. */
  public synchronized void stopSending() throws InterruptedException {
    if (sender != null) {
      sender.interrupt();
      sender.join();
      sender = null;
    }
  }

  /** Whether sending has ended, well or badly. */
  public boolean hasSent() {
    return there(sending, "startSending").isDone();
  }

  /**
   * Waits until the broker has confirmed everything that is being sent.
   *
   * @throws LocalException when sending failed
   */
  public EventProducer.Sent awaitSent() throws LocalException, InterruptedException {
    try {
      return there(sending, "startSending").get();
    } catch (ExecutionException e) {
      throw new LocalException(FailureMessage.of(e), e);
    }
  }

  /**
   * Does nothing while all goes well.
   *
   * @throws LocalException when the job or the sender has failed
   */
  public void check() throws LocalException, InterruptedException {
    if (hasSent()) {
      awaitSent();
    }
    LocalJob running = there(job, "startJob");
    if (running.hasEnded()) {
      running.awaitEnd();
    }
  }

  private static <T> T there(@Nullable T part, String before) {
    if (part == null) {
      throw new IllegalStateException(before + " comes first");
    }
    return part;
  }

  /** What starts after the rig has closed would be closed by nobody. */
  private void requireOpen() throws InterruptedException {
    if (closed) {
      throw new InterruptedException("the process is ending");
    }
  }

  private void closeOnExit() {
    try {
      close();
    } catch (LocalException e) {
      notClosedOnExit.accept(e);
    }
  }

  /** Ends everything at once and deletes what it wrote; closing twice does nothing. */
  @Override
  public synchronized void close() throws LocalException {
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
      throw new LocalException("the broker did not stop: " + FailureMessage.of(e), e);
    }
    if (folder != null) {
      folder.close();
    }
    ShutdownHooks.remove(onExit);
  }

  /** Ends job and sender at once and deletes the topics, so that another job can start. */
  public synchronized void endRun() throws LocalException, InterruptedException {
    stopWork();
    sender = null;
    job = null;
    JobOptions ended = there(options, "createTopics");
    new Broker(ended.kafka()).with(ended.topics(), JobTopics::delete);
  }

  private void endWork() {
    try {
      stopWork();
    } catch (InterruptedException e) {
      // the rest is closed all the same
      Thread.currentThread().interrupt();
    }
  }

  private void stopWork() throws InterruptedException {
    if (sender != null) {
      sender.interrupt();
      sender.join();
    }
    if (job != null) {
      job.cancel();
    }
  }
}
