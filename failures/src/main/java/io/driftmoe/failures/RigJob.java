// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.driftmoe.flink.FailureMessage;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.MixtureJob;
import io.driftmoe.flink.StateFolder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.client.deployment.StandaloneClusterId;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** The job on the cluster of a rig: from one submission to the next it has another id. */
final class RigJob implements RunningJob {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int REST_ATTEMPTS = 100;
  private static final Duration REST_PAUSE = Duration.ofMillis(300);

  private static final Duration REST_TIMEOUT = Duration.ofSeconds(10);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final Layout layout;
  private final JobOptions options;
  private final RestClusterClient<StandaloneClusterId> cluster;

  private Path jar;
  private int parallelism;
  private @Nullable JobID id;

  /**
   * @param jar the job jar
   */
  RigJob(Layout layout, JobOptions options, Path jar) throws IOException {
    this.layout = layout;
    this.options = options;
    this.jar = jar;
    this.parallelism = options.job().parallelism();
    try {
      this.cluster = new RestClusterClient<>(rest(), StandaloneClusterId.getInstance());
    } catch (Exception e) {
      throw new IOException("no client for the cluster: " + FailureMessage.of(e), e);
    }
  }

  private Configuration rest() {
    Configuration settings = new Configuration();
    settings.set(RestOptions.ADDRESS, "127.0.0.1");
    settings.set(RestOptions.PORT, layout.rest());
    settings.set(RestOptions.RETRY_MAX_ATTEMPTS, REST_ATTEMPTS);
    settings.set(RestOptions.RETRY_DELAY, REST_PAUSE);
    return settings;
  }

  @Override
  public int parallelism() {
    return parallelism;
  }

  @Override
  public Path jar() {
    return jar;
  }

  @Override
  public void submit() throws IOException, InterruptedException {
    submit(new Configuration());
  }

  @Override
  public void restart(Path jar, int parallelism) throws IOException, InterruptedException {
    String savepoint = stop();
    this.jar = jar;
    this.parallelism = parallelism;
    Configuration settings = new Configuration();
    settings.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
    submit(settings);
  }

  private void submit(Configuration settings) throws IOException, InterruptedException {
    settings.addAll(rest());
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createRemoteEnvironment(
            "127.0.0.1", layout.rest(), settings, jar.toAbsolutePath().toString());
    MixtureJob.build(environment, options);
    environment.setParallelism(parallelism);
    try {
      id = environment.executeAsync(options.job().name()).getJobID();
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("the cluster did not take the job: " + FailureMessage.of(e), e);
    }
  }

  /** Waits until all its tasks run. */
  @Override
  public void awaitRunning() {
    JobID waited = started();
    Awaitility.await("all tasks run")
        .atMost(PATIENCE)
        .until(
            () ->
                cluster.getJobDetails(waited).get().getJobVertexInfos().stream()
                    .allMatch(vertex -> vertex.getExecutionState() == ExecutionState.RUNNING));
  }

  private String stop() throws IOException, InterruptedException {
    JobID stopped = started();
    try {
      String savepoint =
          cluster
              .stopWithSavepoint(
                  stopped,
                  false,
                  StateFolder.pointer(layout.savepoints().toString()),
                  SavepointFormatType.CANONICAL)
              .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      Awaitility.await("the job has stopped")
          .atMost(PATIENCE)
          .until(() -> cluster.getJobStatus(stopped).get().isGloballyTerminalState());
      return savepoint;
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the job did not stop: " + FailureMessage.of(e), e);
    }
  }

  @Override
  public OptionalLong restarts() {
    URI metric =
        URI.create(
            "http://127.0.0.1:%s/jobs/%s/metrics?get=numRestarts"
                .formatted(layout.rest(), started()));
    try {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(metric).timeout(REST_TIMEOUT).build(),
              HttpResponse.BodyHandlers.ofString());
      JsonNode value = JSON.readTree(answer.body()).path(0).path("value");
      return value.isMissingNode()
          ? OptionalLong.empty()
          : OptionalLong.of(Long.parseLong(value.asText()));
    } catch (IOException | NumberFormatException e) {
      return OptionalLong.empty(); // the JobManager is away
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalLong.empty();
    }
  }

  private JobID started() {
    if (id == null) {
      throw new IllegalStateException("the job was not submitted");
    }
    return id;
  }

  @Override
  public void close() {
    cluster.close();
  }
}
