// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static io.driftmoe.cli.Run.driftmoe;
import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.local.EmbeddedKafka;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The programs in {@code examples}, as its README starts them, with a broker and the job of that
 * page: each gets back a prediction of each of its events, and the drift that it makes.
 */
@Tag("examples")
class ExamplesIT {
  private static final Path EXAMPLES = Repository.root().resolve("examples");
  private static final int EVENTS = 2_000;
  private static final long PATIENCE_SECONDS = 120;
  private static final Pattern DRIFT = Pattern.compile("(?m)^drift at event \\d+-(\\d+): .+");

  @TempDir private static Path folder;
  private static EmbeddedKafka kafka;
  private static FutureTask<Run> job;
  private static Thread running;

  @BeforeAll
  static void start() throws Exception {
    kafka = EmbeddedKafka.start(folder);
    String config = EXAMPLES.resolve("job.yaml").toString();
    String bootstrap = "-Dkafka.bootstrap=" + kafka.bootstrap();
    Run topics = driftmoe("topics", "--config", config, bootstrap);
    assertThat(topics.exitCode()).as(topics.err()).isZero();
    job =
        new FutureTask<>(
            () ->
                driftmoe(
                    "job",
                    "--no-ui",
                    "--config",
                    config,
                    bootstrap,
                    "-Djob.state-dir=" + folder.resolve("states")));
    running = new Thread(job, "job");
    running.start();
  }

  @AfterAll
  static void stop() throws Exception {
    try {
      Run deadLetters =
          driftmoe("consume", "--bootstrap", kafka.bootstrap(), "--topic", "dead-letters");
      assertThat(deadLetters.outLines()).isEmpty();
      running.interrupt();
      Run ended = job.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(ended.exitCode()).as(ended.err()).isZero();
    } finally {
      kafka.close();
    }
  }

  @Test
  void java() throws Exception {
    Path project = EXAMPLES.resolve("java");
    run(project, "mvn", "-B", "-ntp", "-q", "package");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classPath = "target/client.jar" + File.pathSeparator + "target/lib/*";
    assertEverythingCameBack(
        run(project, java, "-cp", classPath, "Client", "--bootstrap", kafka.bootstrap()));
  }

  @Test
  void python() throws Exception {
    // Debian's packages are those of its own interpreter
    String python = System.getenv().getOrDefault("PYTHON", "/usr/bin/python3");
    assertEverythingCameBack(
        run(EXAMPLES, python, "python/client.py", "--bootstrap", kafka.bootstrap()));
  }

  @Test
  void node() throws Exception {
    assertThat(EXAMPLES.resolve("node/node_modules"))
        .as("the packages of the example: 'npm ci' in examples/node")
        .isDirectory();
    assertEverythingCameBack(
        run(EXAMPLES, "node", "node/client.mjs", "--bootstrap", kafka.bootstrap()));
  }

  private static void assertEverythingCameBack(String output) {
    assertThat(output.lines()).contains("sent " + EVENTS + " events and their labels");
    Matcher predictions =
        Pattern.compile("(?m)^" + EVENTS + " predictions, (\\d+) right$").matcher(output);
    assertThat(predictions.find()).as(output).isTrue();
    assertThat(Integer.parseInt(predictions.group(1))).as(output).isBetween(1_500, EVENTS);
    Matcher drift = DRIFT.matcher(output);
    assertThat(drift.find()).as(output).isTrue();
    assertThat(Integer.parseInt(drift.group(1))).as(output).isBetween(EVENTS / 2, EVENTS);
  }

  /** Runs a command to its end, which must be a good one, and returns what it printed. */
  private static String run(Path place, String... command) throws Exception {
    Path out = Files.createTempFile(folder, "out", "");
    Process process =
        new ProcessBuilder(List.of(command))
            .directory(place.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    try {
      boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      String output = Files.readString(out);
      assertThat(job.isDone()).as("whether the job has ended").isFalse();
      assertThat(ended).as(output).isTrue();
      assertThat(process.exitValue()).as(output).isZero();
      return output;
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
