// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.MountableFile;

/** The job jar in Flink's image, submitted by Flink's own client. */
@Tag("docker")
class FlinkContainerIT {
  private static final int EVENTS = 2_000;
  private static final int REST = 8081;
  private static final String JAR = "/opt/driftmoe-job.jar";
  private static final String PROPERTIES =
      """
      jobmanager.rpc.address: jobmanager
      jobmanager.memory.process.size: 768m
      taskmanager.memory.process.size: 1280m
      taskmanager.memory.managed.size: 0m
      taskmanager.numberOfTaskSlots: 1
      execution.checkpointing.storage: filesystem
      execution.checkpointing.dir: file:///tmp/checkpoints
      """;

  @BeforeAll
  static void build() throws Exception {
    Images.require();
  }

  @Test
  void jobJar_isTakenByFlinkRun_andPredictsEveryEventOnce() throws Exception {
    try (Containers containers = new Containers();
        GenericContainer<?> jobManager = flink(containers, "jobmanager");
        GenericContainer<?> taskManager = flink(containers, "taskmanager")) {
      jobManager
          .withNetworkAliases("jobmanager")
          .withExposedPorts(REST)
          .withCopyFileToContainer(
              MountableFile.forHostPath(
                  Checkout.ROOT.resolve("flink-jobs/target/driftmoe-job.jar"), 0644),
              JAR)
          .withCopyToContainer(
              // each of the two has a disk of its own
              Transferable.of(Checkout.read("docker/job.yaml").replaceAll("state-dir: .*", "")),
              Containers.CONFIG)
          .waitingFor(Wait.forHttp("/overview").forPort(REST))
          .start();
      taskManager.start();
      containers.start();

      ExecResult submitted =
          jobManager.execInContainer(
              "flink",
              "run",
              "-d",
              JAR,
              "--config",
              Containers.CONFIG,
              "--kafka.bootstrap",
              Containers.BOOTSTRAP,
              "--job.checkpoint-interval",
              "1s");
      assertThat(submitted.getExitCode()).as(submitted.toString()).isZero();
      containers
          .run(
              "produce",
              "--config",
              Containers.CONFIG,
              "-Dkafka.bootstrap=" + Containers.BOOTSTRAP,
              "--stream=led_a",
              "--events=" + EVENTS)
          .close();
      List<String> lines =
          containers.output(
              "consume",
              "--config",
              Containers.CONFIG,
              "-Dkafka.bootstrap=" + Containers.BOOTSTRAP,
              "--topic=predictions",
              "--follow",
              "--max=" + EVENTS);

      assertThat(PredictionLines.ids(lines))
          .containsExactlyInAnyOrderElementsOf(IntStream.range(0, EVENTS).boxed().toList());
    }
  }

  private static GenericContainer<?> flink(Containers containers, String role) {
    return containers
        .container(Images.flink())
        .withEnv("FLINK_PROPERTIES", PROPERTIES)
        .withCommand(role);
  }
}
