// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.flink.AlertRules.Alert;
import io.driftmoe.flink.JobMetric.Kind;
import io.driftmoe.local.EmbeddedFlink;
import io.driftmoe.local.FreePort;
import io.driftmoe.schemas.avro.FeatureEvent;
import io.driftmoe.schemas.avro.LabelEvent;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.metrics.prometheus.LoopbackReporterFactory;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job whose metrics a real Prometheus reads through Flink's reporter, with the files of {@code
 * monitoring}. Good events come all the time, and with them bad ones, so that there is something to
 * count everywhere.
 */
@Tag("prometheus")
class PrometheusIT {
  /** With characters that Flink's reporter changes by default, and that a query must escape. */
  private static final List<String> SHOWN =
      List.of("plain", "a-b", "a.b", "quote\" back\\slash", "two\nlines", "\u00fc \u2603 {x}");

  /** Of those that have no metrics of their own. */
  private static final int MORE_KEYS = 30;

  private static final String ODD = SHOWN.get(3);
  private static final Duration LIMIT = Duration.ofSeconds(180);

  @TempDir static Path folder;
  private static Broker broker;
  private static JobOptions options;
  private static JobClient job;
  private static PrometheusProcess prometheus;
  private static Traffic traffic;

  @BeforeAll
  static void start() throws Exception {
    PrometheusProcess.program("prometheus"); // first of all: it says so where it is missing
    broker = new Broker(folder.resolve("broker"));
    options = options();
    try (JobTopics topics = new JobTopics(options)) {
      topics.create(1, (short) 1);
    }
    int port = FreePort.any();
    StreamExecutionEnvironment environment =
        EmbeddedFlink.environment(folder.resolve("cluster"), 1, 0);
    environment.configure(reporter(port));
    MixtureJob.build(environment, options);
    job = environment.executeAsync();
    prometheus = PrometheusProcess.start(folder, port);
    traffic = new Traffic(SHOWN);
    awaitAsserted(() -> assertThat(modelKeys()).containsExactlyInAnyOrderElementsOf(asWritten()));
    traffic.stop();
    List<String> all = new ArrayList<>(SHOWN);
    IntStream.range(0, MORE_KEYS).forEach(i -> all.add("more-" + i));
    traffic = new Traffic(all);
  }

  /** Flink's reporter writes in the charset of the platform: where that is ASCII, keys suffer. */
  private static List<String> asWritten() {
    return SHOWN.stream()
        .map(key -> new String(key.getBytes(Charset.defaultCharset()), StandardCharsets.UTF_8))
        .toList();
  }

  private static JobOptions options() {
    Map<String, String> options = new HashMap<>();
    options.put("kafka.bootstrap", "'" + broker.bootstrap() + "'");
    options.put("job.checkpoint-interval", "500 ms");
    options.put("job.metrics-interval", "200 ms");
    options.put("job.metric-keys", Integer.toString(SHOWN.size()));
    options.put("input.order", "event-time");
    options.put("learner.accuracy-estimate", "200");
    options.put("learner.branches", "{other: {settings: {seed: 2}}}");
    return Events.options(options);
  }

  /** The settings that are given to users, but for class and port. */
  private static Configuration reporter(int port) throws IOException {
    JsonNode given =
        new YAMLMapper().readTree(AlertRules.MONITORING.resolve("flink/config.yaml").toFile());
    Configuration settings = new Configuration();
    given.properties().forEach(e -> settings.setString(e.getKey(), e.getValue().asText()));
    settings.setString(
        "metrics.reporter.prom.factory.class", LoopbackReporterFactory.class.getName());
    settings.setString("metrics.reporter.prom.port", Integer.toString(port));
    return settings;
  }

  @AfterAll
  static void stop() throws Exception {
    if (traffic != null) {
      traffic.stop();
    }
    if (prometheus != null) {
      prometheus.close();
    }
    if (job != null) {
      WaitLimit.seconds(60).get(job.cancel());
    }
    if (broker != null) {
      broker.close();
    }
  }

  private static void awaitAsserted(ThrowingRunnable assertion) {
    Awaitility.await().atMost(LIMIT).pollInterval(Duration.ofSeconds(1)).untilAsserted(assertion);
  }

  private static Set<String> modelKeys() throws Exception {
    Set<String> keys = new TreeSet<>();
    prometheus.api("/label/model_key/values").forEach(key -> keys.add(key.asText()));
    return keys;
  }

  @Test
  void modelKeysAreShownAsTheyAre_andNoMoreThanMayBe() throws Exception {
    String models = ShownMetric.of(JobMetric.LIVE_MODELS).name();
    int all = SHOWN.size() + MORE_KEYS;
    awaitAsserted(() -> assertThat(prometheus.answers(models + " == " + all)).isTrue());
    assertThat(modelKeys()).containsExactlyInAnyOrderElementsOf(asWritten());
  }

  @Test
  void everyQueryOfEveryPanelAndRuleReturnsData() throws Exception {
    Map<String, String> queries = new LinkedHashMap<>();
    for (Dashboard dashboard : Dashboard.all()) {
      dashboard
          .queries()
          .forEach(
              (where, query) ->
                  queries.put(where, Dashboard.filled(query, options.job().name(), ODD, "1m")));
    }
    AlertRules rules = AlertRules.read();
    queries.putAll(rules.recorded());
    for (Alert alert : rules.alerts()) {
      queries.put(alert.name(), PromQl.answered(alert.expression()));
    }
    assertThat(queries).hasSizeGreaterThan(90);
    awaitAsserted(() -> assertThat(unanswered(queries)).isEmpty());
  }

  private static Collection<String> unanswered(Map<String, String> queries) throws Exception {
    List<String> unanswered = new ArrayList<>();
    for (Map.Entry<String, String> query : queries.entrySet()) {
      if (!prometheus.answers(query.getValue())) {
        unanswered.add(query.getKey() + ": " + query.getValue());
      }
    }
    return unanswered;
  }

  @Test
  void everyMetricOfTheTableIsThere_withItsKindAndLabels() throws Exception {
    List<ShownMetric> shown =
        Stream.concat(
                Stream.of(JobMetric.values())
                    .filter(metric -> !needsDevice(metric))
                    .map(ShownMetric::of),
                Stream.of(FlinkMetric.values()).map(ShownMetric::of))
            .toList();
    awaitAsserted(
        () ->
            assertThat(shown)
                .allSatisfy(metric -> assertThat(prometheus.query(metric.name())).isNotEmpty()));
    for (ShownMetric metric : shown) {
      JsonNode series = prometheus.query(metric.name()).path(0).path("metric");
      Set<String> labels = new TreeSet<>();
      series.properties().forEach(label -> labels.add(label.getKey()));
      assertThat(labels).as(metric.name()).containsAll(metric.labels());
      if (!metric.name().equals(FlinkMetric.UP.word())) {
        JsonNode told = prometheus.api("/metadata?metric=" + metric.name()).path(metric.name());
        assertThat(told.path(0).path("type").asText())
            .as(metric.name())
            .isEqualTo(metric.kind() == Kind.HISTOGRAM ? "summary" : "gauge");
      }
    }
  }

  private static boolean needsDevice(JobMetric metric) {
    return metric.place() == JobMetric.Place.TASK_MANAGER
        || Set.of(
                JobMetric.HELD_RECORDS,
                JobMetric.HELD_RECORD_WAIT,
                JobMetric.ROUTER_STEPS,
                JobMetric.ROUTER_STEP_WAIT)
            .contains(metric);
  }

  @Test
  void rulesAreEvaluated_andAlertsSayWhatHappened() throws Exception {
    awaitAsserted(
        () -> {
          // with an interval of half a second a checkpoint may fail on a machine that is busy
          assertThat(firing())
              .contains(
                  "DriftmoeRejectedRecords", "DriftmoeDuplicateEvents", "DriftmoeOrphanLabels")
              .doesNotContain(
                  "DriftmoeTargetDown",
                  "DriftmoeJobDown",
                  "DriftmoeRestarts",
                  "DriftmoeCheckpointFailed",
                  "DriftmoeNoCheckpoint",
                  "DriftmoeLostTransactions",
                  "DriftmoeFailedRecords",
                  "DriftmoeFailedParts");
          assertThat(prometheus.api("/rules").findValuesAsText("health")).containsOnly("ok");
        });
    for (JsonNode alert : prometheus.api("/alerts").path("alerts")) {
      assertThat(alert.path("annotations").toString())
          .doesNotContain("<error", "<no value>")
          .contains("docs/operations.md#");
    }
    JsonNode rejected = prometheus.query("ALERTS{alertname=\"DriftmoeRejectedRecords\"}").path(0);
    assertThat(rejected.path("metric").path("job_name").asText()).isEqualTo(options.job().name());
  }

  private static List<String> firing() throws Exception {
    List<String> firing = new ArrayList<>();
    for (JsonNode alert : prometheus.api("/alerts").path("alerts")) {
      if (alert.path("state").asText().equals("firing")) {
        firing.add(alert.path("labels").path("alertname").asText());
      }
    }
    return firing;
  }

  /**
   * Sends, until it is stopped, events of all keys in turn: nearly all with a label, one in ten
   * with one that follows and comes twice, one in twenty again, and as often bytes that are none.
   */
  private static final class Traffic {
    private static final int KEPT = 5_000;
    private static final int AT_A_TIME = 20;
    private static final List<LabeledExample> EXAMPLES = Events.examples(KEPT);

    /** Over all that send: event ids and times go on. */
    private static int next;

    private final List<String> keys;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

    Traffic(List<String> keys) {
      this.keys = keys;
      thread.scheduleWithFixedDelay(this::send, 0, 100, TimeUnit.MILLISECONDS);
    }

    private void send() {
      for (int i = 0; i < AT_A_TIME; i++) {
        send(next++);
      }
      broker.flush();
    }

    private void send(int i) {
      String key = keys.get(i % keys.size());
      byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
      LabeledExample example = EXAMPLES.get(i % KEPT);
      boolean later = i % 10 == 3;
      String features = options.topics().features();
      FeatureEvent event = Events.wireFeatures(key, i, example, !later);
      broker.send(features, bytes, Events.FEATURE_EVENTS.encode(event));
      boolean never = i % 50 == 13; // so that predictions wait, whose accuracy is estimated
      if (later && !never) {
        String label = Events.SCHEMA.labels().name(example.label());
        byte[] value =
            Events.LABEL_EVENTS.encode(new LabelEvent(key, Integer.toString(i), label, 1000L * i));
        broker.send(options.topics().labels(), bytes, value);
        broker.send(options.topics().labels(), bytes, value);
      }
      if (i % 20 == 7) {
        broker.send(features, bytes, Events.FEATURE_EVENTS.encode(event));
        broker.send(features, bytes, "no message".getBytes(StandardCharsets.UTF_8));
      }
    }

    void stop() throws InterruptedException {
      thread.shutdown();
      assertThat(thread.awaitTermination(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
  }
}
