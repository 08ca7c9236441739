// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static io.driftmoe.cli.Run.driftmoe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.local.EmbeddedKafka;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
 * page: each gets back a prediction of each of its events, and the drift that it makes, or the
 * accuracy of the library. And the tests that the clients have in their own languages.
 */
@Tag("examples")
class ExamplesIT {
  private static final Path EXAMPLES = Repository.root().resolve("examples");
  private static final Path CLIENTS = Repository.root().resolve("clients");

  /** Debian's packages are those of its own interpreter. */
  private static final String PYTHON = System.getenv().getOrDefault("PYTHON", "/usr/bin/python3");

  private static final int EVENTS = 2_000;
  private static final long PATIENCE_SECONDS = 120;
  private static final Pattern DRIFT = Pattern.compile("(?m)^drift at event \\d+-(\\d+): .+");

  private static final String SEND_AND_READ =
      """
      import sys
      import driftmoe

      client = driftmoe.Job(sys.argv[1])
      client.send({"temperature": 1}, id=sys.argv[2])
      try:
          client.flush(30)
          print([message.value["eventId"] for message in client.read("features")])
      except driftmoe.DriftMoeError as e:
          print(e)
      """;

  @TempDir private static Path folder;
  private static EmbeddedKafka kafka;
  private static Path command;
  private static FutureTask<Run> job;
  private static Thread running;

  @BeforeAll
  static void start() throws Exception {
    assertThat(List.of(EXAMPLES.resolve("node/node_modules"), CLIENTS.resolve("node/node_modules")))
        .as("the packages of Node: 'npm ci' in examples/node and in clients/node")
        .allMatch(Files::isDirectory);
    command = command();
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
    assertAllCameBack(
        List.of(PYTHON, "python/client.py", "--bootstrap", kafka.bootstrap()),
        List.of(PYTHON, "python/wire.py", "--bootstrap", kafka.bootstrap()));
  }

  @Test
  void node() throws Exception {
    assertAllCameBack(
        List.of("node", "node/client.mjs", "--bootstrap", kafka.bootstrap()),
        List.of("node", "node/wire.mjs", "--bootstrap", kafka.bootstrap()));
  }

  /** A job and the library on the same events, with late labels. */
  @Test
  void pythonNotebook_hasTheAccuracyOfTheLibrary() throws Exception {
    String output = run(EXAMPLES, PYTHON, "python/notebook.py", "--bootstrap", kafka.bootstrap());

    Matcher job =
        Pattern.compile("(?m)^3000 predictions, (\\d+) right: accuracy (\\S+) %$").matcher(output);
    assertThat(job.find()).as(output).isTrue();
    assertThat(Integer.parseInt(job.group(1))).as(output).isBetween(2_700, 2_990);
    assertThat(output)
        .contains("\n0 dead letters\n")
        .contains("\nthe job's own report, of 3000 labels: " + job.group(2) + " %\n")
        .containsPattern("(?m)^drift at event 1[5-7]\\d\\d: ")
        .containsPattern("(?m)^adaptive +" + Pattern.quote(job.group(2)) + " % kappa ")
        .containsPattern("(?m)^HoeffdingTree +[4-9]\\d\\.\\d+ % kappa ");
    assertExplained(output);
  }

  /** The parts of the probability sum up to it, as far as they are printed. */
  private static void assertExplained(String output) {
    Matcher why =
        Pattern.compile(
                "(?m)^event 2999 is (?:ok|fault), probability (\\S+): (\\S+)$\n((?:^ +[+-].+\n)+)")
            .matcher(output);
    assertThat(why.find()).as(output).isTrue();
    double sum = Double.parseDouble(why.group(2));
    List<String> parts = why.group(3).lines().map(String::strip).toList();
    assertThat(parts).as(output).anyMatch(part -> part.contains(" as temperature is "));
    for (String part : parts) {
      sum += Double.parseDouble(part.substring(0, part.indexOf(' ')));
    }
    assertThat(sum).as(output).isCloseTo(Double.parseDouble(why.group(1)), within(0.004));
  }

  /** Likewise, with labels in the records, in the order of arrival. */
  @Test
  void nodeProgram_hasTheAccuracyOfTheLibrary() throws Exception {
    String output = run(EXAMPLES, "node", "node/accuracy.mjs", "--bootstrap", kafka.bootstrap());

    Matcher job =
        Pattern.compile("(?m)^1500 predictions, (\\d+) right: accuracy (\\S+) %$").matcher(output);
    assertThat(job.find()).as(output).isTrue();
    assertThat(Integer.parseInt(job.group(1))).as(output).isBetween(1_350, 1_495);
    assertThat(output).contains("library: " + job.group(2) + " %");
  }

  @Test
  void pythonClient() throws Exception {
    String output =
        run(
            CLIENTS.resolve("python"),
            PYTHON,
            "-m",
            "unittest",
            "discover",
            "-t",
            ".",
            "-s",
            "tests");
    assertThat(output).containsPattern("(?m)^Ran [3-9]\\d tests in ").endsWith("OK\n");
  }

  /** Kafka's properties of a job.yaml in librdkafka's words, with a reference to the password. */
  @Test
  void pythonClient_takesTlsAndLoginsFromTheConfiguration(@TempDir Path secure) throws Exception {
    try (SecureKafka locked = SecureKafka.start(secure)) {
      Map<SecureKafka.Listener, Map<String, String>> ways =
          Map.of(
              SecureKafka.Listener.LOGIN, locked.login("PLAIN", SecureKafka.ADMIN, true),
              SecureKafka.Listener.CLEARLOGIN, locked.login("PLAIN", SecureKafka.ADMIN, false),
              SecureKafka.Listener.MUTUAL, locked.tls(true));
      for (var way : ways.entrySet()) {
        String config = config(secure, locked.bootstrap(way.getKey()), way.getValue());
        assertThat(driftmoe("topics", "--config", config).exitCode()).isZero();

        assertThat(runPython(SEND_AND_READ, config, way.getKey().name()))
            .as("%s", way)
            .endsWith("'%s']%n".formatted(way.getKey()));
      }
      String login = locked.bootstrap(SecureKafka.Listener.LOGIN);
      String stranger = config(secure, login, locked.login("PLAIN", "stranger", true));
      assertThat(runPython(SEND_AND_READ, stranger, "1"))
          .contains("no login at " + login, "uthentication failed")
          .doesNotContain(SecureKafka.SECRET);

      // Debian 12 has a librdkafka that cannot do it
      String scram = config(secure, login, locked.login("SCRAM-SHA-512", SecureKafka.ADMIN, true));
      assertThat(runPython(SEND_AND_READ, scram, "SCRAM"))
          .containsPattern(
              "'SCRAM']|librdkafka [12]\\.\\d+\\.\\d+ cannot log in to Kafka 4 with SCRAM");
    }
  }

  private static String config(Path place, String bootstrap, Map<String, String> properties)
      throws IOException {
    StringBuilder text = new StringBuilder(Repository.read(EXAMPLES.resolve("job.yaml")));
    text.append("kafka:%n  bootstrap: %s%n  properties:%n".formatted(bootstrap));
    properties.forEach((key, value) -> text.append("    %s: '%s'%n".formatted(key, value)));
    return Files.writeString(place.resolve("job.yaml"), text).toString();
  }

  private static String runPython(String program, String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of(PYTHON, "-c", program));
    all.addAll(List.of(words));
    return run(CLIENTS.resolve("python"), all);
  }

  @Test
  void nodeClient() throws Exception {
    assertThat(run(CLIENTS.resolve("node"), "node", "--test", "--test-reporter=tap"))
        .containsPattern("(?m)^# pass [1-9]\\d$")
        .contains("# fail 0\n");
  }

  /** Runs both at a time: most of it they wait. */
  private static void assertAllCameBack(List<String> program, List<String> other) throws Exception {
    FutureTask<String> output = new FutureTask<>(() -> run(EXAMPLES, program));
    Thread thread = new Thread(output, "program");
    thread.start();
    try {
      assertEverythingCameBack(run(EXAMPLES, other));
      assertEverythingCameBack(output.get());
    } finally {
      thread.interrupt();
    }
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

  /** The command as a program, which starts the classes of this build. */
  private static Path command() throws IOException {
    Path script =
        Files.writeString(
            folder.resolve("driftmoe"),
            """
            #!/bin/sh
            export CLASSPATH='%s'
            exec '%s' -Xmx512m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC %s "$@"
            """
                .formatted(
                    System.getProperty("java.class.path"),
                    Path.of(System.getProperty("java.home"), "bin", "java"),
                    Main.class.getName()));
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return script;
  }

  /** Runs a command to its end, which must be a good one, and returns what it printed. */
  private static String run(Path place, String... words) throws Exception {
    return run(place, List.of(words));
  }

  private static String run(Path place, List<String> words) throws Exception {
    Path out = Files.createTempFile(folder, "out", "");
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(place.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().put("DRIFTMOE", command.toString());
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    Process process = builder.start();
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
