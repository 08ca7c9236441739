// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.local.EmbeddedFlink;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DeadLetterKind;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.FeatureEvent;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.util.TestStreamEnvironment;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.connect.json.JsonConverter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole job between a real broker and a real cluster, both in this JVM. */
class MixtureJobIT {
  private static final byte[] KEY = "k".getBytes(StandardCharsets.UTF_8);

  private static final LabeledExample EXAMPLE = Events.examples(1).get(0);

  @TempDir static Path folder;
  private static Broker broker;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = new Broker(folder);
  }

  @AfterAll
  static void stopBroker() throws Exception {
    broker.close();
  }

  @Test
  void predictionsOnTheTopicEqualThePlainLibraryBitForBit() throws Exception {
    List<LabeledExample> examples = Events.examples(4_000);
    JobOptions options = options("equal", Map.of());
    createTopics(options);
    Set<Thread> before = adminClients();
    JobClient job = start(options, null, 4_000);
    sendLabelled(options, examples, 0, 4_000);
    awaitEnd(job);
    assertSamePredictions(options, examples);
    List<MetricsEvent> metrics = broker.committed(options.topics().metrics(), MetricsEvent.class);
    MetricsEvent last = metrics.get(metrics.size() - 1);
    assertThat(last.getFinalReport()).isTrue();
    assertThat(last.getEvents()).isEqualTo(4_000);
    assertThat(last.getLabels()).isEqualTo(4_000);
    WaitLimit.seconds(30).until(() -> before.containsAll(adminClients()));
  }

  /** Threads of clients that nobody named: those of Flink's sinks. */
  private static Set<Thread> adminClients() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("kafka-admin-client-thread | adminclient-"))
        .collect(Collectors.toSet());
  }

  @Test
  @Tag("slow")
  void aDrainAfterASilenceStillEndsEventTime() throws Exception {
    List<LabeledExample> examples = Events.examples(50);
    JobOptions options = options("drain", Map.of("input.idleness", "200 ms"));
    createTopics(options);
    JobClient job = start(options, null);
    FeatureEvent unlabelled = Events.wireFeatures("k", 50, examples.get(0), false);
    sendLabelled(options, examples, 0, 50);
    broker.send(options.topics().features(), KEY, Events.FEATURE_EVENTS.encode(unlabelled));
    awaitPredictions(options, 51);
    drain(job);
    List<MetricsEvent> metrics = broker.committed(options.topics().metrics(), MetricsEvent.class);
    MetricsEvent last = metrics.get(metrics.size() - 1);
    assertThat(last.getFinalReport()).isTrue();
    assertThat(last.getExpiredPredictions()).isEqualTo(1);
  }

  @Test
  void restoreFromASavepointContinuesBitForBit() throws Exception {
    List<LabeledExample> examples = Events.examples(3_000);
    JobOptions options = options("restore", Map.of("learner.preset", "paper-task"));
    createTopics(options);
    JobClient first = start(options, null);
    sendLabelled(options, examples, 0, 1_700);
    awaitPredictions(options, 1_700);
    String savepoint =
        WaitLimit.seconds(60)
            .get(first.stopWithSavepoint(false, savepoints(), SavepointFormatType.CANONICAL));
    sendLabelled(options, examples, 1_700, 3_000);
    JobClient second = start(options, savepoint);
    awaitPredictions(options, 3_000);
    drain(second);
    assertSamePredictions(options, examples);
  }

  @Test
  @SuppressWarnings("try") // MiniCluster.close() declares Exception
  void aLostTaskManagerCostsNothing() throws Exception {
    List<LabeledExample> examples = Events.examples(12_000);
    JobOptions options = options("failure", Map.of("job.checkpoint-interval", "200 ms"));
    createTopics(options);
    try (MiniCluster cluster = new MiniCluster(oneTaskManager())) {
      cluster.start();
      StreamExecutionEnvironment environment = new TestStreamEnvironment(cluster, 1);
      MixtureJob.build(environment, options, ends(options, 12_000));
      JobClient job = environment.executeAsync();
      sendLabelled(options, examples, 0, 6_000);
      awaitPredictions(options, 1);
      WaitLimit.seconds(30).get(cluster.terminateTaskManager(0));
      cluster.startTaskManager();
      sendLabelled(options, examples, 6_000, 12_000);
      awaitEnd(job);
      assertSamePredictions(options, examples);
    }
  }

  @Test
  void badMessagesBecomeDeadLettersAndTheGoodOnesArePredicted() throws Exception {
    int good = 10_000;
    List<LabeledExample> examples = Events.examples(good);
    JobOptions options = options("bad", Map.of());
    SplitMix64 random = new SplitMix64(11);
    Map<Long, String> expectedReasons = new LinkedHashMap<>();
    createTopics(options);
    JobClient job = start(options, null, good + 1_000);
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    for (int i = 0; i < good; i++) {
      sendLabelled(options, examples, i, i + 1);
      if (i % 10 == 9) {
        BadMessage bad = BadMessage.values()[(i / 10) % BadMessage.values().length];
        byte[] value = bad.bytes(Events.wireFeatures("k", i, examples.get(i), true), random);
        sent.add(broker.send(options.topics().features(), KEY, value));
        reasons.add(bad.reason);
      }
    }
    broker.flush();
    for (int i = 0; i < sent.size(); i++) {
      expectedReasons.put(sent.get(i).get().offset(), reasons.get(i));
    }
    assertThat(expectedReasons).hasSize(1_000);
    awaitEnd(job);
    List<DeadLetter> letters = broker.committed(options.topics().deadLetters(), DeadLetter.class);
    Map<Long, DeadLetter> byOffset =
        letters.stream().collect(Collectors.toMap(DeadLetter::getOffset, letter -> letter));
    assertThat(letters).hasSize(1_000);
    assertThat(byOffset.keySet()).isEqualTo(expectedReasons.keySet());
    expectedReasons.forEach(
        (offset, reason) -> {
          DeadLetter letter = byOffset.get(offset);
          assertThat(letter.getReason()).contains(reason);
          assertThat(letter.getTopic()).isEqualTo(options.topics().features());
          assertThat(letter.getPartition()).isZero();
          assertThat(letter.getKind()).isIn(DeadLetterKind.UNDECODABLE, DeadLetterKind.INVALID);
        });
    assertSamePredictions(options, examples);
  }

  /**
   * All four topics, as others read them. The first half is in Avro, under the names that experts
   * have by themselves: both may change with a savepoint.
   */
  @Test
  void outputsInJson_haveNames_andAreReadByConnect() throws Exception {
    List<LabeledExample> examples = Events.examples(1_500);
    String pool = "[{type: forest, members: 3%s}, {type: naive-bayes%s}, no-change]";
    Map<String, String> learner = new HashMap<>(Map.of("job.metrics-interval", "200 ms"));
    learner.put("learner.gates", "[fixed-share]");
    learner.put("learner.combination", "soft");
    learner.put("learner.pool", pool.formatted("", ""));
    JobOptions before = options("json", learner);
    createTopics(before);
    JobClient first = start(before, null);
    sendLabelled(before, examples, 0, 700);
    broker.send(before.topics().features(), KEY, "{\"grün\":1}".getBytes(StandardCharsets.UTF_8));
    awaitPredictions(before, 700);
    String savepoint =
        WaitLimit.seconds(60)
            .get(first.stopWithSavepoint(false, savepoints(), SavepointFormatType.CANONICAL));

    learner.put("output.format", "json");
    learner.put(
        "learner.pool", pool.formatted(", name: trees, names: [oak, elm, ash]", ", name: bayes"));
    JobOptions options = options("json", learner);
    JobClient second = start(options, savepoint);
    sendLabelled(options, examples, 700, 1_500);
    broker.send(options.topics().features(), KEY, "{\"grün\":2}".getBytes(StandardCharsets.UTF_8));
    broker.send(options.topics().features(), KEY, new byte[] {(byte) 0xC3, 1, 0});
    broker.flush();
    awaitPredictions(options, 1_500);
    drain(second);

    assertSamePredictions(options, examples);
    List<Map<?, ?>> predictions = connect(options.topics().predictions());
    assertThat(predictions).hasSize(800);
    Map<?, ?> prediction = predictions.get(0);
    assertThat(prediction.get("type")).isEqualTo("PredictionEvent");
    assertThat(prediction.get("eventId")).isEqualTo("700");
    assertThat(prediction.get("eventTime")).isEqualTo(700_000L);
    assertThat(names(prediction.get("probabilities"))).containsExactlyInAnyOrder("UP", "DOWN");
    assertThat(names(prediction.get("gateWeights")))
        .containsExactlyInAnyOrder("trees", "bayes", "no-change 2");
    List<Map<?, ?>> reports = connect(options.topics().metrics());
    Map<?, ?> last = reports.get(reports.size() - 1);
    assertThat(last.get("finalReport")).isEqualTo(true);
    assertThat(last.get("events")).isEqualTo(1_500L);
    assertThat(names(last.get("expertShares")))
        .containsExactlyInAnyOrder("trees", "bayes", "no-change 2");
    List<Map<?, ?>> letters = connect(options.topics().deadLetters());
    assertThat(letters).hasSize(2);
    assertThat(letters.get(0).get("value")).isEqualTo("{\"grün\":2}");
    assertThat(letters.get(0).get("valueBase64")).isEqualTo(false);
    assertThat(letters.get(0).get("key")).isEqualTo("k");
    assertThat(letters.get(1).get("value")).isEqualTo("wwEA");
    assertThat(letters.get(1).get("valueBase64")).isEqualTo(true);
    assertThat(broker.committed(options.topics().deadLetters(), DeadLetter.class)).hasSize(3);
    assertThat(connect(options.topics().driftEvents()))
        .isNotEmpty()
        .allSatisfy(event -> assertThat(event.get("type")).isEqualTo("DriftEvent"));
    List<DriftEvent> drifts = broker.committed(options.topics().driftEvents(), DriftEvent.class);
    assertThat(drifts)
        .filteredOn(event -> Integer.valueOf(0).equals(event.getExpert()))
        .filteredOn(event -> event.getModelVersion() > 700)
        .isNotEmpty()
        .allSatisfy(event -> assertThat(event.getExpertName()).isEqualTo("trees"))
        .allSatisfy(
            event -> assertThat(event.getDescription()).matches("member (oak|elm|ash): .*"));
  }

  /** What the converter of Kafka Connect makes of those records that are JSON. */
  private static List<Map<?, ?>> connect(String topic) {
    List<Map<?, ?>> records = new ArrayList<>();
    try (JsonConverter converter = new JsonConverter()) {
      converter.configure(Map.of("schemas.enable", "false"), false);
      for (byte[] value : broker.committedValues(topic)) {
        if (value[0] == '{') {
          records.add((Map<?, ?>) converter.toConnectData(topic, value).value());
        }
      }
    }
    return records;
  }

  private static List<String> names(Object numbers) {
    return ((Map<?, ?>) numbers).keySet().stream().map(String::valueOf).toList();
  }

  @Test
  void aRecordThatFailsBecomesADeadLetter_andAJobThatOnlyFailsStops() throws Exception {
    List<LabeledExample> examples = Events.examples(200);
    JobOptions options = options("failing", Map.of("job.max-failures-in-a-row", "5"));
    createTopics(options);
    sendLabelled(options, examples, 0, 200);

    awaitEnd(startFailing(options, Set.of("17")));

    assertThat(broker.committed(options.topics().deadLetters(), DeadLetter.class))
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.getKind()).isEqualTo(DeadLetterKind.FAILED);
              assertThat(letter.getTopic()).isEqualTo(options.topics().features());
              assertThat(letter.getOffset()).isEqualTo(17);
              assertThat(letter.getReason()).contains("IllegalStateException: injected");
            });
    assertThat(broker.committed(options.topics().predictions(), PredictionEvent.class))
        .hasSize(199);

    JobClient spinning = startFailing(options, Set.of("20", "21", "22", "23", "24"));
    assertThatThrownBy(() -> WaitLimit.seconds(60).get(spinning.getJobExecutionResult()))
        .hasStackTraceContaining(
            "job.max-failures-in-a-row: 5 records in a row failed, the last one with"
                + " failing.features at partition 0, offset 24: IllegalStateException: injected");
  }

  private static JobClient startFailing(JobOptions options, Set<String> ids) throws Exception {
    StreamExecutionEnvironment environment =
        EmbeddedFlink.environment(folder.resolve(options.job().name()), 1, 0);
    MixtureFunction failing =
        FailingEncoder.function(
            options,
            FailingEncoder.Place.PREDICTION,
            ids,
            () -> new IllegalStateException("injected"));
    MixtureJob.build(environment, options, ends(options, 200), failing);
    return environment.executeAsync();
  }

  @Test
  @Tag("slow")
  void labelsThatAreReadFirstFindTheirEvents() throws Exception {
    new TwoDevices(broker, folder, "two-devices", 300).runLive(false);
  }

  /** Just below what the broker takes, and a small topic for dead letters. */
  @Test
  void messagesLargerThanTheDeadLetterTopicTakes_areCutThere() throws Exception {
    JobOptions options = options("large", Map.of());
    createTopics(options);
    setLargestMessage(options.topics().deadLetters(), 20_000);
    String features = options.topics().features();
    byte[] good = Events.FEATURE_EVENTS.encode(Events.wireFeatures("k", 0, EXAMPLE, true));
    broker.send(features, KEY, good);
    broker.send(features, KEY, new byte[1_048_400]);
    broker.send(features, new byte[500_000], new byte[500_000]);
    FeatureEvent longKey = Events.wireFeatures("k".repeat(540_000), 1, EXAMPLE, true);
    byte[] bytesOfLongKey = Events.FEATURE_EVENTS.encode(longKey);
    broker.send(features, null, bytesOfLongKey);
    broker.send(features, KEY, null);
    broker.send(features, KEY, new byte[] {0, 0, 0, 0, 17, 1});
    broker.flush();
    awaitEnd(start(options, null, 6));
    assertThat(broker.committed(options.topics().predictions(), PredictionEvent.class)).hasSize(1);
    List<DeadLetter> letters = broker.committed(options.topics().deadLetters(), DeadLetter.class);
    assertThat(letters)
        .extracting(DeadLetter::getValueLength)
        .containsExactly(1_048_400, 500_000, bytesOfLongKey.length, null, null);
    assertThat(letters.get(1).getKeyLength()).isEqualTo(500_000);
    assertThat(letters.get(2).getReason()).contains("modelKey has 540000 bytes");
    assertThat(letters.get(3).getReason()).contains("empty value (tombstone)");
    assertThat(letters.get(4).getReason()).contains("Confluent wire format (schema id 17)");
  }

  private static void setLargestMessage(String topic, int bytes) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, topic),
                  List.of(
                      new AlterConfigOp(
                          new ConfigEntry("max.message.bytes", Integer.toString(bytes)),
                          AlterConfigOp.OpType.SET))))
          .all()
          .get();
    }
  }

  /** What can be wrong with a message, in the words its dead letter must contain. */
  private enum BadMessage {
    RANDOM_BYTES("marker"),
    TRUNCATED("truncated"),
    TOO_FEW_FEATURES("expected 3 features, got 2"),
    NOT_A_NUMBER("price"),
    INFINITE("demand"),
    UNKNOWN_LABEL("'SIDEWAYS'"),
    UNKNOWN_SCHEMA("unknown schema fingerprint"),
    EMPTY("empty");

    private final String reason;

    BadMessage(String reason) {
      this.reason = reason;
    }

    private byte[] bytes(FeatureEvent event, SplitMix64 random) {
      byte[] encoded = Events.FEATURE_EVENTS.encode(event);
      switch (this) {
        case RANDOM_BYTES -> {
          byte[] bytes = new byte[1 + (int) (60 * random.nextDouble())];
          for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) random.nextLong();
          }
          bytes[0] &= 0x7F; // not the first byte of the marker
          return bytes;
        }
        case TRUNCATED -> {
          return Arrays.copyOf(encoded, 10 + (int) ((encoded.length - 10) * random.nextDouble()));
        }
        case UNKNOWN_SCHEMA -> {
          encoded[4] ^= 0x55;
          return encoded;
        }
        case EMPTY -> {
          return new byte[0];
        }
        case TOO_FEW_FEATURES -> event.setFeatures(event.getFeatures().subList(0, 2));
        case NOT_A_NUMBER -> event.setFeatures(Arrays.asList(Double.NaN, "mon", 1.0));
        case INFINITE -> event.setFeatures(Arrays.asList(0.5, "mon", Double.POSITIVE_INFINITY));
        case UNKNOWN_LABEL -> event.setLabel("SIDEWAYS");
      }
      return Events.FEATURE_EVENTS.encode(event);
    }
  }

  private static JobOptions options(String name, Map<String, String> overrides) {
    Map<String, String> keys = new HashMap<>(overrides);
    keys.put("kafka.bootstrap", "'" + broker.bootstrap() + "'");
    keys.put("kafka.group-id", name);
    keys.put("job.name", name);
    keys.putIfAbsent("job.checkpoint-interval", "500 ms");
    keys.putIfAbsent("learner.preset", "paper-data");
    for (String role :
        List.of("features", "labels", "predictions", "drift-events", "metrics", "dead-letters")) {
      keys.put("topics." + role, name + "." + role);
    }
    return Events.options(keys);
  }

  private static void createTopics(JobOptions options) throws Exception {
    try (JobTopics topics = new JobTopics(options)) {
      topics.create(1, (short) 1);
    }
  }

  private static JobClient start(JobOptions options, String savepoint) throws Exception {
    return start(options, savepoint, Map.of());
  }

  private static JobClient start(JobOptions options, String savepoint, long features)
      throws Exception {
    return start(options, savepoint, ends(options, features));
  }

  private static Map<TopicPartition, Long> ends(JobOptions options, long features) {
    return Map.of(
        new TopicPartition(options.topics().features(), 0),
        features,
        new TopicPartition(options.topics().labels(), 0),
        0L);
  }

  private static JobClient start(
      JobOptions options, String savepoint, Map<TopicPartition, Long> ends) throws Exception {
    StreamExecutionEnvironment environment =
        EmbeddedFlink.environment(folder.resolve(options.job().name()), 1, 0);
    if (savepoint != null) {
      Configuration recovery = new Configuration();
      recovery.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
      environment.configure(recovery);
    }
    MixtureJob.build(environment, options, ends);
    return environment.executeAsync();
  }

  private static MiniClusterConfiguration oneTaskManager() {
    Configuration settings = new Configuration();
    settings.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        folder.resolve("failure-checkpoints").toUri().toString());
    return new MiniClusterConfiguration.Builder()
        .setConfiguration(settings)
        .setNumTaskManagers(1)
        .setNumSlotsPerTaskManager(1)
        .withRandomPorts()
        .build();
  }

  private static void sendLabelled(
      JobOptions options, List<LabeledExample> examples, int from, int to) {
    for (int i = from; i < to; i++) {
      FeatureEvent event = Events.wireFeatures("k", i, examples.get(i), true);
      broker.send(options.topics().features(), KEY, Events.FEATURE_EVENTS.encode(event));
    }
    if (to - from > 1) {
      broker.flush();
    }
  }

  /** So many predictions are covered by a checkpoint. */
  private static void awaitPredictions(JobOptions options, int count) {
    WaitLimit.seconds(90)
        .until(
            () ->
                broker.mayHold(options.topics().predictions(), count)
                    && broker
                            .committed(options.topics().predictions(), PredictionEvent.class)
                            .size()
                        >= count);
  }

  private static void awaitEnd(JobClient job) throws Exception {
    WaitLimit.seconds(90).get(job.getJobExecutionResult());
  }

  private static void drain(JobClient job) throws Exception {
    WaitLimit.seconds(60)
        .get(job.stopWithSavepoint(true, savepoints(), SavepointFormatType.CANONICAL));
    awaitEnd(job);
  }

  private static String savepoints() {
    return folder.resolve("savepoints").toUri().toString();
  }

  private static void assertSamePredictions(JobOptions options, List<LabeledExample> examples)
      throws Exception {
    List<PredictionEvent> actual =
        broker.committed(options.topics().predictions(), PredictionEvent.class);
    MixtureConfig config = options.learner().toMixtureConfig();
    MixtureOfExperts mixture = MixtureOfExperts.create(config, Events.SCHEMA);
    assertThat(actual).hasSameSizeAs(examples);
    for (int i = 0; i < actual.size(); i++) {
      PendingPrediction expected = mixture.predict(examples.get(i).features());
      mixture.learn(expected, examples.get(i).label());
      PredictionEvent event = actual.get(i);
      assertThat(event.getEventId()).isEqualTo(Integer.toString(i));
      assertThat(event.getPredictedClass())
          .isEqualTo(Events.SCHEMA.labels().name(expected.predictedClass()));
      for (int c = 0; c < expected.probabilities().length; c++) {
        assertThat(Double.doubleToRawLongBits(event.getProbabilities().get(c)))
            .isEqualTo(Double.doubleToRawLongBits(expected.probabilities()[c]));
      }
    }
  }
}
