// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.schemas.avro.FeatureEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.SavepointFormatType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The job jar, submitted by Flink's own client to a cluster of processes. */
@Tag("slow")
class SeparateClusterIT {
  static final Path JAR = Path.of("..", "flink-jobs", "target", "driftmoe-job.jar");
  private static final Pattern SUBMITTED = Pattern.compile("JobID ([0-9a-f]{32})");
  private static final int EVENTS = 300;
  private static final String REFUSED =
      "[{type: nearest-neighbours, windows: [20, 70]}, no-change]";
  private static final String REFUSAL =
      "learner.pool[0].windows is [20, 70], the saved model has [20, 50]; it cannot change on a"
          + " saved model: examples and weights are saved for the old ones";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  static Path folder;

  private final List<LabeledExample> examples = Events.examples(3 * EVENTS);

  @Test
  void flinkRun_fromASavepoint_refusesInOneLineOrGoesOn() throws Exception {
    assertThat(JAR).as("made when flink-jobs is packaged: run verify, not test").exists();
    try (Broker broker = new Broker(folder);
        SeparateCluster cluster = new SeparateCluster(folder)) {
      JobOptions options = Events.options(saved(broker));
      Path config = Files.writeString(folder.resolve("job.yaml"), options.toYaml());
      try (JobTopics topics = new JobTopics(options)) {
        topics.create(1, (short) 1);
      }

      JobID first = submitted(run(cluster, config));
      send(broker, options, 0, EVENTS);
      awaitPredictions(broker, options, EVENTS);
      String savepoint = stop(cluster, first);

      SeparateCluster.Ended refused =
          run(cluster, config, "-s", savepoint, "--learner.pool", REFUSED);
      assertThat(refused.exit()).isNotZero();
      assertThat(refused.output().lines()).contains(REFUSAL);
      assertThat(refused.output()).doesNotContain("Exception", "\tat ");

      String older =
          SavedWords.replaced(savepoint, "{\"preset\":\"paper-data\"}", folder.resolve("older"));
      Path today = config(broker, Map.of("learner.preset", "paper-data"));
      SeparateCluster.Ended otherPreset = run(cluster, today, "-s", older);
      assertThat(otherPreset.exit()).isNotZero();
      assertThat(otherPreset.output())
          .contains("learner.pool is [moa-hoeffding-tree, ", "it cannot change on a saved model")
          .doesNotContain("Exception", "\tat ");
      assertThat(cluster.jobs()).hasSize(1);

      JobID second =
          submitted(run(cluster, config, "-s", savepoint, "--learner.evaluation-window", "50"));
      send(broker, options, EVENTS, 2 * EVENTS);
      awaitPredictions(broker, options, 2 * EVENTS);
      assertThat(WaitLimit.seconds(30).get(cluster.rest().getJobStatus(second)))
          .isEqualTo(JobStatus.RUNNING);
      String stopped = stop(cluster, second);
      assertThat(cluster.jobs()).hasSize(2);
      assertSamePredictions(broker, options);
      assertGoesOnWithoutBeingTold(broker, cluster, options, config, stopped);
    }
  }

  /** With {@code job.state-dir}: nobody names the savepoint. */
  private void assertGoesOnWithoutBeingTold(
      Broker broker, SeparateCluster cluster, JobOptions options, Path config, String stopped)
      throws Exception {
    SeparateCluster.Ended elsewhere = run(cluster, config);
    assertThat(elsewhere.exit()).isNotZero();
    assertThat(elsewhere.output())
        .contains("the last run of job 'driftmoe' went on and left no state in ")
        .doesNotContain("Exception", "\tat ");

    SeparateCluster.Ended third = run(cluster, config, "-s", stopped);
    submitted(third);
    SeparateCluster.Ended twice = run(cluster, config);
    assertThat(twice.exit()).isNotZero();
    assertThat(twice.output())
        .contains("job 'driftmoe' runs already, at 127.0.0.1: two jobs of one name")
        .doesNotContain("Exception", "\tat ");
    String savepoints = folder.resolve("state/driftmoe/run-3/savepoints").toUri().toString();
    assertThat(third.output())
        .contains("flink stop --savepointPath " + savepoints.replaceFirst("///", "/"));
    String here =
        WaitLimit.seconds(60)
            .get(
                cluster
                    .rest()
                    .stopWithSavepoint(
                        submitted(third), false, savepoints, SavepointFormatType.CANONICAL));
    SeparateCluster.Ended refused = run(cluster, config, "--learner.seed", "9");
    assertThat(refused.output())
        .contains("learner.seed is 9, the saved model has 1; it cannot change on a saved model")
        .doesNotContain("Exception", "\tat ");

    SeparateCluster.Ended fourth = run(cluster, config);
    assertThat(fourth.output()).contains("goes on from " + here.replaceFirst("^file:/+", "file:/"));
    send(broker, options, 2 * EVENTS, 3 * EVENTS);
    awaitPredictions(broker, options, 3 * EVENTS);
    WaitLimit.seconds(60).get(cluster.rest().cancel(submitted(fourth)));
    WaitLimit.seconds(30)
        .until(() -> cluster.rest().getJobStatus(submitted(fourth)).get() == JobStatus.CANCELED);
    SeparateCluster.Ended fifth = run(cluster, config);
    assertThat(fifth.output()).contains("goes on from ", "/run-4/checkpoints/");
    submitted(fifth);
    assertThat(predictions(broker, options)).hasSize(3 * EVENTS);
  }

  private static Map<String, String> saved(Broker broker) {
    Map<String, String> options = new TreeMap<>();
    options.put("kafka.bootstrap", "'" + broker.bootstrap() + "'");
    options.put("job.checkpoint-interval", "500 ms");
    options.put("job.state-dir", "'" + folder.resolve("state").toUri() + "'");
    options.put("learner.preset", "paper-data");
    options.put("learner.pool", "[{type: nearest-neighbours, windows: [20, 50]}, no-change]");
    options.put("learner.gates", "[fixed-share]");
    return options;
  }

  private static Path config(Broker broker, Map<String, String> learner) throws Exception {
    Map<String, String> options = saved(broker);
    options.keySet().removeIf(key -> key.startsWith("learner."));
    options.putAll(learner);
    return Files.writeString(folder.resolve("other.yaml"), Events.options(options).toYaml());
  }

  /**
   * {@code flink run -d}.
   *
   * @param more options of the client up to the first key of the configuration
   */
  private static SeparateCluster.Ended run(SeparateCluster cluster, Path config, String... more)
      throws Exception {
    List<String> arguments = new ArrayList<>(List.of("run", "-d"));
    List<String> rest = new ArrayList<>(List.of(more));
    if (!rest.isEmpty() && rest.get(0).equals("-s")) {
      arguments.addAll(rest.subList(0, 2));
      rest = rest.subList(2, rest.size());
    }
    arguments.addAll(List.of(JAR.toString(), "--config", config.toString()));
    arguments.addAll(rest);
    return cluster.client(arguments.toArray(String[]::new));
  }

  private static JobID submitted(SeparateCluster.Ended client) {
    assertThat(client.exit()).as(client.output()).isZero();
    Matcher found = SUBMITTED.matcher(client.output());
    assertThat(found.find()).as(client.output()).isTrue();
    return JobID.fromHexString(found.group(1));
  }

  private static String stop(SeparateCluster cluster, JobID job) throws Exception {
    return WaitLimit.seconds(60)
        .get(
            cluster
                .rest()
                .stopWithSavepoint(
                    job,
                    false,
                    folder.resolve("savepoints").toUri().toString(),
                    SavepointFormatType.CANONICAL));
  }

  private void send(Broker broker, JobOptions options, int from, int to) {
    for (int i = from; i < to; i++) {
      FeatureEvent event = Events.wireFeatures("k", i, examples.get(i), true);
      broker.send(
          options.topics().features(),
          "k".getBytes(StandardCharsets.UTF_8),
          Events.FEATURE_EVENTS.encode(event));
    }
    broker.flush();
  }

  private static void awaitPredictions(Broker broker, JobOptions options, int count) {
    WaitLimit.seconds(60).until(() -> predictions(broker, options).size() >= count);
  }

  private static List<PredictionEvent> predictions(Broker broker, JobOptions options)
      throws Exception {
    return broker.committed(options.topics().predictions(), PredictionEvent.class);
  }

  /** Those of the library, bit for bit: it goes on under the changed setting, too. */
  private void assertSamePredictions(Broker broker, JobOptions options) throws Exception {
    List<PredictionEvent> actual = predictions(broker, options);
    assertThat(actual).hasSize(2 * EVENTS);
    MixtureOfExperts mixture =
        MixtureOfExperts.create(options.learner().toMixtureConfig(), Events.SCHEMA);
    for (int i = 0; i < actual.size(); i++) {
      if (i == EVENTS) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        mixture.writeSnapshot(new DataOutputStream(bytes));
        mixture =
            MixtureOfExperts.restore(
                options.learner().toMixtureConfig().withEvaluationWindow(50),
                Events.SCHEMA,
                new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
      }
      PendingPrediction expected = mixture.predict(examples.get(i).features());
      mixture.learn(expected, examples.get(i).label());
      double[] probabilities = expected.probabilities();
      for (int c = 0; c < probabilities.length; c++) {
        assertThat(actual.get(i).getProbabilities().get(c)).isEqualTo(probabilities[c]);
      }
    }
  }
}
