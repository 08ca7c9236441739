// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.driftmoe.core.LabeledExample;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.client.program.ProgramParametrizationException;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.util.TestStreamEnvironment;
import org.apache.flink.util.ExceptionUtils;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Restores of models under other settings, from a savepoint of a real cluster. */
class RestoreCheckIT {
  private static final List<LabeledExample> EXAMPLES = Events.examples(1_000);
  private static final Map<String, String> SAVED =
      Map.of(
          "learner.preset", "paper-data",
          "learner.pool", "[{type: nearest-neighbours, windows: [20, 50]}, no-change]",
          "learner.gates", "[fixed-share]",
          "job.max-parallelism", "8");
  private static final String REFUSAL =
      "learner.pool[0].windows is [20, 70], the saved model has [20, 50]; it cannot change on a"
          + " saved model: examples and weights are saved for the old ones";

  /** Events that the job has read, in this JVM. */
  private static final AtomicLong SENT = new AtomicLong();

  @TempDir static Path folder;
  private static MiniCluster cluster;
  private static String savepoint;

  @BeforeAll
  static void saveModels() throws Exception {
    Configuration settings = new Configuration();
    settings.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY, folder.resolve("c").toUri().toString());
    cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(settings)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(1)
                .withRandomPorts()
                .build());
    cluster.start();
    JobClient job = start(SAVED, null);
    Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> SENT.get() > 500 && allRun(job));
    savepoint =
        job.stopWithSavepoint(
                false, folder.resolve("s").toUri().toString(), SavepointFormatType.CANONICAL)
            .get(1, TimeUnit.MINUTES);
  }

  private static boolean allRun(JobClient job) throws Exception {
    for (AccessExecutionVertex task : tasks(job)) {
      if (task.getExecutionState() != ExecutionState.RUNNING) {
        return false;
      }
    }
    return true;
  }

  private static Iterable<? extends AccessExecutionVertex> tasks(JobClient job) throws Exception {
    return cluster.getExecutionGraph(job.getJobID()).get().getAllExecutionVertices();
  }

  @AfterAll
  static void stopCluster() throws Exception {
    cluster.close();
  }

  private static Map<String, String> with(String key, String value) {
    Map<String, String> changed = new HashMap<>(SAVED);
    changed.put(key, value);
    return changed;
  }

  private static Map<String, String> otherWindows() {
    return with("learner.pool", "[{type: nearest-neighbours, windows: [20, 70]}, no-change]");
  }

  /** The job's operator between a source without end and no sink. */
  private static JobClient start(Map<String, String> options, String from) throws Exception {
    StreamExecutionEnvironment environment = new TestStreamEnvironment(cluster, 1);
    Configuration settings = new Configuration();
    settings.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 5);
    settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(1));
    if (from != null) {
      settings.set(StateRecoveryOptions.SAVEPOINT_PATH, from);
    }
    environment.configure(settings);
    environment.setMaxParallelism(8);
    environment.getConfig().enableObjectReuse();
    KeySelector<SourceRecord, String> modelKey = record -> ((SourceRecord.Keyed) record).modelKey();
    DataStream<SourceRecord> features =
        environment
            .fromSource(
                new NumberSequenceSource(0, Long.MAX_VALUE - 1),
                WatermarkStrategy.noWatermarks(),
                "numbers")
            .uid("numbers")
            .map(RestoreCheckIT::event)
            .returns(RecordTypeInfo.SOURCE)
            .uid("features");
    DataStream<SourceRecord> labels = features.filter(record -> false).uid("labels");
    features
        .keyBy(modelKey, Types.STRING)
        .connect(labels.keyBy(modelKey, Types.STRING))
        .transform(
            "mixture",
            RecordTypeInfo.OUTPUT,
            MixtureJob.operator(new MixtureFunction(Events.options(options))))
        .uid(MixtureJob.MIXTURE_UID)
        .sinkTo(new DiscardingSink<>())
        .uid("nowhere");
    return environment.executeAsync();
  }

  private static SourceRecord event(long i) {
    SENT.incrementAndGet();
    return Events.features("m", (int) i, EXAMPLES.get((int) (i % EXAMPLES.size())), true);
  }

  @Test
  void refusedChange_endsTheJobAtItsFirstAttempt() throws Exception {
    JobClient job = start(otherWindows(), savepoint);

    Throwable failure = catchThrowable(() -> job.getJobExecutionResult().get(2, TimeUnit.MINUTES));

    assertThat(ExceptionUtils.stringifyException(failure)).contains(REFUSAL);
    assertThat(job.getJobStatus().get()).isEqualTo(JobStatus.FAILED);
    for (AccessExecutionVertex task : tasks(job)) {
      assertThat(task.getCurrentExecutionAttempt().getAttemptNumber()).isZero();
    }
  }

  @Test
  void refusedChange_isNamedByTheMainClassBeforeAnythingRuns() throws Exception {
    Path config = config(otherWindows());
    Context.set(savepoint);
    try {
      // of any other exception Flink's client prints the stack
      assertThatExceptionOfType(ProgramParametrizationException.class)
          .isThrownBy(() -> JobMain.main(new String[] {"--config", config.toString()}))
          .withMessage(REFUSAL);
    } finally {
      Context.reset();
    }
  }

  private static Configuration from(String pointer) {
    Configuration settings = new Configuration();
    settings.set(StateRecoveryOptions.SAVEPOINT_PATH, pointer);
    return settings;
  }

  /** As if {@code paper-data} had been what {@link #SAVED} is when the savepoint was taken. */
  @Test
  void presetThatHasBecomeAnother_isFoundBeforeAnythingRuns() throws Exception {
    Configuration settings =
        from(
            SavedWords.replaced(savepoint, "{\"preset\":\"paper-data\"}", folder.resolve("older")));
    assertThatCode(() -> RestoreCheck.require(Events.options(SAVED), settings))
        .doesNotThrowAnyException();
    JobOptions today = Events.options(Map.of("learner.preset", "paper-data"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RestoreCheck.require(today, settings))
        .withMessageMatching(
            "learner\\.pool is \\[moa-hoeffding-tree, .*], the saved model has"
                + " \\[nearest-neighbours, no-change]; it cannot change on a saved model: .*");
  }

  @Test
  void otherKeyGroups_areFoundBeforeAnythingRuns() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                RestoreCheck.require(
                    Events.options(with("job.max-parallelism", "16")), from(savepoint)))
        .withMessageStartingWith("job.max-parallelism is 16, the saved state has 8; it cannot");
  }

  /** Up to version 3 the spec beside the models says no more than the preset. */
  @Test
  void presetThatHasBecomeAnother_isFoundInTheModelsOfOlderBuilds() throws Exception {
    List<KeyedStateHandle> saved =
        List.copyOf(WaitingStateTest.ofVersion3(bytes -> bytes).getManagedKeyedState());
    ModelSpec asItWas = Objects.requireNonNull(SavepointReader.spec(saved, 1));
    List<KeyedStateHandle> changed =
        List.copyOf(
            WaitingStateTest.ofVersion3(
                    bytes -> SavedWords.replaced(bytes, "{\"preset\":\"paper-data\"}"))
                .getManagedKeyedState());

    ModelSpec found = Objects.requireNonNull(SavepointReader.spec(changed, 1));

    assertThat(found.mixtureConfig()).isEqualTo(asItWas.mixtureConfig());
    JobOptions today = Events.options(Map.of("learner.preset", "paper-data"));
    assertThat(ModelSpec.of(today).refusalOf(found))
        .startsWith("learner.pool is [")
        .contains("it cannot change on a saved model");
  }

  @Test
  void whatCannotBeReadHere_isLeftToTheTasks() {
    Configuration settings = from(folder.resolve("nowhere").toUri().toString());
    assertThatCode(() -> RestoreCheck.require(Events.options(SAVED), settings))
        .doesNotThrowAnyException();
    assertThatCode(() -> RestoreCheck.require(Events.options(SAVED), new Configuration()))
        .doesNotThrowAnyException();
  }

  private static Path config(Map<String, String> options) throws Exception {
    return Files.writeString(folder.resolve("job.yaml"), Events.options(options).toYaml());
  }

  /** As {@code flink run --fromSavepoint} sets it around the main class. */
  @SuppressWarnings("try") // inherited, and never used: close() may be interrupted
  private static final class Context extends StreamExecutionEnvironment {
    static void set(String savepoint) {
      initializeContextEnvironment(
          given -> {
            Configuration settings = new Configuration(given);
            settings.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
            return new StreamExecutionEnvironment(settings);
          });
    }

    static void reset() {
      resetContextEnvironment();
    }
  }
}
