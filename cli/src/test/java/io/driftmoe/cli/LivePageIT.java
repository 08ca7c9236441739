// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static io.driftmoe.cli.Run.driftmoe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of a demo, and the page of another process over the same topics. */
class LivePageIT {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir private Path folder;

  /** A command in a thread of its own, which an interruption ends. */
  private static final class Running {
    private final StringWriter err = new StringWriter();
    private final FutureTask<Integer> task;
    private final Thread thread;

    Running(String... args) {
      task =
          new FutureTask<>(
              () -> Main.run(new PrintWriter(new StringWriter()), new PrintWriter(err), args));
      thread = new Thread(task, args[0]);
      thread.start();
    }

    /** Waits until it has said so. */
    String said(String pattern) {
      Pattern sought = Pattern.compile(pattern);
      await()
          .atMost(Duration.ofMinutes(2))
          .until(() -> task.isDone() || sought.matcher(err.toString()).find());
      Matcher found = sought.matcher(err.toString());
      assertThat(found.find()).as(err.toString()).isTrue();
      return found.group(1);
    }

    int end() throws Exception {
      thread.interrupt();
      return exitCode();
    }

    int exitCode() throws Exception {
      return task.get(1, TimeUnit.MINUTES);
    }
  }

  private static JsonNode json(String address) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(address)).build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    return new ObjectMapper().readTree(answer.body());
  }

  /** Does what a button does, and returns what the page says of it. */
  private static String press(String url, String action) throws IOException, InterruptedException {
    return HTTP.send(
            HttpRequest.newBuilder(URI.create(url + "actions/" + action))
                .POST(HttpRequest.BodyPublishers.noBody())
                .header("X-Page-Token", json(url + "actions").path("token").asText())
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private static JsonNode snapshot(String url) throws IOException, InterruptedException {
    return json(url + "snapshot");
  }

  private static JsonNode awaitEnd(String url) {
    return await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () -> snapshot(url),
            shown ->
                shown.path("model").path("ended").asBoolean()
                    && !shown.path("model").path("families").isEmpty());
  }

  @Test
  void demoAndWatch_showTheSameJob() throws Exception {
    Running demo =
        new Running(
            "demo",
            "--stream",
            "led_a",
            "--events",
            "3000",
            "--rate",
            "0",
            "--stay",
            "-Doutput.format=json",
            "-Dlearner.names=[trees, '', '', '', '', '', '']");
    String page = demo.said("live page: (\\S+)");
    JsonNode shown = awaitEnd(page);
    assertThat(page).startsWith("http://127.0.0.1:");
    assertThat(shown.path("model").path("labels").asInt()).isEqualTo(3_000);
    assertThat(shown.path("planted")).hasSize(3);
    assertThat(shown.path("model").path("stories")).hasSizeGreaterThanOrEqualTo(3);
    assertThat(shown.path("model").path("families").findValuesAsText("name"))
        .startsWith("trees", "guarded naive-bayes 1");
    assertThat(shown.path("model").path("predictions")).isNotEmpty();
    assertThat(shown.path("unreadable").asInt()).isZero();
    String broker = demo.said("the broker (\\S+) keeps the topics until Ctrl-C");
    assertThat(demo.said("the live page (\\S+) stays as well")).isEqualTo(page);

    Run init = driftmoe("job", "--init", "--stream", "led_a");
    Path config = Files.writeString(folder.resolve("job.yaml"), init.out());
    Running watch =
        new Running(
            "watch", "--config", config.toString(), "-Dkafka.bootstrap=" + broker, "--port", "0");
    String other = watch.said("live page: (\\S+)");
    JsonNode seen = awaitEnd(other);
    assertThat(seen.path("model").path("labels").asInt()).isEqualTo(3_000);
    assertThat(seen.path("planted")).isEmpty();
    assertThat(seen.path("unreadable").asInt()).isZero();
    assertThat(seen.path("model").path("predictions")).isNotEmpty();
    assertThat(seen.path("model").path("families").size())
        .isEqualTo(shown.path("model").path("families").size());

    assertThat(watch.end()).isZero();
    assertThat(demo.end()).isZero();
    for (String closed : List.of(page, other)) {
      assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> snapshot(closed));
    }
  }

  /** Nothing is lost or doubled, and the page tells of it. */
  @Test
  void buttonsOfADemo_doWhatTheySay() throws Exception {
    Path summary = folder.resolve("summary.json");
    Running demo =
        new Running(
            "demo",
            "--stream=led_a",
            "--events=8000",
            "--rate=500",
            "--summary=" + summary,
            "-Dlearner.preset=paper-data");
    String page = demo.said("live page: (\\S+)");
    assertThat(press(page, "kill-taskmanager")).isEqualTo("The job is starting.");
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> snapshot(page).path("model").path("labels").asInt() > 500);

    assertThat(press(page, "delay-labels")).matches("From event [\\d,]+ on\\.");
    assertThat(press(page, "send-bad-records")).isEqualTo("30 sent; each becomes a dead letter.");
    assertThat(press(page, "plant-drift")).matches("Planted at event [\\d,]+\\.");
    JsonNode late =
        await()
            .atMost(Duration.ofMinutes(1))
            .until(
                () -> snapshot(page), shown -> shown.path("model").path("waiting").asInt() > 500);
    assertThat(late.path("planted")).hasSize(4);
    assertThat(press(page, "kill-taskmanager")).isEqualTo("Killed.");
    JsonNode recovered =
        await()
            .atMost(Duration.ofMinutes(1))
            .until(
                () -> snapshot(page),
                shown -> shown.path("outage").asText().contains("wrote again after"));
    assertThat(recovered.path("deadLetters").path("counts").path("UNDECODABLE").asInt())
        .isEqualTo(BadRecords.EACH);
    assertThat(recovered.path("deadLetters").path("counts").path("INVALID").asInt())
        .isEqualTo(2 * BadRecords.EACH);

    assertThat(demo.exitCode()).as(demo.err.toString()).isZero();
    JsonNode json = new ObjectMapper().readTree(summary.toFile());
    assertThat(json.path("preset").asText()).isEqualTo("paper-data");
    for (String all : List.of("events", "predictions", "labels")) {
      assertThat(json.path(all).asInt()).as(all).isEqualTo(8_000);
    }
    assertThat(json.path("dead_letters").asInt()).isEqualTo(30);
    assertThat(json.path("orphan_labels").asInt()).isZero();
    assertThat(json.path("expired_predictions").asInt()).isZero();
    assertThat(json.path("drifts").findValues("planted")).hasSize(4);
  }

  @Test
  void watch_saysWhatIsMissing() throws Exception {
    Run init = driftmoe("job", "--init", "--stream", "led_a");
    Path config = Files.writeString(folder.resolve("job.yaml"), init.out());
    Run run =
        driftmoe(
            "watch",
            "--config",
            config.toString(),
            "-Dkafka.bootstrap=127.0.0.1:1",
            "-Dkafka.properties.default.api.timeout.ms=300",
            "-Dkafka.properties.request.timeout.ms=200");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.errLines())
        .containsExactly("driftmoe watch: no Kafka broker answers at 127.0.0.1:1");
  }
}
