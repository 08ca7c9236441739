// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static io.driftmoe.cli.Run.driftmoe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.driftmoe.local.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code driftmoe job} as a process of its own, which is stopped and killed. */
@Tag("slow")
class JobProcessIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int BATCH = 300;

  @TempDir private Path folder;
  private final List<Process> processes = new ArrayList<>();
  private EmbeddedKafka kafka;
  private Path config;
  private Path temporary;
  private int sent;

  @BeforeEach
  void start() throws IOException {
    temporary = Files.createDirectories(folder.resolve("tmp of %20me"));
    kafka = EmbeddedKafka.start(folder);
    config = folder.resolve("job.yaml");
    Run init =
        driftmoe(
            "job",
            "--init",
            "--preset",
            "paper-data",
            "--stream",
            "sea_a",
            "-Dkafka.bootstrap=" + kafka.bootstrap(),
            "-Djob.checkpoint-interval=300 ms",
            "-Djob.state-dir=" + folder.resolve("my state, 100%20"));
    Files.writeString(config, init.out());
    assertThat(driftmoe("topics", "--config", config.toString()).exitCode()).isZero();
  }

  @AfterEach
  void stop() throws IOException {
    processes.forEach(process -> process.descendants().forEach(ProcessHandle::destroyForcibly));
    processes.forEach(Process::destroyForcibly);
    kafka.close();
  }

  private Path log(int process) {
    return folder.resolve("job-" + process + ".log");
  }

  /** Starts the command, with a temporary folder of its own. */
  private Process job(String... more) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.add("-Djava.io.tmpdir=" + temporary);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("job", "--no-ui", "--config", config.toString()));
    command.addAll(List.of(more));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log(processes.size()).toFile())
            .start();
    processes.add(process);
    return process;
  }

  private String lastLog() throws IOException {
    return Files.readString(log(processes.size() - 1));
  }

  /** Sends some events and waits until all there are have been predicted. */
  private void work() throws IOException {
    Run produced =
        driftmoe(
            "produce",
            "--bootstrap",
            kafka.bootstrap(),
            "--stream",
            "sea_a",
            "--events",
            Integer.toString(BATCH),
            "--model-key",
            "k" + sent);
    assertThat(produced.exitCode()).as(produced.err()).isZero();
    sent += BATCH;
    await()
        .atMost(PATIENCE)
        .failFast("the job has ended", () -> !processes.get(processes.size() - 1).isAlive())
        .until(() -> predictions().size() >= sent);
  }

  private List<String> predictions() {
    return driftmoe("consume", "--bootstrap", kafka.bootstrap(), "--topic", "predictions")
        .outLines();
  }

  private void assertOncePredicted() {
    List<String> predictions = predictions();
    assertThat(predictions).hasSize(sent);
    assertThat(new HashSet<>(predictions)).hasSize(sent);
  }

  private Stream<Path> leftovers() throws IOException {
    return Files.list(temporary).filter(path -> path.getFileName().toString().contains("driftmoe"));
  }

  @Test
  void killedAndTerminated_startedAgain_goesOn() throws Exception {
    Process first = job();
    work();
    Process second = job();
    assertThat(second.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(second.exitValue()).isEqualTo(1);
    assertThat(lastLog().lines().filter(line -> line.startsWith("driftmoe job:")))
        .singleElement()
        .asString()
        .contains("job 'driftmoe' runs already, in process " + first.pid());
    processes.remove(1);

    first.destroyForcibly().waitFor();
    try (Stream<Path> left = leftovers()) {
      assertThat(left).hasSize(1);
    }
    Process third = job();
    work();
    assertThat(lastLog()).contains("goes on from ", "/chk-").doesNotContain("loss", " ERROR ");
    third.destroy(); // SIGTERM
    assertThat(third.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(lastLog()).contains("saved to file:");
    try (Stream<Path> left = leftovers()) {
      assertThat(left).isEmpty();
    }

    job();
    work();
    assertThat(lastLog()).contains("/savepoint-").doesNotContain("loss", " ERROR ");
    assertOncePredicted();
  }

  @Test
  void supervisedJob_thatIsKilled_goesOnByItself() throws Exception {
    Process supervisor = job("--supervise=true", "--fresh=true");
    work();
    assertThat(supervisor.descendants()).hasSize(1);
    ProcessHandle child = supervisor.children().findFirst().orElseThrow();
    child.destroyForcibly();
    work();
    assertThat(lastLog())
        .containsOnlyOnce("begins anew")
        .containsOnlyOnce("the job has died with exit code 137: restart 1 of 100 in 1 s")
        .containsOnlyOnce("goes on from ")
        .doesNotContain("loss", " ERROR ");

    supervisor.destroy(); // SIGTERM
    assertThat(supervisor.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(lastLog()).contains("saved to file:");

    Process other = job("--supervise");
    work();
    ProcessHandle orphan = other.children().findFirst().orElseThrow();
    other.destroyForcibly();
    assertThat(orphan.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isNotNull();
    assertOncePredicted();
  }

  @Test
  void supervisedJob_thatIsKilledBeforeItBegins_beginsWhereTheCommandSays() throws Exception {
    Process first = job();
    work();
    first.destroy();
    assertThat(first.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

    Path arguments = Files.writeString(folder.resolve("arguments"), "--supervise --fresh");
    Process supervisor = job("@" + arguments);
    await().atMost(PATIENCE).until(() -> supervisor.children().findFirst().isPresent());
    supervisor.children().forEach(ProcessHandle::destroyForcibly);
    sent *= 2; // all is predicted anew
    work();
    assertThat(lastLog()).contains("restart 1 of 100", "begins anew").doesNotContain("goes on");

    supervisor.children().forEach(ProcessHandle::destroyForcibly);
    work();
    assertThat(lastLog())
        .contains("restart 2 of 100")
        .containsOnlyOnce("begins anew")
        .containsOnlyOnce("goes on from ");
    assertThat(predictions()).hasSize(sent);
  }
}
