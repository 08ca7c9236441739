// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static io.driftmoe.cli.Run.driftmoe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.driftmoe.local.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code driftmoe broker} as a process of its own. */
class BrokerIT {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir private Path folder;
  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void stop() {
    processes.forEach(process -> process.destroyForcibly().onExit().join());
  }

  private Path file(String name) {
    return folder.resolve(name + "-" + processes.size());
  }

  private Process broker(String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.add("-Djava.io.tmpdir=" + Files.createDirectories(folder.resolve("tmp")));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.add("broker");
    command.addAll(List.of(options));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(file("out").toFile())
            .redirectError(file("err").toFile())
            .start();
    processes.add(process);
    return process;
  }

  /** Its address, once it has said that it is there. */
  private String address() throws IOException {
    Path out = folder.resolve("out-" + (processes.size() - 1));
    await()
        .atMost(PATIENCE)
        .failFast("it has ended", () -> !processes.get(processes.size() - 1).isAlive())
        .until(() -> Files.readString(out).endsWith("\n"));
    return Files.readString(out).strip();
  }

  /** As Ctrl-C does, but for the name of the signal. */
  private String terminated(Process broker) throws IOException, InterruptedException {
    broker.destroy();
    assertThat(broker.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    return Files.readString(folder.resolve("err-" + (processes.size() - 1)))
        .replaceFirst("^NOTE: Picked up .*\\R", ""); // where the JVM got options
  }

  @Test
  void withAFolder_topicsAreThereAtTheNextStart() throws Exception {
    int port = FreePort.any();
    String[] options = {
      "--port", Integer.toString(port), "--data", folder.resolve("a b").toString()
    };
    Process first = broker(options);
    assertThat(address()).isEqualTo("127.0.0.1:" + port);
    assertThat(driftmoe("topics", "--bootstrap", address()).exitCode()).isZero();
    Run sent = driftmoe("produce", "--bootstrap", address(), "--stream", "sea_a", "--events", "10");
    assertThat(sent.exitCode()).as(sent.err()).isZero();

    Run taken = driftmoe("broker", options[0], options[1]);
    assertThat(taken.exitCode()).isEqualTo(1);
    assertThat(taken.err())
        .isEqualTo(
            "driftmoe broker: port %s is taken, perhaps by another broker: --port names another one,"
                    .formatted(port)
                + " 0 any that is free%n".formatted());
    Run sameFolder = driftmoe("broker", "--port", "0", options[2], options[3]);
    assertThat(sameFolder.exitCode()).isEqualTo(1);
    assertThat(sameFolder.errLines()).hasSize(1);
    assertThat(sameFolder.err())
        .isEqualTo("driftmoe broker: another broker uses %s%n".formatted(options[3]));
    assertThat(terminated(first)).hasLineCount(1).contains("driftmoe topics --bootstrap");

    Process second = broker(options);
    assertThat(driftmoe("consume", "--bootstrap", address(), "--topic", "features").outLines())
        .hasSize(10);
    assertThat(terminated(second)).hasLineCount(1);
  }

  @Test
  void withoutAFolder_nothingIsLeft() throws Exception {
    Process broker = broker("--port", "0");
    assertThat(driftmoe("topics", "--bootstrap", address()).exitCode()).isZero();
    assertThat(terminated(broker)).hasLineCount(1);
    try (Stream<Path> left = Files.list(folder.resolve("tmp"))) {
      assertThat(left.filter(path -> path.getFileName().toString().startsWith("driftmoe")))
          .isEmpty();
    }
  }

  @Test
  void folderOfSomethingElse_isLeftAlone() throws IOException {
    Path photo = Files.writeString(folder.resolve("photo"), "mine");
    Run run = driftmoe("broker", "--port", "0", "--data", folder.toString());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err()).contains(folder + " holds something that is no broker's");
    assertThat(Files.readString(photo)).isEqualTo("mine");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(photo);
    }
  }

  @Test
  void portOfAnotherProgram_isSaid() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Run run = driftmoe("broker", "--port", Integer.toString(other.getLocalPort()));

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).contains("port " + other.getLocalPort() + " is taken");
    }
  }
}
