// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.JobTopics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The job jar on a session cluster of processes, as {@code docs/clusters.md} says: submitted by
 * Flink's client, stopped, and submitted again through the REST interface.
 */
@Tag("slow")
class FlinkRunIT {
  private static final double RATE = 100;
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final Pattern SUBMITTED = Pattern.compile("submitted with JobID ([0-9a-f]{32})");
  private static final Pattern STOP = Pattern.compile("flink (stop --savepointPath \\S+ )");

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  static Path folder;

  @Test
  void clientAndRestInterface_takeTheJob_whichGoesOn() throws Exception {
    String jar = JobJar.require().toAbsolutePath().normalize().toString();
    Path states = folder.resolve("states");
    Load load = Load.of(1_000_000, false);
    try (Rig rig = Rig.start(folder.resolve("rig"), EnumSet.noneOf(Extra.class))) {
      Layout layout = rig.layout();
      Map<String, String> keys = new TreeMap<>(load.keys(layout.bootstrap(), false));
      keys.put("job.state-dir", states.toString());
      JobOptions options = load.options(keys);
      String config = Files.writeString(layout.jobConfig(), options.toYaml()).toString();
      try (JobTopics topics = new JobTopics(options)) {
        topics.create(Load.PARTITIONS, (short) 1);
      }
      List<TopicPartition> outputs = new ArrayList<>();
      for (int i = 0; i < Load.PARTITIONS; i++) {
        outputs.add(new TopicPartition(options.topics().predictions(), i));
      }
      try (PredictionReader reader = new PredictionReader(layout.bootstrap(), outputs);
          Sender sender = new Sender(layout.bootstrap(), options.topics(), load, RATE)) {
        sender.start();

        String submitted = client(layout, "run", "-d", jar, "--config", config);
        String id = found(SUBMITTED, submitted);
        awaitAllSent(sender, reader);

        List<String> stop = new ArrayList<>(List.of(found(STOP, submitted).split(" ")));
        stop.add(id);
        assertThat(client(layout, stop.toArray(String[]::new))).contains("Savepoint completed");

        String rest = "127.0.0.1:" + layout.rest();
        assertThat(submit(rest, jar, "--config", config, "--learner.seed", "77"))
            .contains(rest + " refuses: ", "learner.seed is 77, the saved model has 1");
        assertThat(submit(rest, jar, "--config", config, "--job.parallelism", "4"))
            .matches("[0-9a-f]{32}\n");
        awaitAllSent(sender, reader);
        assertThat(reader.ledger().doubled()).isZero();
      }
      assertThat(rig.exits()).isEmpty();
    }
    try (Stream<Path> runs = Files.list(states.resolve("driftmoe"))) {
      assertThat(runs.map(run -> run.getFileName().toString()))
          .containsExactlyInAnyOrder("run-1", "run-2");
    }
  }

  private static String found(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    assertThat(matcher.find()).as(text).isTrue();
    return matcher.group(1);
  }

  /** A prediction of each event that was sent by now. */
  private static void awaitAllSent(Sender sender, PredictionReader reader) {
    long sent = Math.max(1, sender.sent());
    Awaitility.await("predictions")
        .atMost(PATIENCE)
        .until(
            () -> {
              reader.check();
              return reader.ledger().distinct() >= sent;
            });
  }

  private static String client(Layout layout, String... arguments) throws Exception {
    List<String> command = new ProcessCommands(layout, new ConfigFiles(layout)).client(arguments);
    return output(command, Map.of("FLINK_CONF_DIR", layout.conf().toString()));
  }

  private static String submit(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("../deploy/submit.sh"));
    command.addAll(Arrays.asList(arguments));
    return output(command, Map.of());
  }

  /** What a command prints until it ends. */
  private static String output(List<String> command, Map<String, String> environment)
      throws Exception {
    Path out = Files.createTempFile(folder, "command", ".out");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      String output = Files.readString(out);
      assertThat(ended).as(output).isTrue();
      return output;
    } finally {
      process.destroyForcibly();
    }
  }
}
