// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.local.EmbeddedFlink;
import io.driftmoe.networks.BackendUnavailableException;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkBackends;
import io.driftmoe.networks.ReferenceBackend;
import io.driftmoe.opencl.NeedsOpenCl;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.util.TestStreamEnvironment;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole job with many models on a device, between a real broker and a real cluster with two
 * subtasks on one TaskManager. Once with the reference as its device, once on OpenCL.
 */
class GatheringJobIT {
  private static final int MODELS = 256;
  private static final int EVENTS = 40;
  private static final int BATCH = 8;
  private static final int STEPS = MODELS * (EVENTS / BATCH);
  private static final List<LabeledExample> EXAMPLES = Events.examples(MODELS + EVENTS);

  @TempDir static Path folder;
  private static Broker broker;

  /** Those that a job has opened, in this order. */
  private final List<ObservedBackend> opened = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void startBroker() throws Exception {
    broker = new Broker(folder);
  }

  @AfterAll
  static void stopBroker() throws Exception {
    broker.close();
  }

  @Test
  void predictionsAreThoseOfThePlainLibrary() throws Exception {
    predictionsAreThoseOfThePlainLibrary("reference", ReferenceBackend::new, 0);
  }

  @Test
  @NeedsOpenCl
  @Tag("slow")
  void onOpenClPredictionsAreThoseOfThePlainLibrary() throws Exception {
    predictionsAreThoseOfThePlainLibrary("opencl", GatheringJobIT::openCl, 1e-5);
  }

  @Test
  void aRestoreInTheMiddleCostsNothing() throws Exception {
    aRestoreInTheMiddleCostsNothing("reference-restore", ReferenceBackend::new, 0);
  }

  @Test
  @NeedsOpenCl
  @Tag("slow")
  void onOpenClARestoreInTheMiddleCostsNothing() throws Exception {
    aRestoreInTheMiddleCostsNothing("opencl-restore", GatheringJobIT::openCl, 1e-5);
  }

  @Test
  @Tag("slow")
  void aLostTaskManagerCostsNothing() throws Exception {
    aLostTaskManagerCostsNothing("reference-lost", ReferenceBackend::new, 0);
  }

  @Test
  @NeedsOpenCl
  @Tag("slow")
  void onOpenClALostTaskManagerCostsNothing() throws Exception {
    aLostTaskManagerCostsNothing("opencl-lost", GatheringJobIT::openCl, 1e-5);
  }

  @Test
  @Tag("slow")
  void aDeviceThatFailsCostsNothing() throws Exception {
    aDeviceThatFailsCostsNothing("reference-failing", ReferenceBackend::new, 0);
  }

  @Test
  @NeedsOpenCl
  @Tag("slow")
  void onOpenClADeviceThatFailsCostsNothing() throws Exception {
    aDeviceThatFailsCostsNothing("opencl-failing", GatheringJobIT::openCl, 1e-5);
  }

  @Test
  void withoutItsDeviceTheJobEndsWithTheReason() throws Exception {
    JobOptions options = options("missing");
    createTopics(options);
    JobClient job = start(options, ObservedDevices.none(), null, Map.of());
    assertThatThrownBy(() -> WaitLimit.seconds(60).get(job.getJobExecutionResult()))
        .hasStackTraceContaining("router.backend: OPENCL: this test has none");
  }

  private void predictionsAreThoseOfThePlainLibrary(
      String name, Supplier<NetworkBackend> device, double tolerance) throws Exception {
    JobOptions options =
        options(name, Map.of("learner.branches", "{other: {settings: {seed: 2}}}"));
    createTopics(options);
    send(options, 0, EVENTS);
    JobClient job =
        start(options, machine(n -> new ObservedBackend(device.get())), null, ends(options));
    awaitEnd(job);
    assertPredictions(options, tolerance);
    assertThat(opened).as("both subtasks use one").hasSize(1);
    assertThat(opened.get(0).isClosed()).isTrue();
    assertThat(stepsOnDevices()).isEqualTo(STEPS);
    assertThat(opened.get(0).launches())
        .as("steps of several models are launched together")
        .hasSizeLessThan(STEPS / 2);
    assertMetrics(name);
  }

  /** Of a job with a device and a branch, so that all of them are there. */
  private static void assertMetrics(String job) {
    assertThat(RegisteredMetrics.of(job, "mixture", "driftmoe."))
        .as("metrics that the job registers, and those of JobMetric")
        .isEqualTo(RegisteredMetrics.expected());
    for (String source : List.of("features", "labels")) {
      assertThat(RegisteredMetrics.of(job, source + "-checked", "driftmoe."))
          .containsExactly(RegisteredMetrics.path(JobMetric.REJECTED_RECORDS));
    }
    for (String sink : List.of("predictions", "drift-events", "metrics", "dead-letters")) {
      assertThat(RegisteredMetrics.of(job, sink + "-sink: Writer", ""))
          .contains(RegisteredMetrics.path(JobMetric.RECORDS_LEFT_OUT));
      assertThat(RegisteredMetrics.of(job, sink + "-sink: Committer", ""))
          .contains(RegisteredMetrics.path(JobMetric.LOST_TRANSACTIONS));
    }
  }

  private void aRestoreInTheMiddleCostsNothing(
      String name, Supplier<NetworkBackend> device, double tolerance) throws Exception {
    JobOptions options = options(name);
    BackendSource machine = machine(n -> new ObservedBackend(device.get()));
    createTopics(options);
    int before = BATCH * 2 + BATCH / 2;
    send(options, 0, before);
    JobClient first = start(options, machine, null, Map.of());
    awaitPredictions(options, MODELS * before / 2);
    String savepoint = stop(first, false);
    send(options, before, EVENTS);
    JobClient second = start(options, machine, savepoint, Map.of());
    awaitPredictions(options, MODELS * EVENTS);
    stop(second, true);
    awaitEnd(second);
    assertPredictions(options, tolerance);
    assertThat(opened).hasSize(2).allMatch(ObservedBackend::isClosed);
    assertThat(stepsOnDevices()).as("none is taken again").isEqualTo(STEPS);
  }

  @SuppressWarnings("try") // MiniCluster.close() declares Exception
  private void aLostTaskManagerCostsNothing(
      String name, Supplier<NetworkBackend> device, double tolerance) throws Exception {
    JobOptions options = options(name);
    createTopics(options);
    send(options, 0, EVENTS);
    try (MiniCluster cluster = new MiniCluster(oneTaskManager(name))) {
      cluster.start();
      StreamExecutionEnvironment environment = new TestStreamEnvironment(cluster, 2);
      MixtureJob.build(
          environment,
          options,
          ends(options),
          mixture(options, machine(n -> new ObservedBackend(device.get()))));
      JobClient job = environment.executeAsync();
      WaitLimit.seconds(90).until(() -> !opened.isEmpty() && opened.get(0).launches().size() > 20);
      WaitLimit.seconds(30).get(cluster.terminateTaskManager(0));
      cluster.startTaskManager();
      awaitEnd(job);
      assertPredictions(options, tolerance);
      assertThat(opened).hasSizeGreaterThan(1).allMatch(ObservedBackend::isClosed);
    }
  }

  private void aDeviceThatFailsCostsNothing(
      String name, Supplier<NetworkBackend> device, double tolerance) throws Exception {
    JobOptions options = options(name);
    createTopics(options);
    send(options, 0, EVENTS);
    int last = 15;
    JobClient job =
        start(
            options,
            machine(n -> new ObservedBackend(device.get()).failAt(last)),
            null,
            ends(options));
    awaitEnd(job);
    assertPredictions(options, tolerance);
    assertThat(opened).as("the job did not start anew").hasSize(1);
    assertThat(opened.get(0).isClosed()).isTrue();
    assertThat(opened.get(0).launches()).as("it was not used again").hasSize(last + 1);
  }

  private BackendSource machine(IntFunction<ObservedBackend> device) {
    return ObservedDevices.of(
        () -> {
          ObservedBackend next = device.apply(opened.size());
          opened.add(next);
          return next;
        });
  }

  private static NetworkBackend openCl() {
    try {
      return NetworkBackends.open(NetworkBackends.OPENCL, null);
    } catch (BackendUnavailableException e) {
      throw new AssertionError("this test needs OpenCL: " + e.getMessage(), e);
    }
  }

  private int stepsOnDevices() {
    return opened.stream()
        .flatMap(device -> device.sizes().stream())
        .mapToInt(routers -> routers)
        .sum();
  }

  private static MixtureFunction mixture(JobOptions options, BackendSource machine) {
    return new MixtureFunction(options, null, machine);
  }

  private static JobClient start(
      JobOptions options, BackendSource machine, String savepoint, Map<TopicPartition, Long> ends)
      throws Exception {
    StreamExecutionEnvironment environment =
        EmbeddedFlink.environment(folder.resolve(options.job().name()), 2, 0);
    environment.configure(RegisteredMetrics.settings());
    if (savepoint != null) {
      Configuration recovery = new Configuration();
      recovery.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
      environment.configure(recovery);
    }
    MixtureJob.build(environment, options, ends, mixture(options, machine));
    return environment.executeAsync();
  }

  private static JobOptions options(String name) {
    return options(name, Map.of());
  }

  private static JobOptions options(String name, Map<String, String> more) {
    Map<String, String> keys = new HashMap<>(more);
    keys.put("kafka.bootstrap", "'" + broker.bootstrap() + "'");
    keys.put("kafka.group-id", name);
    keys.put("job.name", name);
    keys.put("job.parallelism", "2");
    keys.put("job.checkpoint-interval", "300 ms");
    keys.put("learner.preset", "paper-data");
    keys.put("learner.hidden", "[32, 16]");
    keys.put("learner.batch-size", Integer.toString(BATCH));
    keys.put("router.backend", "opencl");
    keys.put("router.gather-delay", "20 ms");
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

  private static Map<TopicPartition, Long> ends(JobOptions options) {
    return Map.of(
        new TopicPartition(options.topics().features(), 0),
        (long) MODELS * EVENTS,
        new TopicPartition(options.topics().labels(), 0),
        0L);
  }

  private static MiniClusterConfiguration oneTaskManager(String name) {
    Configuration settings = new Configuration();
    settings.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        folder.resolve(name + "-checkpoints").toUri().toString());
    return new MiniClusterConfiguration.Builder()
        .setConfiguration(settings)
        .setNumTaskManagers(1)
        .setNumSlotsPerTaskManager(2)
        .withRandomPorts()
        .build();
  }

  /** Of every model by turns. */
  private static void send(JobOptions options, int from, int to) {
    for (int i = from; i < to; i++) {
      for (int m = 0; m < MODELS; m++) {
        broker.send(
            options.topics().features(),
            modelKey(m).getBytes(StandardCharsets.UTF_8),
            Events.FEATURE_EVENTS.encode(
                Events.wireFeatures(modelKey(m), i, EXAMPLES.get(m + i), true)));
      }
    }
    broker.flush();
  }

  private static String modelKey(int m) {
    return "model-" + m;
  }

  private static void awaitEnd(JobClient job) throws Exception {
    WaitLimit.seconds(120).get(job.getJobExecutionResult());
  }

  private static String stop(JobClient job, boolean drain) throws Exception {
    return WaitLimit.seconds(60)
        .get(
            job.stopWithSavepoint(
                drain,
                folder.resolve("savepoints").toUri().toString(),
                SavepointFormatType.CANONICAL));
  }

  /** So many predictions are covered by a checkpoint. */
  private static void awaitPredictions(JobOptions options, int count) {
    WaitLimit.seconds(90)
        .until(
            () ->
                broker.mayHold(options.topics().predictions(), count)
                    && predictions(options).size() >= count);
  }

  private static List<PredictionEvent> predictions(JobOptions options) throws Exception {
    return broker.committed(options.topics().predictions(), PredictionEvent.class);
  }

  private static void assertPredictions(JobOptions options, double tolerance) throws Exception {
    Map<String, List<PredictionEvent>> byModel = new HashMap<>();
    for (PredictionEvent event : predictions(options)) {
      byModel.computeIfAbsent(event.getModelKey(), key -> new CopyOnWriteArrayList<>()).add(event);
    }
    assertThat(byModel).hasSize(MODELS);
    for (int m = 0; m < MODELS; m++) {
      List<PredictionEvent> actual = byModel.get(modelKey(m));
      assertThat(actual)
          .extracting(PredictionEvent::getEventId)
          .as("each event once, in order")
          .isEqualTo(IntStream.range(0, EVENTS).mapToObj(Integer::toString).toList());
      MixtureOfExperts library =
          MixtureOfExperts.create(options.learner().toMixtureConfig(), Events.SCHEMA);
      for (int i = 0; i < EVENTS; i++) {
        LabeledExample example = EXAMPLES.get(m + i);
        PendingPrediction expected = library.predict(example.features());
        library.learn(expected, example.label());
        PredictionEvent event = actual.get(i);
        assertThat(event.getPredictedClass())
            .isEqualTo(Events.SCHEMA.labels().name(expected.predictedClass()));
        for (int c = 0; c < expected.probabilities().length; c++) {
          assertThat(event.getProbabilities().get(c))
              .isCloseTo(expected.probabilities()[c], within(tolerance));
        }
      }
    }
  }
}
