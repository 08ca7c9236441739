// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.driftmoe.flink.FailureMessage;
import io.driftmoe.flink.JobOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.CheckpointFailureManager;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.jspecify.annotations.Nullable;

/** A job on a Flink cluster of its own in this JVM. */
public final class LocalJob {
  private static final int WEB_UI_PORT = 8081;
  private static final long STOP_SECONDS = 120;
  private static final long POLL_MILLIS = 50;
  private static final Duration LOOKED_AT_EVERY = Duration.ofSeconds(10);

  private final JobClient client;
  private final CompletableFuture<JobExecutionResult> end;
  private final int port;
  private final boolean webUi;

  /** Null when the cluster ends with the job. */
  private final @Nullable KeptCluster kept;

  private LocalJob(JobClient client, int port, boolean webUi, @Nullable KeptCluster kept) {
    this.client = client;
    this.end = client.getJobExecutionResult();
    this.port = port;
    this.webUi = webUi;
    this.kept = kept;
  }

  /**
   * Starts cluster and job.
   *
   * @param folder for all that the cluster writes
   * @param webUi on port 8081 or the next free one
   * @param keepsCluster whether the cluster, and so the web UI, is there until {@link #cancel}, and
   *     does not end with the job
   * @param settings further Flink settings
   * @param topology adds the job to an environment
   * @throws LocalException when either does not start
   */
  static LocalJob start(
      Path folder,
      JobOptions options,
      boolean webUi,
      boolean keepsCluster,
      Configuration settings,
      Consumer<StreamExecutionEnvironment> topology)
      throws LocalException {
    int port = webUi ? FreePort.from(WEB_UI_PORT) : FreePort.any();
    StreamExecutionEnvironment environment =
        EmbeddedFlink.environment(folder, options.job().parallelism(), port);
    environment.configure(settings);
    environment.configure(
        new Configuration().set(WebOptions.TMP_DIR, folder.resolve("web").toString()));
    topology.accept(environment);
    String name = options.job().name();
    KeptCluster kept = null;
    try {
      if (!keepsCluster) {
        return new LocalJob(environment.executeAsync(name), port, webUi, null);
      }
      kept = KeptCluster.start(environment, options.job().parallelism());
      return new LocalJob(kept.submit(environment, name), port, webUi, kept);
    } catch (Exception e) {
      if (kept != null) {
        kept.close();
      }
      throw new LocalException("the job did not start: " + FailureMessage.of(e), e);
    }
  }

  /** Where a browser finds the job, or an empty text without web UI. */
  public String url() {
    return !webUi ? "" : "http://localhost:%s/#/job/%s/overview".formatted(port, id());
  }

  /**
   * A checkpoint that is complete. Times are of {@link System#nanoTime}.
   *
   * @param bytes all that it holds
   */
  public record Checkpoint(long fromNanos, long toNanos, long bytes) {}

  /** The last ten checkpoints that are complete, the latest first. */
  public List<Checkpoint> checkpoints() throws LocalException, InterruptedException {
    long zero = System.currentTimeMillis() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    List<Checkpoint> complete = new ArrayList<>();
    for (JsonNode one : rest("/checkpoints").path("history")) {
      if (one.path("status").asText().equals("COMPLETED")) {
        long from = one.path("trigger_timestamp").asLong() - zero;
        long to = from + one.path("end_to_end_duration").asLong();
        complete.add(
            new Checkpoint(
                TimeUnit.MILLISECONDS.toNanos(from),
                TimeUnit.MILLISECONDS.toNanos(to),
                one.path("state_size").asLong()));
      }
    }
    return complete;
  }

  /** What the cluster says of the job. */
  private JsonNode rest(String path) throws LocalException, InterruptedException {
    URI address = URI.create("http://localhost:%s/jobs/%s%s".formatted(port, id(), path));
    try {
      return new ObjectMapper()
          .readTree(
              HttpClient.newHttpClient()
                  .send(
                      HttpRequest.newBuilder(address).build(),
                      HttpResponse.BodyHandlers.ofByteArray())
                  .body());
    } catch (IOException e) {
      throw new LocalException("the cluster does not answer: " + FailureMessage.of(e), e);
    }
  }

  String id() {
    return client.getJobID().toString();
  }

  /**
   * Returns once every task runs.
   *
   * @throws LocalException when the job fails before that
   */
  public void awaitRunning() throws LocalException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:%s/jobs/%s".formatted(port, id())))
            .build();
    HttpClient http = HttpClient.newHttpClient();
    try {
      while (!hasEnded()
          && !allRun(http.send(request, HttpResponse.BodyHandlers.ofByteArray()).body())) {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      }
    } catch (IOException e) {
      throw new LocalException("the cluster does not answer: " + FailureMessage.of(e), e);
    }
    if (hasEnded()) {
      awaitEnd();
    }
  }

  private static boolean allRun(byte[] job) throws IOException {
    JsonNode vertices = new ObjectMapper().readTree(job).path("vertices");
    for (JsonNode vertex : vertices) {
      String status = vertex.path("status").asText();
      if (!status.equals("RUNNING") && !status.equals("FINISHED")) {
        return false;
      }
    }
    return !vertices.isEmpty();
  }

  /** Silences the warning about the checkpoint that falls into the end of a job that ends well. */
  static void expectEnd() {
    Configurator.setLevel(CheckpointFailureManager.class, Level.ERROR);
  }

  /** Whether the job has ended, well or badly. */
  public boolean hasEnded() {
    return end.isDone();
  }

  /**
   * Waits until the job has ended.
   *
   * @throws ClusterLostException when it can never go on here
   * @throws LocalException when it failed or was cancelled
   */
  public void awaitEnd() throws LocalException, InterruptedException {
    awaitEnd(new TaskManagerWatch(port, LOOKED_AT_EVERY));
  }

  void awaitEnd(TaskManagerWatch watch) throws LocalException, InterruptedException {
    while (true) {
      try {
        end.get(watch.pauseMillis(), TimeUnit.MILLISECONDS);
        return;
      } catch (TimeoutException e) {
        watch.look();
      } catch (ExecutionException e) {
        throw failed(e);
      }
    }
  }

  /**
   * Stops the job with a savepoint: all it has read is in its outputs and in the savepoint.
   *
   * @param savepoints folder that the savepoint is put into, a URI
   * @return path of the savepoint
   */
  String stop(String savepoints) throws LocalException, InterruptedException {
    return stop(false, savepoints);
  }

  /**
   * Ends the job as if its input had ended where it has read to: what waits for a label is given
   * up, and the final reports are in its outputs.
   */
  public void drain() throws LocalException, InterruptedException {
    stop(true, null);
  }

  private String stop(boolean drain, @Nullable String savepoints)
      throws LocalException, InterruptedException {
    expectEnd();
    try {
      String path =
          client
              .stopWithSavepoint(drain, savepoints, SavepointFormatType.CANONICAL)
              .get(STOP_SECONDS, TimeUnit.SECONDS);
      end.get(STOP_SECONDS, TimeUnit.SECONDS);
      return path;
    } catch (ExecutionException e) {
      throw new LocalException("the job did not stop with a savepoint: " + FailureMessage.of(e), e);
    } catch (TimeoutException e) {
      throw new LocalException("the job did not stop within %s s".formatted(STOP_SECONDS), e);
    }
  }

  /**
   * Takes a checkpoint now, if the job can.
   *
   * @throws IllegalStateException for a cluster that ends with its job
   */
  public void checkpoint() throws InterruptedException {
    if (kept == null) {
      throw new IllegalStateException("the cluster is not kept");
    }
    kept.checkpoint(client.getJobID());
  }

  /**
   * Ends the TaskManager with all that runs on it, and starts another one, on which the job goes on
   * from its last checkpoint.
   *
   * @throws LocalException when one of the two does not happen
   * @throws IllegalStateException for a cluster that ends with its job
   */
  public void replaceTaskManager() throws LocalException, InterruptedException {
    if (kept == null) {
      throw new IllegalStateException("the cluster is not kept");
    }
    kept.replaceTaskManager();
  }

  /**
   * Ends the job at once, if it has not ended, and its cluster; nothing uncommitted appears in its
   * outputs.
   */
  void cancel() throws InterruptedException {
    try {
      cancelJob();
    } finally {
      if (kept != null) {
        kept.close();
      }
    }
  }

  private void cancelJob() throws InterruptedException {
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

  private static LocalException failed(ExecutionException e) {
    return new LocalException("the job failed: " + FailureMessage.of(e), e);
  }
}
