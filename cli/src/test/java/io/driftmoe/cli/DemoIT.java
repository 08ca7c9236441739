// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static io.driftmoe.cli.Run.driftmoe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.driftmoe.router.Preset;
import io.driftmoe.router.models.Model;
import io.driftmoe.router.settings.MixtureSettings;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.StreamCatalog;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole demo in this JVM: broker, cluster, job, and the comparison with the plain library. */
class DemoIT {
  private static final List<String> KEYS =
      List.of(
          "stream",
          "preset",
          "seed",
          "events",
          "predictions",
          "labels",
          "accuracy",
          "kappa",
          "kappa_m",
          "kappa_t",
          "drift_events",
          "experts_replaced",
          "dead_letters",
          "orphan_labels",
          "expired_predictions",
          "wall_seconds",
          "events_per_second",
          "verified_predictions",
          "library_events_per_second",
          "throughput_ratio",
          "drifts");

  @TempDir private Path folder;

  private JsonNode verifiedDemo(String... options) throws IOException {
    Path summary = folder.resolve("summary.json");
    List<String> args = new ArrayList<>(List.of("demo", "--no-ui", "--verify"));
    args.addAll(List.of("--summary", summary.toString()));
    args.addAll(List.of(options));

    Run run = driftmoe(args);

    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode json = new ObjectMapper().readTree(summary.toFile());
    List<String> names = new ArrayList<>();
    json.fieldNames().forEachRemaining(names::add);
    assertThat(names).containsExactlyElementsOf(KEYS);
    int drifts = json.path("drifts").size();
    int below = drifts == 0 ? 0 : 2 + drifts; // a blank, a heading, a line each
    assertThat(run.outLines()).hasSize(KEYS.size() - 1 + below);
    return json;
  }

  private static void assertComplete(JsonNode summary, int events) {
    assertThat(summary.path("events").asInt()).isEqualTo(events);
    assertThat(summary.path("predictions").asInt()).isEqualTo(events);
    assertThat(summary.path("labels").asInt()).isEqualTo(events);
    assertThat(summary.path("verified_predictions").asInt()).isEqualTo(events);
    assertThat(summary.path("dead_letters").asInt()).isZero();
    assertThat(summary.path("orphan_labels").asInt()).isZero();
    assertThat(summary.path("expired_predictions").asInt()).isZero();
    assertThat(summary.path("wall_seconds").asDouble()).isPositive();
    assertThat(summary.path("events_per_second").asDouble()).isPositive();
  }

  @Test
  void labelInTheEvent_equalsTheLibrary_andTheSavedModelCanBeInspected() throws IOException {
    String model = folder.resolve("sea.model").toString();

    JsonNode summary =
        verifiedDemo(
            "--stream",
            "sea_a",
            "--events",
            "3000",
            "--seed",
            "3",
            "--save-model",
            model,
            "-Doutput.format=json",
            "-Dlearner.names=[trees, '', '', '', places, '', '']");
    Run run = driftmoe("inspect", model);

    assertComplete(summary, 3000);
    assertThat(summary.path("stream").asText()).isEqualTo("sea_a");
    assertThat(summary.path("preset").asText()).isEqualTo("adaptive");
    assertThat(summary.path("seed").asInt()).isEqualTo(3);
    assertThat(summary.path("accuracy").asDouble()).isBetween(70.0, 95.0);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(summary.path("drifts").findValues("planted")).hasSize(3);
    JsonNode inspected = new YAMLMapper().readTree(run.out());
    assertThat(inspected.path("model").asText()).isEqualTo("default");
    assertThat(inspected.path("settings").path("seed").asInt()).isEqualTo(3);
    assertThat(inspected.path("events-learned").asInt()).isEqualTo(3_000);
    assertThat(inspected.path("events-predicted").asInt()).isEqualTo(3_000);
    assertThat(inspected.path("experts").findValuesAsText("name"))
        .containsExactly(
            "trees",
            "guarded 1",
            "nearest-neighbours 2",
            "mlp 3",
            "places",
            "regime-library 5",
            "committee 6");
  }

  /** Library to demo, and demo to library; --verify compares the demo with the library's copy. */
  @Test
  void aModelOfAProgram_goesOnInTheDemo_andInTheProgramAgain() throws IOException {
    Path first = folder.resolve("first.model");
    Path second = folder.resolve("second.model");
    MixtureSettings settings = MixtureSettings.of(Preset.PAPER_DATA);
    Model program;
    try (LabeledStream stream = StreamCatalog.open("sea_a", 600, 5)) {
      program = Model.create(stream.schema(), settings, 9);
      PlainLibrary.learn(program, stream);
    }
    program.save(first);

    String[] options = {"--stream", "sea_a", "--events", "1000", "--seed", "6"};
    List<String> args = new ArrayList<>(List.of(options));
    args.addAll(List.of("--load-model", first.toString(), "--save-model", second.toString()));
    JsonNode summary = verifiedDemo(args.toArray(String[]::new));

    assertComplete(summary, 1000);
    assertThat(summary.path("seed").asInt()).as("of the learner").isEqualTo(9);
    Model demo = Model.load(second);
    assertThat(demo.version()).isEqualTo(1_600);
    assertThat(demo.evaluation().overall().labels()).isEqualTo(1_000);
    PlainLibrary.learn(program, "sea_a", 1_000, 6);
    assertThat(PlainLibrary.learn(demo, "sea_a", 200, 7))
        .isEqualTo(PlainLibrary.learn(program, "sea_a", 200, 7));
  }

  @Test
  void aModelThatDoesNotFit_isRefusedAtOnce() throws IOException {
    Path file = folder.resolve("other.model");
    try (LabeledStream stream = StreamCatalog.open("led_a", 10, 1)) {
      Model.create(stream.schema()).save(file);
    }
    Run run = driftmoe("demo", "--stream", "sea_a", "--load-model", file.toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("driftmoe demo: --load-model " + file + ": schema.attributes is 3, the saved");
    Run preset = driftmoe("demo", "--preset", "paper-task", "--load-model", file.toString());
    assertThat(preset.exitCode()).isEqualTo(2);
    assertThat(preset.err()).contains("--preset: the model of --load-model has its settings");
  }

  @Test
  @Tag("slow")
  void lateLabelsInEventTimeOrder_equalTheLibrary() throws IOException {
    JsonNode summary =
        verifiedDemo(
            "--stream",
            "led_a",
            "--events",
            "2000",
            "--label-delay",
            "100",
            "--order",
            "event-time",
            "--preset",
            "paper-task");

    assertComplete(summary, 2000);
  }

  /** Several events share a time, and some labels are not known before the last event. */
  @Test
  @Tag("slow")
  void labelsAtTheirRecordedTimes_equalTheLibrary() throws IOException {
    StringBuilder rows = new StringBuilder("at,x,y,known,class\n");
    Instant start = Instant.parse("2024-02-29T10:00:00Z");
    for (int i = 0; i < 1_200; i++) {
      Instant at = start.plusSeconds(i / 3);
      Instant known = at.plusSeconds(i * 7919L % 61);
      int x = i * 31 % 17;
      rows.append("%s,%s,%s,%s,%s\n".formatted(at, x, i % 13, known, x > i % 13 ? "a" : "b"));
    }
    Path file = Files.writeString(folder.resolve("timed.csv"), rows);

    JsonNode summary =
        verifiedDemo(
            "--data",
            file.toString(),
            "--class",
            "class",
            "--time-column",
            "at",
            "--label-time-column",
            "known",
            "--label-delay",
            "true-times",
            "--preset",
            "paper-task");

    assertThat(summary.path("predictions").asInt()).isEqualTo(1_200);
    assertThat(summary.path("verified_predictions").asInt()).isEqualTo(1_200);
    assertThat(summary.path("labels").asInt()).isBetween(1_000, 1_199);
    assertThat(summary.path("orphan_labels").asInt()).isZero();
  }

  /** The other commands find on its topics what the demo has counted. */
  @Test
  @Tag("slow")
  void keep_leavesTheBrokerUntilItIsInterrupted() throws Exception {
    StringWriter err = new StringWriter();
    String[] args = {"demo", "--stream", "sea_a", "--events", "1000", "--keep"};
    FutureTask<Integer> demo =
        new FutureTask<>(
            () -> Main.run(new PrintWriter(new StringWriter()), new PrintWriter(err), args));
    Thread thread = new Thread(demo, "demo");
    thread.start();
    Pattern kept =
        Pattern.compile(
            "the broker (\\S+) keeps the topics until Ctrl-C\\R"
                + "the web UI (\\S+)/#/job/(\\w+)/overview stays as well");
    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> demo.isDone() || kept.matcher(err.toString()).find());
    Matcher broker = kept.matcher(err.toString());
    assertThat(broker.find()).as(err.toString()).isTrue();

    Run consumed = driftmoe("consume", "--topic", "predictions", "--bootstrap", broker.group(1));
    URI job = URI.create("%s/jobs/%s".formatted(broker.group(2), broker.group(3)));
    HttpClient http = HttpClient.newHttpClient();
    HttpRequest request = HttpRequest.newBuilder(job).build();
    String shown = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    thread.interrupt();

    assertThat(consumed.outLines()).hasSize(1_000);
    assertThat(shown).contains("\"state\":\"FINISHED\"");
    assertThat(demo.get(1, TimeUnit.MINUTES)).isZero();
    assertThatExceptionOfType(ConnectException.class)
        .isThrownBy(() -> http.send(request, HttpResponse.BodyHandlers.discarding()));
  }

  @Test
  @Tag("slow")
  void realData_equalsTheLibrary() throws IOException {
    String stream = hasElectricity() ? "elec" : "rbf_m";

    assertComplete(verifiedDemo("--stream", stream, "--events", "4000"), 4000);
  }

  @Test
  @Tag("slow")
  void lateLabelsInOrderOfArrival_areAllLearned() throws IOException {
    Path summary = folder.resolve("summary.json");

    Run run =
        driftmoe(
            "demo",
            "--no-ui",
            "--stream",
            "sea_a",
            "--events",
            "1500",
            "--label-delay",
            "4000",
            "--summary",
            summary.toString());

    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode json = new ObjectMapper().readTree(summary.toFile());
    assertThat(json.path("labels").asInt()).isEqualTo(1500);
    assertThat(json.path("orphan_labels").asInt()).isZero();
    assertThat(json.path("expired_predictions").asInt()).isZero();
    assertThat(json.has("verified_predictions")).isFalse();
  }

  @Test
  void rowThatCannotBeRead_failsTheDemoInOneLine_namingIt() throws IOException {
    StringBuilder text = new StringBuilder();
    text.append("@relation d\n@attribute a numeric\n@attribute c {x,y}\n@data\n");
    text.append("1,x\n".repeat(500)).append("what?,x\n").append("2,y\n".repeat(500));
    Path file = Files.writeString(folder.resolve("broken.arff"), text);

    Run run = driftmoe("demo", "--no-ui", "--data", file.toString(), "--class", "c");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.errLines()).last().asString().startsWith("driftmoe demo: ");
    assertThat(run.errLines()).last().asString().contains("broken.arff").contains("505");
  }

  private static boolean hasElectricity() {
    try {
      StreamCatalog.open("elec", 1, 1).close();
      return true;
    } catch (UncheckedIOException absent) {
      return false;
    }
  }
}
