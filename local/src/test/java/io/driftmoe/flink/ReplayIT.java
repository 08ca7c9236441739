// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.local.InputProgress;
import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.avro.ControlCommand;
import io.driftmoe.schemas.avro.ControlEvent;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.LabelEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.util.TestStreamEnvironment;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a real job did, with all that can happen to it, is done again bit for bit. */
class ReplayIT {
  private static final int EVENTS = 700;
  private static final int KEYS = 6;

  /** Seconds that are read before more is sent: no topic is far ahead of the other. */
  private static final int BATCH = 70;

  private static final int PARTITIONS = 2;
  private static final SingleObjectCodec<PredictionEvent> PREDICTIONS =
      SingleObjectCodec.of(PredictionEvent.class);

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

  private static JobOptions options(String name, Map<String, String> more) throws Exception {
    Map<String, String> options = new HashMap<>();
    options.put("kafka.bootstrap", "'" + broker.bootstrap() + "'");
    options.put("kafka.group-id", name);
    options.put("job.name", name);
    options.put("job.checkpoint-interval", "300 ms");
    options.put("job.parallelism", "2");
    options.put("job.max-parallelism", "16");
    options.put("labels.timeout", "2 min");
    options.put("input.out-of-orderness", "3 s");
    options.put("input.duplicate-window", "300");
    options.put("explanations.share", "0.1");
    for (String role :
        List.of(
            "features",
            "labels",
            "predictions",
            "drift-events",
            "metrics",
            "dead-letters",
            "explanations",
            "questions")) {
      options.put("topics." + role, name + "." + role);
    }
    options.putAll(more);
    JobOptions job = Events.options(options);
    try (JobTopics topics = new JobTopics(job)) {
      topics.create(PARTITIONS, (short) 1);
    }
    return job;
  }

  /** Events of some keys with labels at any time, and much that is wrong. */
  private static final class Stream {
    private final JobOptions options;
    private final List<LabeledExample> examples = Events.examples(EVENTS + 1);
    private final SplitMix64 random = new SplitMix64(3);
    private final Map<Integer, List<Runnable>> due = new HashMap<>();
    private final Set<String> sent = new HashSet<>();

    private Stream(JobOptions options) {
      this.options = options;
    }

    private void send(int from, int to) {
      for (int second = from; second < to; second++) {
        for (int k = 0; k < KEYS; k++) {
          event("key-" + k, second);
        }
        due.getOrDefault(second, List.of()).forEach(Runnable::run);
        due.remove(second);
      }
      broker.flush();
    }

    private void at(int second, Runnable what) {
      due.computeIfAbsent(second, s -> new ArrayList<>()).add(what);
    }

    private void event(String key, int i) {
      double what = random.nextDouble();
      boolean inside = what < 0.1;
      boolean early = what >= 0.1 && what < 0.2;
      boolean never = what >= 0.2 && what < 0.25;
      boolean tooLate = what >= 0.25 && what < 0.27;
      boolean behind = random.nextDouble() < 0.05;
      int delay = 1 + (int) (30 * random.nextDouble());
      Runnable features = () -> features(key, i, inside);
      if (early) {
        label(key, i, i);
        at(i + 4, features);
      } else if (behind) { // by more than input.out-of-orderness
        at(i + 8, features);
        at(i + 8 + delay, () -> label(key, i, i + 8 + delay));
      } else {
        features.run();
        if (!inside && !never) {
          int second = tooLate ? i + 200 : i + delay;
          at(second, () -> label(key, i, second));
        }
      }
      if (random.nextDouble() < 0.03) {
        at(i + 2, features); // its id is still waiting, or was learned
        at(i + 3, () -> label(key, i, i + 3));
      }
      if (random.nextDouble() < 0.02) {
        label(key, 100_000 + i, i);
        broker.send(options.topics().features(), bytes(key), new byte[] {1, 2, 3});
        broker.send(options.topics().labels(), bytes(key), new byte[] {4});
      }
    }

    private void features(String key, int i, boolean labelled) {
      sent.add(key + " " + i);
      broker.send(
          options.topics().features(),
          bytes(key),
          Events.FEATURE_EVENTS.encode(Events.wireFeatures(key, i, examples.get(i), labelled)));
    }

    private void label(String key, int i, int second) {
      int label = examples.get(i % EVENTS).label();
      broker.send(
          options.topics().labels(),
          bytes(key),
          Events.LABEL_EVENTS.encode(
              new LabelEvent(
                  key, Integer.toString(i), Events.SCHEMA.labels().name(label), 1000L * second)));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static MiniClusterConfiguration twoTaskManagers(String name) {
    Configuration settings = new Configuration();
    settings.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        folder.resolve(name + "-checkpoints").toUri().toString());
    return new MiniClusterConfiguration.Builder()
        .setConfiguration(settings)
        .setNumTaskManagers(2)
        .setNumSlotsPerTaskManager(1)
        .withRandomPorts()
        .build();
  }

  private static List<PredictionEvent> predictions(JobOptions options) throws Exception {
    return broker.committed(options.topics().predictions(), PredictionEvent.class);
  }

  private static void awaitPredictions(JobOptions options, int count) {
    WaitLimit.seconds(90).until(() -> predictions(options).size() >= count);
  }

  private static ReplayResult replay(JobOptions options, String from) throws Exception {
    return JobReplay.run(options, new JobReplay.Scope(from, null, 3, null), compared -> {});
  }

  @ParameterizedTest
  @ValueSource(strings = {"arrival", "event-time"})
  @SuppressWarnings("try") // MiniCluster.close() declares Exception
  void aJobThatWasKilledMeanwhileIsReproduced(String order) throws Exception {
    JobOptions options =
        options(
            "killed-" + order,
            Map.of("input.order", order, "learner.coverage", "0.9", "labels.budget", "20 %"));
    Stream stream = new Stream(options);
    try (MiniCluster cluster = new MiniCluster(twoTaskManagers(order))) {
      cluster.start();
      StreamExecutionEnvironment environment = new TestStreamEnvironment(cluster, 2);
      environment.configure(
          new Configuration()
              .set(CheckpointingOptions.FS_SMALL_FILE_THRESHOLD, MemorySize.ofMebiBytes(1)));
      MixtureJob.build(environment, options);
      JobClient job = environment.executeAsync();
      for (int second = 0; second < EVENTS / 2; second += BATCH) {
        stream.send(second, second + BATCH);
        awaitPredictions(options, KEYS * (second + BATCH - 40));
      }
      WaitLimit.seconds(30).get(cluster.terminateTaskManager(0));
      cluster.startTaskManager();
      for (int second = EVENTS / 2; second < EVENTS; second += BATCH) {
        stream.send(second, second + BATCH);
        awaitPredictions(options, KEYS * (second + BATCH - 40));
      }
      stream.send(EVENTS, EVENTS); // what is due later is never sent
      awaitPredictions(options, KEYS * (EVENTS - 40));
      try (InputProgress input = new InputProgress(options)) {
        WaitLimit.seconds(90).until(input::hasReadAll);
      }
      String end = new SavedJobs(folder).stop(job);
      assertThat(end).isNotEmpty();
    }
    List<PredictionEvent> predictions = predictions(options);
    int made = predictions.size();
    predictions.forEach(
        event -> stream.sent.remove(event.getModelKey() + " " + event.getEventId()));
    int waiting = stream.sent.size(); // for event time, when the job was stopped
    assertThat(waiting).isLessThan(order.equals("arrival") ? 1 : 5 * KEYS);
    assertThat(predictions).extracting(PredictionEvent::getLabelWanted).contains(true, false);
    assertThat(predictions).extracting(event -> event.getPredictionSet().size()).contains(1, 2);
    assertThat(broker.committed(options.topics().deadLetters(), DeadLetter.class))
        .extracting(letter -> letter.getKind().name())
        .contains("DUPLICATE", "ORPHAN_LABEL", "EXPIRED_PREDICTION", "UNDECODABLE");

    ReplayResult result = replay(options, null);

    assertThat(result.differences()).isEmpty();
    assertThat(result.reproduced()).isEqualTo(made);
    assertThat(result.isReproduced()).isTrue();
    assertThat(result.withoutPrediction()).isEqualTo(waiting);
    assertThat(result.keys()).isEqualTo(KEYS);
  }

  @Test
  void aChangedBitIsFoundAndNamed() throws Exception {
    KeyedStream stream = new KeyedStream(broker, folder, PARTITIONS, 300);
    JobOptions options = stream.options("changed", Map.of("input.order", "arrival"));
    stream.createTopics(options);
    JobClient job = stream.start(options, null);
    stream.send(options, 0, 300);
    stream.awaitPredictions(options, 0, 300);
    stream.stop(job, true);
    List<PredictionEvent> made = predictions(options);
    assertThat(replay(options, null).reproduced()).isEqualTo(made.size());

    JobOptions other =
        stream.options(
            "changed", Map.of("input.order", "arrival", "topics.predictions", "changed.other"));
    try (JobTopics topics = new JobTopics(other)) {
      topics.create(PARTITIONS, (short) 1);
    }
    PredictionEvent target = made.get(made.size() / 2);
    int laterOfItsKey = 0;
    for (int i = 0; i < made.size(); i++) {
      PredictionEvent event = made.get(i);
      laterOfItsKey +=
          i > made.size() / 2 && event.getModelKey().equals(target.getModelKey()) ? 1 : 0;
      if (event == target) {
        List<Double> weights = new ArrayList<>(event.getGateWeights());
        weights.set(1, Math.nextUp(weights.get(1)));
        event = PredictionEvent.newBuilder(event).setGateWeights(weights).build();
      }
      broker.send(
          other.topics().predictions(), bytes(event.getModelKey()), PREDICTIONS.encode(event));
    }
    broker.flush();

    ReplayResult result = replay(other, null);

    assertThat(result.isReproduced()).isFalse();
    assertThat(result.notReproduced()).isEqualTo(1);
    assertThat(result.notCompared()).isEqualTo(laterOfItsKey);
    assertThat(result.predictions()).isEqualTo(made.size());
    assertThat(result.differences())
        .singleElement()
        .satisfies(
            difference -> {
              assertThat(difference.modelKey()).isEqualTo(target.getModelKey());
              assertThat(difference.eventId()).isEqualTo(target.getEventId());
              assertThat(difference.field()).isEqualTo("gate weight 1");
              assertThat(difference.found()).isEqualTo(target.getGateWeights().get(1).toString());
              assertThat(difference.said())
                  .isEqualTo(Double.toString(Math.nextUp(target.getGateWeights().get(1))));
            });
  }

  @Test
  void commandsThatChangeModelsAreRefused() throws Exception {
    KeyedStream stream = new KeyedStream(broker, folder, PARTITIONS, 60);
    JobOptions options =
        stream.options(
            "commanded",
            Map.of(
                "input.order", "arrival",
                "topics.control", "commanded.control",
                "learner.branches", "{b: {settings: {seed: 2}}}"));
    stream.createTopics(options);
    JobClient job = stream.start(options, null);
    stream.send(options, 0, 60);
    stream.awaitPredictions(options, 0, 60);
    stream.stop(job, true);
    int made = predictions(options).size();
    Instant before = Instant.now();
    command(options, "b-1", ControlCommand.BRANCH, "other");
    ReplayResult replayed = replay(options, null);
    assertThat(replayed.isReproduced()).isTrue();
    assertThat(replayed.reproduced()).isEqualTo(made);

    String key = predictions(options).get(0).getModelKey();
    command(options, "f-1", ControlCommand.FREEZE, key);

    assertThatThrownBy(() -> replay(options, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("FREEZE")
        .hasMessageContaining("f-1")
        .hasMessageContaining("commanded.control")
        .hasMessageNotContaining("\n");
    assertThat(
            JobReplay.run(
                    options, new JobReplay.Scope(null, null, 1, "no key of these"), compared -> {})
                .predictions())
        .isZero();
    assertThat(
            JobReplay.run(options, new JobReplay.Scope(null, before, 1, null), compared -> {})
                .reproduced())
        .isEqualTo(made);
  }

  private static void command(JobOptions options, String id, ControlCommand command, String key)
      throws Exception {
    String branch = command == ControlCommand.BRANCH ? "c" : "";
    broker.send(
        options.topics().control(),
        null,
        SingleObjectCodec.of(ControlEvent.class)
            .encode(
                new ControlEvent(id, command, key, null, System.currentTimeMillis(), branch, "")));
    broker.flush();
  }

  @Test
  void variantsLearnTheSameAtTheSameMoments_andOnePredictionIsExplained() throws Exception {
    KeyedStream stream = new KeyedStream(broker, folder, PARTITIONS, 300);
    JobOptions options = stream.options("variants", Map.of("input.order", "arrival"));
    stream.createTopics(options);
    JobClient job = stream.start(options, null);
    stream.send(options, 0, 300);
    stream.awaitPredictions(options, 0, 300);
    stream.stop(job, true);
    Map<String, JobOptions.Learner> variants = new LinkedHashMap<>();
    variants.put("same", options.learner());
    variants.put(
        "other", Events.options(Map.of("learner.pool", "[majority-class, no-change]")).learner());

    VariantReplay replay =
        JobReplay.run(options, new JobReplay.Scope(null, null, 2, null), variants, compared -> {});

    assertThat(replay.result().isReproduced()).isTrue();
    assertThat(replay.scores())
        .extracting(VariantScore::name)
        .containsExactly("configured", "same", "other");
    VariantScore configured = replay.scores().get(0);
    VariantScore same = replay.scores().get(1);
    VariantScore other = replay.scores().get(2);
    assertThat(configured.labels()).isGreaterThan(300);
    assertThat(same.labels()).isEqualTo(configured.labels());
    assertThat(same.right()).isEqualTo(configured.right());
    assertThat(same.modelBytes()).isEqualTo(configured.modelBytes());
    assertThat(same.negativeFlips() + same.positiveFlips()).isZero();
    assertThat(other.negativeFlips()).isGreaterThan(other.positiveFlips());
    assertThat(configured.right() - other.right())
        .isEqualTo(other.negativeFlips() - other.positiveFlips());

    PredictionEvent target =
        predictions(options).stream()
            .filter(event -> event.getModelVersion() > 100)
            .findFirst()
            .orElseThrow();
    ExplainedReplay explained =
        JobReplay.explain(
                options,
                new JobReplay.Scope(null, null, 1, target.getModelKey()),
                target.getEventId(),
                variants)
            .orElseThrow();
    assertThat(explained.difference()).isNull();
    assertThat(explained.modelVersion()).isEqualTo(target.getModelVersion());
    assertThat(explained.predictedClass()).isEqualTo(target.getPredictedClass());
    assertThat(explained.probabilities().values())
        .containsExactlyElementsOf(target.getProbabilities());
    assertThat(explained.attribution().votes()).isNotEmpty();
    assertThat(explained.learnedLast()).hasSize(10).doesNotContain(target.getEventId());
    assertThat(explained.variants().get(0).predictedClass()).isEqualTo(target.getPredictedClass());
    assertThat(explained.variants().get(0).probability())
        .isEqualTo(explained.probabilities().get(target.getPredictedClass()));
    assertThat(
            JobReplay.explain(
                options,
                new JobReplay.Scope(null, null, 1, target.getModelKey()),
                "no such event",
                Map.of()))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"arrival", "event-time"})
  void whatFollowsASavepointIsReproducedFromIt(String order) throws Exception {
    KeyedStream stream = new KeyedStream(broker, folder, PARTITIONS, 600);
    JobOptions options = stream.options("from-" + order, Map.of("input.order", order));
    stream.createTopics(options);
    JobClient first = stream.start(options, null);
    stream.send(options, 0, 350);
    stream.awaitPredictions(options, 0, 350);
    String savepoint = stream.stop(first, false);
    int before = predictions(options).size();
    Instant between = Instant.now();
    JobClient second = stream.start(options, savepoint);
    stream.send(options, 350, 600);
    stream.awaitPredictions(options, 0, 600);
    stream.stop(second, true);
    int all = predictions(options).size();

    ReplayResult whole = replay(options, null);
    assertThat(whole.differences()).isEmpty();
    assertThat(whole.reproduced()).isEqualTo(all);

    ReplayResult rest = replay(options, savepoint);
    assertThat(rest.differences()).isEmpty();
    assertThat(rest.before()).isEqualTo(before);
    assertThat(rest.reproduced()).isEqualTo(all - before);

    VariantReplay later =
        JobReplay.run(
            options,
            new JobReplay.Scope(null, null, 3, null, between),
            Map.of("same", options.learner()),
            compared -> {});
    assertThat(later.result().differences()).isEmpty();
    assertThat(later.result().warmedUp()).isEqualTo(before);
    assertThat(later.result().reproduced()).isEqualTo(all - before);
    VariantScore scored = later.scores().get(1);
    assertThat(scored.labels()).isBetween(1L, (long) all - before);
    assertThat(scored.right()).isEqualTo(later.scores().get(0).right());
    assertThat(later.course().stream().mapToLong(VariantWindow::labels).sum())
        .isEqualTo(scored.labels());
    assertThat(later.course().stream().mapToLong(window -> window.right().get(1)).sum())
        .isEqualTo(scored.right());
  }
}
