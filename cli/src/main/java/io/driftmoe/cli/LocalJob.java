// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.MixtureJob;
import io.driftmoe.flink.embedded.EmbeddedFlink;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.common.TopicPartition;

/** A job on a Flink cluster of its own in this JVM. */
final class LocalJob {
  private static final int WEB_UI_PORT = 8081;
  private static final long STOP_SECONDS = 120;

  private final JobClient client;
  private final CompletableFuture<JobExecutionResult> end;
  private final int port;

  private LocalJob(JobClient client, int port) {
    this.client = client;
    this.end = client.getJobExecutionResult();
    this.port = port;
  }

  /**
   * Starts cluster and job.
   *
   * @param folder for all that the cluster writes
   * @param webUi on port 8081 or the next free one
   * @param settings further Flink settings
   * @param ends where the job ends its input, see {@link MixtureJob#build}; empty for nowhere
   * @throws CommandException when either does not start
   */
  static LocalJob start(
      Path folder,
      JobOptions options,
      boolean webUi,
      Configuration settings,
      Map<TopicPartition, Long> ends)
      throws CommandException {
    int port = webUi ? FreePort.from(WEB_UI_PORT) : 0;
    StreamExecutionEnvironment environment =
        EmbeddedFlink.environment(folder, options.job().parallelism(), port);
    environment.configure(settings);
    MixtureJob.build(environment, options, ends);
    try {
      return new LocalJob(environment.executeAsync(options.job().name()), port);
    } catch (Exception e) {
      throw new CommandException("the job did not start: " + ExitCodes.explain(e), e);
    }
  }

  /** Where a browser finds the job, or an empty text without web UI. */
  String url() {
    return port == 0 ? "" : "http://localhost:%d/#/job/%s/overview".formatted(port, id());
  }

  String id() {
    return client.getJobID().toString();
  }

  /**
   * Whether the job has been scheduled.
   *
   * @throws CommandException when it has failed
   */
  boolean isRunning() throws CommandException, InterruptedException {
    if (hasEnded()) {
      awaitEnd();
    }
    try {
      return client.getJobStatus().get() == JobStatus.RUNNING;
    } catch (ExecutionException e) {
      throw failed(e);
    }
  }

  /** Whether the job has ended, well or badly. */
  boolean hasEnded() {
    return end.isDone();
  }

  /**
   * Waits until the job has ended.
   *
   * @throws CommandException when it failed or was cancelled
   */
  void awaitEnd() throws CommandException, InterruptedException {
    try {
      end.get();
    } catch (ExecutionException e) {
      throw failed(e);
    }
  }

  /**
   * Stops the job with a savepoint: all it has read is in its outputs and in the savepoint.
   *
   * @return path of the savepoint
   */
  String stop(Path savepoints) throws CommandException, InterruptedException {
    try {
      String path =
          client
              .stopWithSavepoint(
                  false, savepoints.toUri().toString(), SavepointFormatType.CANONICAL)
              .get(STOP_SECONDS, TimeUnit.SECONDS);
      end.get(STOP_SECONDS, TimeUnit.SECONDS);
      return path;
    } catch (ExecutionException e) {
      throw new CommandException(
          "the job did not stop with a savepoint: " + ExitCodes.explain(e), e);
    } catch (TimeoutException e) {
      throw new CommandException("the job did not stop within %d s".formatted(STOP_SECONDS), e);
    }
  }

  /** Ends the job at once, if it has not ended; nothing uncommitted appears in its outputs. */
  void cancel() throws InterruptedException {
    if (end.isDone()) {
      return;
    }
    client.cancel();
    try {
      end.get(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException cancelled) {
      // that is how a cancelled job ends, and one that hangs cannot be helped
      return;
    }
  }

  private static CommandException failed(ExecutionException e) {
    return new CommandException("the job failed: " + ExitCodes.explain(e), e);
  }
}
