// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.containers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.DriftKind;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** docker-compose.yml as people start it, with a shorter stream. */
@Tag("docker")
class ComposeIT {
  private static final int EVENTS = 10_000;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @BeforeAll
  static void build() throws Exception {
    Images.require();
  }

  @Test
  void aStreamIsPredicted_whileATaskManagerIsKilled_andNothingIsLeft() throws Exception {
    Compose compose =
        new Compose(Map.of("DRIFTMOE_EVENTS", Integer.toString(EVENTS), "DRIFTMOE_RATE", "500"));
    compose.close(); // what a run left that was killed
    List<String> before = everything();
    try {
      compose.run("up", "-d");
      within(90, "predictions").until(() -> !predictions(compose).isEmpty());

      String taskManager = compose.container("taskmanager");
      assertThat(state(compose, "producer", "Running"))
          .as("there is more to come")
          .isEqualTo("true");
      Docker.run("kill", taskManager);
      within(60, "the job to fail")
          .until(() -> !get(compose, "FLINK", "/jobs/overview").contains("\"RUNNING\""));
      Docker.run("start", taskManager);
      within(150, "all predictions").until(() -> predictions(compose).size() >= EVENTS);
      within(30, "metrics of the job in Prometheus")
          .until(() -> sum(compose, "flink_taskmanager_job_task_operator_driftmoe_events") > 0);
      within(30, "the last labels").until(() -> labelled(compose) == EVENTS);

      assertThat(predictions(compose))
          .as("one prediction of each event")
          .hasSize(EVENTS)
          .doesNotHaveDuplicates();
      assertThat(
              predictions(compose).stream().map(id -> id.split(" ")[0]).collect(Collectors.toSet()))
          .containsExactlyInAnyOrder("plant-1", "plant-2");
      assertThat(Records.of(kafka(compose), "driftmoe.dead-letters", DeadLetter.class)).isEmpty();
      assertThat(Records.of(kafka(compose), "driftmoe.drift-events", DriftEvent.class))
          .anyMatch(event -> event.getKind() == DriftKind.DRIFT);
      assertThat(get(compose, "PAGE", "/snapshot")).contains("plant-1", "plant-2");
      within(30, "the container of the page to say that it is well")
          .until(() -> state(compose, "page", "Health.Status").equals("healthy"));
      assertThat(state(compose, "grafana", "Health.Status")).isEqualTo("healthy");
      assertThat(get(compose, "GRAFANA", "/api/health")).contains("database");
      assertThat(Docker.run("start", "-a", compose.container("job")))
          .as("a second docker-compose up")
          .contains("runs already");
      assertThat(state(compose, "producer", "ExitCode")).isEqualTo("0");
    } catch (AssertionError | Exception e) {
      System.err.println(compose.run("ps"));
      System.err.println(compose.run("logs", "--no-color", "--tail=40"));
      throw e;
    } finally {
      compose.close();
    }
    assertThat(everything()).as("containers, volumes and networks").isEqualTo(before);
  }

  private static ConditionFactory within(int seconds, String what) {
    return Awaitility.await(what)
        .atMost(Duration.ofSeconds(seconds))
        .pollInterval(Duration.ofSeconds(1))
        .ignoreExceptions();
  }

  private static String kafka(Compose compose) {
    return compose.address("KAFKA");
  }

  /** Key and id of each. */
  private static List<String> predictions(Compose compose) throws Exception {
    return Records.of(kafka(compose), "driftmoe.predictions", PredictionEvent.class).stream()
        .map(prediction -> prediction.getModelKey() + " " + prediction.getEventId())
        .toList();
  }

  /** How many labels the models have got, as they report it. */
  private static long labelled(Compose compose) throws Exception {
    return Records.of(kafka(compose), "driftmoe.metrics", MetricsEvent.class).stream()
        .collect(Collectors.toMap(MetricsEvent::getModelKey, MetricsEvent::getLabels, Math::max))
        .values()
        .stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  private static String get(Compose compose, String service, String path)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(URI.create("http://" + compose.address(service) + path))
                .timeout(Duration.ofSeconds(5))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(path).isEqualTo(200);
    return answer.body();
  }

  private static double sum(Compose compose, String metric) throws Exception {
    String query = URLEncoder.encode("sum(%s)".formatted(metric), StandardCharsets.UTF_8);
    JsonNode result =
        JSON.readTree(get(compose, "PROMETHEUS", "/api/v1/query?query=" + query))
            .path("data")
            .path("result");
    return result.path(0).path("value").path(1).asDouble();
  }

  private static String state(Compose compose, String service, String field) throws Exception {
    return Docker.run("inspect", "-f", "{{.State." + field + "}}", compose.container(service));
  }

  /** Containers, volumes and networks of the engine. */
  private static List<String> everything() throws Exception {
    List<String> all = new ArrayList<>(Docker.list("ps", "-aq"));
    all.addAll(Docker.list("volume", "ls", "-q"));
    all.addAll(Docker.list("network", "ls", "-q"));
    return all;
  }
}
