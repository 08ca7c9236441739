// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Jazzer looks for input that does harm, led by what it covers of our code: each decoder for {@code
 * -Ddriftmoe.fuzz-seconds}, other input in every run. What it found stays in {@code target/fuzz}.
 */
@Tag("slow")
class FuzzIT {
  private static final int SECONDS = Integer.getInteger("driftmoe.fuzz-seconds", 10);

  /** For one input: the first one loads and instruments all classes, on a busy machine too. */
  private static final int LONGEST_SECONDS = 60;

  /** Beside the fuzzing itself: to start it, and for an input that hangs. */
  private static final int OTHER_SECONDS = 240;

  private static final Pattern RUNS = Pattern.compile("Done (\\d+) runs");

  @ParameterizedTest
  @ValueSource(strings = {"Messages", "MappedMessages", "Configurations", "Models", "Tables"})
  void noInputDoesHarm(String target) throws Exception {
    Path folder = Path.of("target", "fuzz", target).toAbsolutePath();
    Path corpus = Files.createDirectories(folder.resolve("corpus"));
    List<byte[]> seeds = seeds(target);
    for (int i = 0; i < seeds.size(); i++) {
      Files.write(corpus.resolve("seed-" + i), seeds.get(i));
    }
    Path log = folder.resolve("log");
    Process jazzer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:ErrorFile=" + folder.resolve("crash-of-the-jvm"),
                "-Djava.io.tmpdir=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=io.driftmoe.flink.FuzzTargets$" + target,
                "--instrumentation_includes=io.driftmoe.**:org.apache.avro.**",
                "--custom_hook_includes=io.driftmoe.**:org.apache.avro.**:com.fasterxml.**",
                "--reproducer_path=" + folder,
                "-artifact_prefix=" + folder + "/",
                "-max_total_time=" + SECONDS,
                "-max_len=65536",
                "-rss_limit_mb=4096",
                "-timeout=" + LONGEST_SECONDS,
                corpus.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(jazzer.waitFor(SECONDS + OTHER_SECONDS, TimeUnit.SECONDS)).isTrue();
    } finally {
      jazzer.destroyForcibly();
    }

    String output = Files.readString(log);
    assertThat(jazzer.exitValue()).as(output).isZero();
    Matcher runs = RUNS.matcher(output);
    assertThat(runs.find()).as(output).isTrue();
    assertThat(Long.parseLong(runs.group(1))).as(output).isPositive();
    System.out.printf("%s: %s runs in %s s%n", target, runs.group(1), SECONDS);
  }

  private static List<byte[]> seeds(String target) throws IOException {
    return switch (target) {
      case "Messages" -> FuzzTargets.Messages.seeds();
      case "MappedMessages" -> FuzzTargets.MappedMessages.seeds();
      case "Configurations" -> FuzzTargets.Configurations.seeds();
      case "Models" -> FuzzTargets.Models.seeds();
      case "Tables" -> FuzzTargets.Tables.seeds();
      default -> throw new IllegalArgumentException(target);
    };
  }
}
