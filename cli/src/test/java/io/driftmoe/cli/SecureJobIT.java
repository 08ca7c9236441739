// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static io.driftmoe.cli.Run.driftmoe;
import static io.driftmoe.cli.SecureKafka.JOB;
import static io.driftmoe.cli.SecureKafka.OWNER;
import static io.driftmoe.cli.SecureKafka.READER;
import static io.driftmoe.cli.SecureKafka.SECRET;
import static io.driftmoe.cli.SecureKafka.SENDER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.driftmoe.cli.SecureKafka.Listener;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The job between topics of a broker with TLS, logins and rights: it has those that {@code
 * docs/kafka-acls.sh} gives and no others, and shows no secret anywhere.
 */
@Tag("slow")
class SecureJobIT {
  private static final Duration PATIENCE = Duration.ofSeconds(50);
  private static final int EVENTS = 300;
  private static final Pattern WEB_UI =
      Pattern.compile("web UI: http://localhost:(\\d+)/#/job/([0-9a-f]{32})/overview");

  private static final List<String> VERBOSE =
      List.of(
          "org.apache.kafka.clients",
          "org.apache.kafka.common.security",
          "org.apache.kafka.common.config",
          "org.apache.flink.connector.kafka");

  private static final List<String> PAGES =
      List.of(
          "/config",
          "/overview",
          "/jobs/overview",
          "/jobs/metrics",
          "/jobs/JOB",
          "/jobs/JOB/config",
          "/jobs/JOB/plan",
          "/jobs/JOB/exceptions",
          "/jobs/JOB/accumulators",
          "/jobs/JOB/checkpoints",
          "/jobs/JOB/checkpoints/config",
          "/jobs/JOB/jobmanager/config",
          "/jobs/JOB/jobmanager/environment",
          "/jobs/JOB/metrics",
          "/jobmanager/config",
          "/jobmanager/environment",
          "/jobmanager/metrics",
          "/jobmanager/logs",
          "/jobmanager/thread-dump",
          "/taskmanagers",
          "/taskmanagers/metrics");

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private static Path folder;

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void itRunsWithTheRightsOfTheScriptAndShowsNoSecret() throws Exception {
    try (SecureKafka kafka = SecureKafka.start(folder);
        LogLines log = new LogLines()) {
      kafka.allow(rights());
      Path owner = config(kafka, OWNER, kafka.login("PLAIN", OWNER, true));
      Path sender = config(kafka, SENDER, kafka.login("PLAIN", SENDER, true));
      Path reader = config(kafka, READER, kafka.login("SCRAM-SHA-256", READER, true));
      // a password that stands there itself, and one that is referred to
      Map<String, String> login = kafka.login("SCRAM-SHA-512", JOB, true);
      kafka.tls(true).forEach(login::putIfAbsent);
      login.put("sasl.jaas.config", SecureKafka.jaas("SCRAM-SHA-512", JOB, SECRET));
      Path config = config(kafka, JOB, login);

      succeeds("topics", "--config", owner.toString());
      String events = Integer.toString(EVENTS);
      succeeds("produce", "--config", sender.toString(), "--stream", "sea_a", "--events", events);
      VERBOSE.forEach(logger -> Configurator.setLevel(logger, Level.DEBUG));

      StringWriter out = new StringWriter();
      StringWriter err = new StringWriter();
      Path savepoints = folder.resolve("savepoints");
      String[] arguments = {
        "job", "--stacktrace", "--config", config.toString(), "--savepoints", savepoints.toString()
      };
      FutureTask<Integer> job =
          new FutureTask<>(
              () -> Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments));
      Thread thread = new Thread(job, "job");
      thread.start();
      String served;
      try {
        await().atMost(PATIENCE).until(() -> job.isDone() || predictions(reader) >= EVENTS);
        assertThat(predictions(reader)).as(err.toString()).isEqualTo(EVENTS);
        assertThat(ListeningSockets.here())
            .isNotEmpty()
            .allMatch(socket -> socket.getAddress().isLoopbackAddress());
        served = served(err.toString());
      } finally {
        thread.interrupt();
      }

      assertThat(job.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(err.toString()).isZero();
      // it has seen what it was to look for
      assertThat(Files.readString(config)).contains(SECRET);
      assertThat(served).contains("mixture").doesNotContain(SECRET);
      assertThat(log.lines()).hasSizeGreaterThan(100).noneMatch(line -> line.contains(SECRET));
      assertThat(out + err.toString()).doesNotContain(SECRET);
      assertThat(everythingIn(savepoints)).contains("driftmoe").doesNotContain(SECRET);
      for (TopicRole role : EnumSet.complementOf(EnumSet.of(TopicRole.CONTROL))) {
        Path who = role == TopicRole.FEATURES || role == TopicRole.LABELS ? config : reader;
        Run run = driftmoe("consume", "--config", who.toString(), "--topic", role.key());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).doesNotContain(SECRET);
      }
    } finally {
      VERBOSE.forEach(logger -> Configurator.setLevel(logger, Level.WARN));
    }
  }

  private static List<AclBinding> rights() throws Exception {
    return AclScript.rights(
        "--job", "User:" + JOB,
        "--sender", "User:" + SENDER,
        "--reader", "User:" + READER,
        "--owner", "User:" + OWNER,
        "--explanations", "yes",
        "--questions", "yes",
        "--control", "yes");
  }

  private static Path config(SecureKafka kafka, String user, Map<String, String> properties)
      throws IOException {
    String kafkaSection =
        properties.entrySet().stream()
            .map(entry -> "    %s: '%s'%n".formatted(entry.getKey(), entry.getValue()))
            .collect(
                Collectors.joining(
                    "",
                    "kafka:\n  bootstrap: %s\n  properties:\n"
                        .formatted(kafka.bootstrap(Listener.LOGIN)),
                    ""));
    String initial =
        driftmoe(
                "job",
                "--init",
                "--stream",
                "sea_a",
                "--preset",
                "paper-data",
                "-Djob.checkpoint-interval=200 ms",
                "-Dexplanations.share=1",
                "-Dlabels.budget=0.1",
                "-Dtopics.control=driftmoe.control")
            .out();
    return Files.writeString(
        folder.resolve(user + ".yaml"),
        initial.replaceFirst("(?m)^kafka:\\n(  .*\\n)*", Matcher.quoteReplacement(kafkaSection)));
  }

  private static void succeeds(String... command) {
    Run run = driftmoe(command);
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  private static int predictions(Path reader) {
    return driftmoe("consume", "--config", reader.toString(), "--topic", "predictions")
        .outLines()
        .size();
  }

  /** What the web UI and its REST interface show. */
  private String served(String err) throws IOException, InterruptedException {
    Matcher ui = WEB_UI.matcher(err);
    assertThat(ui.find()).as(err).isTrue();
    String at = "http://localhost:" + ui.group(1);
    StringBuilder all = new StringBuilder();
    for (String page : PAGES) {
      all.append(get(at + page.replace("JOB", ui.group(2))));
    }
    String job = at + "/jobs/" + ui.group(2);
    JsonNode vertices = new ObjectMapper().readTree(get(job)).path("vertices");
    for (JsonNode vertex : vertices) {
      String of = job + "/vertices/" + vertex.path("id").asText();
      all.append(get(of)).append(get(of + "/taskmanagers")).append(get(of + "/subtasks/metrics"));
      String metrics = get(of + "/metrics");
      all.append(metrics);
      List<String> ids = new ArrayList<>();
      new ObjectMapper().readTree(metrics).forEach(m -> ids.add(m.path("id").asText()));
      for (int i = 0; i < ids.size(); i += 20) {
        String some =
            ids.subList(i, Math.min(ids.size(), i + 20)).stream()
                .map(id -> URLEncoder.encode(id, StandardCharsets.UTF_8))
                .collect(Collectors.joining(","));
        all.append(get(of + "/metrics?get=" + some));
      }
    }
    assertThat(vertices).isNotEmpty();
    return all.toString();
  }

  private String get(String url) throws IOException, InterruptedException {
    return http.send(
            HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private static String everythingIn(Path folder) throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    return all.toString();
  }
}
