// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static io.driftmoe.cli.Run.driftmoe;
import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.ModelFile;
import io.driftmoe.flink.SavedModel;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.Preset;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.StreamCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectCommandTest {
  @TempDir private Path folder;

  private Path saved() throws IOException {
    return saved(Preset.PAPER_TASK);
  }

  private Path saved(Preset preset) throws IOException {
    Path file = folder.resolve("sea.model");
    try (LabeledStream stream = StreamCatalog.open("sea_a", 500, 1)) {
      MixtureOfExperts mixture =
          MixtureOfExperts.create(MixtureConfig.of(preset, 4), stream.schema());
      while (stream.hasNext()) {
        LabeledExample example = stream.next();
        PendingPrediction prediction = mixture.predict(example.features());
        mixture.learn(prediction, example.label());
      }
      ModelFile.write(
          file,
          new SavedModel(
              "pump",
              JobOptions.Schema.of(stream.schema()),
              new JobOptions.Learner(preset, 4L),
              mixture));
    }
    return file;
  }

  @Test
  void modelFile_isShownInWords() throws IOException {
    Run run = driftmoe("inspect", saved().toString());

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.outLines())
        .startsWith(
            "model pump: 3 attributes, classes groupA, groupB",
            "learner: {\"preset\":\"paper-task\"}, seed 4",
            "500 events learned, 500 predicted")
        .contains("  learned 100.0 % of the events, 0 before it in this place");
    assertThat(run.out())
        .contains("all 500 labels: accuracy ", "detector: ADWIN with delta 0.002", "expert 1: Moa");
  }

  @Test
  void regionsOfSpecialistsAndWhoAttends_areShown() throws IOException {
    Run run = driftmoe("inspect", saved(Preset.ADAPTIVE).toString());

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.outLines())
        .anyMatch(
            line ->
                line.matches(
                    " +specialist \\d+: weight .* of 500 events; .* (high|low) .* sd\\).*"))
        .anyMatch(line -> line.startsWith("  library of regimes in time, weights now: "))
        .anyMatch(
            line ->
                line.matches("  (attends|asleep), gains the mixture -?\\d\\.\\d{4} nats an event"));
  }

  @Test
  void depth_leavesOutWhatIsIndentedMore() throws IOException {
    Run run = driftmoe("inspect", saved().toString(), "--depth", "0");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.outLines())
        .hasSize(9)
        .noneMatch(line -> line.startsWith(" "))
        .anyMatch(line -> line.startsWith("expert 1: "));
    assertThat(driftmoe("inspect", "x", "--depth", "-1").err())
        .contains("--depth must not be negative, got -1");
  }

  @Test
  void damagedModelFile_isOneLine() throws IOException {
    Path file = saved();
    byte[] bytes = Files.readAllBytes(file);
    bytes[6 + 4 + "pump".length() + 3] = 9; // after tag, version and key: the version of the spec
    Files.write(file, bytes);

    Run run = driftmoe("inspect", file.toString());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err()).contains("model spec has version 9, this build reads 1 to 4");
  }

  @Test
  void whatCannotBeInspected_isNamedInOneLine() throws IOException {
    String model = saved().toString();
    String text = Files.writeString(folder.resolve("t.txt"), "hello, world").toString();

    Run absent = driftmoe("inspect", "nowhere.model");
    Run foreign = driftmoe("inspect", text);
    Run empty = driftmoe("inspect", folder.toString());
    Run key = driftmoe("inspect", model, "--key", "fan");

    assertThat(absent.exitCode()).isEqualTo(2);
    assertThat(absent.err()).contains("no file or folder nowhere.model");
    assertThat(foreign.exitCode()).isEqualTo(1);
    assertThat(foreign.errLines()).hasSize(1);
    assertThat(foreign.err()).contains("t.txt cannot be read as a model");
    assertThat(empty.exitCode()).isEqualTo(1);
    assertThat(empty.errLines()).hasSize(1);
    assertThat(empty.err()).contains("_metadata");
    assertThat(key.exitCode()).isEqualTo(2);
    assertThat(key.err()).contains("--key: no model 'fan'; there are pump");
  }
}
