// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static io.driftmoe.cli.Run.driftmoe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.driftmoe.core.StreamSchema;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.router.Preset;
import io.driftmoe.router.settings.MixtureSettings;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.StreamCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code driftmoe job --init} and {@code --check}. */
class JobConfigurationTest {
  @TempDir private Path folder;

  @Test
  void init_writesAConfigurationOfTheStreamsSchema_thatReadsBack() {
    Run run =
        driftmoe("job", "--init", "--stream", "led_a", "--preset", "paper-task", "--seed", "7");

    assertThat(run.exitCode()).isZero();
    JobOptions options = JobOptions.parse(run.out(), Map.of());
    StreamSchema schema;
    try (LabeledStream stream = StreamCatalog.open("led_a", 1, 1)) {
      schema = stream.schema();
    }
    assertThat(options.schema().toStreamSchema()).isEqualTo(schema);
    assertThat(options.learner()).isEqualTo(new JobOptions.Learner(Preset.PAPER_TASK, 7L));
    assertThat(run.out()).contains("# DriftMoE job for led_a").contains("\n# timeout: ");
  }

  @Test
  void init_commentsEverySection() {
    Run run = driftmoe("job", "--init", "--stream", "sea_a");

    for (String section :
        new String[] {"kafka", "topics", "schema", "learner", "labels", "input", "job"}) {
      assertThat(run.out()).containsPattern("\n\n(# .*\n)+" + section + ":\n");
    }
  }

  /** As the reader of settings lists them to whoever names one that there is not. */
  static Stream<String> settings() {
    String error =
        catchThrowable(() -> new MixtureSettings("{\"preset\": \"adaptive\", \"none\": 1}"))
            .getMessage();
    return Stream.of(error.split("settings are ")[1].split(", "))
        .filter(setting -> !setting.equals("preset"));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void everySettingOfTheLearner_isInTheHelp(String setting) {
    String template = driftmoe("job", "--init", "--stream", "sea_a").out();
    String help = driftmoe("bench", "--help").out().replaceAll("\\s+", " ");

    assertThat(template).containsPattern("#.*[ ,]" + setting + "[,\\n]");
    assertThat(help).containsPattern("preset: paper-data.*" + setting + "[,.]");
  }

  @Test
  void init_ofADataFile_withOverrides() throws IOException {
    Path data = Files.writeString(folder.resolve("d.csv"), "n,c,label\n1,red,x\n2,blue,y\n");

    Run run =
        driftmoe(
            "job",
            "--init",
            "--data",
            data.toString(),
            "--class",
            "label",
            "-Djob.parallelism=2",
            "-Dkafka.bootstrap=broker:9");

    JobOptions options = JobOptions.parse(run.out(), Map.of());
    assertThat(options.job().parallelism()).isEqualTo(2);
    assertThat(options.kafka().bootstrap()).isEqualTo("broker:9");
    assertThat(options.schema().attributes())
        .extracting(JobOptions.AttributeOption::name)
        .containsExactly("n", "c");
    assertThat(options.schema().classes()).containsExactly("x", "y");
  }

  @Test
  void check_acceptsWhatInitWrote_andNamesAKeyItDoesNotKnow() throws IOException {
    Path file = folder.resolve("job.yaml");
    Files.writeString(file, driftmoe("job", "--init", "--stream", "sea_a").out());

    Run good = driftmoe("job", "--check", "--config", file.toString());
    Run bad = driftmoe("job", "--check", "--config", file.toString(), "-Dinput.odrer=arrival");

    assertThat(good.exitCode()).as(good.err()).isZero();
    assertThat(bad.exitCode()).isEqualTo(2);
    assertThat(bad.errLines()).hasSize(1);
    assertThat(bad.err()).contains("input.odrer");
  }

  @Test
  void badTargetOrMissingJar_isWrongUsage() throws IOException {
    Path file = folder.resolve("job.yaml");
    Files.writeString(file, driftmoe("job", "--init", "--stream", "sea_a").out());
    String config = file.toString();

    Run target = driftmoe("job", "--config", config, "--target", "somewhere");
    Run jar = driftmoe("job", "--config", config, "--target", "h:1", "--jar", "nowhere.jar");
    Run noJar = driftmoe("job", "--config", config, "--target", "h:1", "--jar", config);
    Run here = driftmoe("job", "--config", config, "--unless-running");

    assertThat(target.exitCode()).isEqualTo(2);
    assertThat(target.err()).contains("--target must be local or HOST:PORT, got 'somewhere'");
    assertThat(jar.exitCode()).isEqualTo(2);
    assertThat(jar.err()).contains("--jar: no file nowhere.jar");
    assertThat(noJar.exitCode()).isEqualTo(2);
    assertThat(noJar.err()).contains("--jar: " + config + " is no jar");
    assertThat(here.exitCode()).isEqualTo(2);
    assertThat(here.err()).contains("--unless-running is for a cluster");
  }
}
