// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.client.program.ProgramParametrizationException;
import org.apache.flink.client.program.StreamContextEnvironment;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.PipelineOptionsInternal;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.PipelineExecutorFactory;
import org.apache.flink.core.execution.PipelineExecutorServiceLoader;
import org.apache.flink.runtime.highavailability.HighAvailabilityServices;
import org.apache.flink.runtime.highavailability.HighAvailabilityServicesFactory;
import org.apache.flink.runtime.highavailability.nonha.embedded.EmbeddedHaServices;
import org.apache.flink.runtime.jobmanager.ExecutionPlanStore;
import org.apache.flink.runtime.jobmanager.StandaloneExecutionPlanStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@link JobMain} as a JobManager with high availability calls it: at the first start and when it
 * takes over, with the same fixed id of the job.
 */
class KeptJobTest {
  private static final JobID ID = new JobID(1, 0);
  private static final Set<JobID> KEPT = new HashSet<>();
  private static final AtomicInteger OPEN = new AtomicInteger();

  private final Configuration settings = new Configuration();

  @TempDir private Path folder;
  private Path states;
  private String config;

  @BeforeEach
  void configure() throws IOException {
    KEPT.clear();
    settings.set(DeploymentOptions.TARGET, "embedded");
    settings.set(PipelineOptionsInternal.PIPELINE_FIXED_JOB_ID, ID.toHexString());
    settings.set(HighAvailabilityOptions.HA_MODE, Storage.class.getName());
    states = folder.resolve("states");
    Map<String, String> keys =
        Map.of(
            "kafka.bootstrap",
            "'127.0.0.1:1'",
            "kafka.properties.default.api.timeout.ms",
            "500",
            "kafka.properties.request.timeout.ms",
            "400",
            "job.state-dir",
            states.toString());
    config =
        Files.writeString(folder.resolve("job.yaml"), Events.options(keys).toYaml()).toString();
  }

  @AfterEach
  void reset() {
    StreamContextEnvironment.unsetAsContext();
    assertThat(OPEN).as("clients of the storage that were not closed").hasValue(0);
  }

  private Throwable main() {
    StreamContextEnvironment.setAsContext(
        new NoExecutor(), settings, getClass().getClassLoader(), 1, 1, true, null, null, List.of());
    return catchThrowable(() -> JobMain.main(new String[] {"--config", config}));
  }

  @Test
  void jobThatFlinkHasKept_goesOn_thoughNoBrokerAnswers_andIsNoNewRun() throws IOException {
    KEPT.add(ID);

    assertThat(main()).hasMessage(NoExecutor.MESSAGE);
    assertThat(states).doesNotExist();
  }

  @Test
  void runsOfJobThatFlinkHasKept_stayAsTheyAre() throws IOException {
    KEPT.add(ID);
    StateFolder runs = new StateFolder(states.toString(), Events.options(Map.of()).job());
    JobTraces traces = new JobTraces("cluster", Map.of(), true, "");
    for (int i = 0; i < 3; i++) {
      runs.begin(null, traces);
    }

    for (int takeOver = 0; takeOver < 4; takeOver++) {
      assertThat(main()).hasMessage(NoExecutor.MESSAGE);
    }

    assertThat(runs.runs()).extracting(StateRun::number).containsExactly(3, 2, 1);
  }

  @Test
  void savepointOfAFirstStart_isNotAskedForWhenTheJobIsKept() throws IOException {
    KEPT.add(ID);
    Path savepoint = Files.createDirectory(folder.resolve("savepoint"));
    Files.writeString(savepoint.resolve("_metadata"), "damaged since");
    settings.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint.toUri().toString());

    assertThat(main()).hasMessage(NoExecutor.MESSAGE);
  }

  @Test
  void firstStart_isChecked_thoughTheIdOfTheJobIsFixed() throws IOException {
    KEPT.add(new JobID(2, 0));

    assertThat(main())
        .isInstanceOf(ProgramParametrizationException.class)
        .hasMessage("no Kafka broker answers at 127.0.0.1:1");
    assertThat(states).doesNotExist();
  }

  @Test
  void fixedIdWithoutHighAvailability_isAFirstStart() throws Exception {
    settings.removeConfig(HighAvailabilityOptions.HA_MODE);
    KEPT.add(ID);

    assertThat(KeptJob.isIn(settings)).isFalse();
  }

  @Test
  void storageThatCannotBeRead_isSaid_andNothingBegins() {
    settings.set(HighAvailabilityOptions.HA_MODE, Away.class.getName());

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> KeptJob.isIn(settings))
        .withMessageStartingWith("whether Flink has kept job " + ID + " cannot be read")
        .withMessageContaining("the storage is away");
    assertThat(main()).isInstanceOf(IOException.class);
    assertThat(states).doesNotExist();
  }

  /** Stands for the storage of ZooKeeper or Kubernetes. */
  public static final class Storage implements HighAvailabilityServicesFactory {
    @Override
    public HighAvailabilityServices createHAServices(Configuration settings, Executor executor) {
      OPEN.incrementAndGet();
      return new EmbeddedHaServices(executor) {
        @Override
        public ExecutionPlanStore getExecutionPlanStore() {
          return new StandaloneExecutionPlanStore() {
            @Override
            public Collection<JobID> getJobIds() {
              return Set.copyOf(KEPT);
            }
          };
        }

        @Override
        public void close() {
          OPEN.decrementAndGet();
        }
      };
    }
  }

  /** A storage that does not answer. */
  public static final class Away implements HighAvailabilityServicesFactory {
    @Override
    public HighAvailabilityServices createHAServices(Configuration settings, Executor executor)
        throws IOException {
      throw new IOException("the storage is away");
    }
  }

  /** What {@code main} does last is to ask for an executor. */
  private static final class NoExecutor implements PipelineExecutorServiceLoader {
    static final String MESSAGE = "the job is executed";

    @Override
    public PipelineExecutorFactory getExecutorFactory(Configuration settings) {
      throw new IllegalStateException(MESSAGE);
    }

    @Override
    public Stream<String> getExecutorNames() {
      return Stream.of();
    }
  }
}
