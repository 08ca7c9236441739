// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static io.driftmoe.cli.Run.driftmoe;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.Preset;
import io.driftmoe.router.models.ModelFile;
import io.driftmoe.router.models.ModelOrigin;
import io.driftmoe.router.models.SavedModel;
import io.driftmoe.router.settings.MixtureSettings;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.StreamCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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
              "pump", new ModelOrigin(stream.schema(), MixtureSettings.of(preset), 4), mixture));
    }
    return file;
  }

  @Test
  void saveModel_writesTheModelOnce() throws IOException {
    Path file = saved();
    Path copy = folder.resolve("copy.model");
    Run run = driftmoe("inspect", file.toString(), "--save-model", copy.toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).isEmpty();
    assertThat(copy).hasSameBinaryContentAs(file);
    Run none =
        driftmoe(
            "inspect", file.toString(), "--save-model", folder.resolve("none/copy").toString());
    assertThat(none.exitCode()).isEqualTo(1);
    assertThat(none.err()).startsWith("driftmoe inspect: --save-model: cannot write ");
  }

  @Test
  void modelFile_isYaml_withNamesOfExperts() throws IOException {
    Run run = driftmoe("inspect", saved().toString());

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .startsWith("model: pump\nattributes: 3\nclasses:\n- groupA\n- groupB\nsettings:\n")
        .doesNotContain("Factory", "io.driftmoe");
    JsonNode model = new YAMLMapper().readTree(run.out());
    assertThat(model.path("settings").path("division").asText()).isEqualTo("task");
    assertThat(model.path("events-learned").asLong()).isEqualTo(500);
    assertThat(model.path("scores").path("all").path("labels").asLong()).isEqualTo(500);
    assertThat(model.path("scores").path("last").path("accuracy").asDouble()).isGreaterThan(50);
    assertThat(model.path("detector").asText()).startsWith("ADWIN with delta 0.002");
    JsonNode expert = model.path("experts").path(1);
    assertThat(expert.path("name").asText()).isEqualTo("moa-hoeffding-tree 1");
    assertThat(expert.path("settings").path("grace-period").asInt()).isPositive();
    assertThat(expert.path("share-learned").asDouble()).isEqualTo(1);
    assertThat(expert.path("description").asText()).startsWith("MOA Hoeffding tree: ");
  }

  /** As docs/operations.md says of states whose preset has become another. */
  @Test
  void theSettingsShown_makeTheConfigurationOfTheModel() throws IOException {
    Run run = driftmoe("inspect", saved(Preset.ADAPTIVE).toString(), "--depth", "0", "--json");
    JsonNode model = new ObjectMapper().readTree(run.out());
    ObjectNode learner = (ObjectNode) model.path("settings").deepCopy();
    learner.remove("division");
    ArrayNode pool = learner.putArray("pool");
    model.path("experts").forEach(expert -> pool.add(expert.path("settings")));
    learner.put("preset", "paper-data");

    JobOptions options =
        JobOptions.parse(
            """
            schema: {attributes: [{name: a}], classes: [x, y]}
            learner: %s
            """
                .formatted(learner),
            Map.of());

    MixtureConfig shown = options.learner().mixture().config(options.learner().seed());
    MixtureConfig config = MixtureConfig.of(Preset.ADAPTIVE, 4);
    assertThat(shown.division()).isEqualTo(config.division());
    assertThat(shown.gates()).isEqualTo(config.gates());
    assertThat(shown.lifecycle()).isEqualTo(config.lifecycle());
    assertThat(shown.attendance()).isEqualTo(config.attendance());
    assertThat(shown.seed()).isEqualTo(config.seed());
  }

  @Test
  void json_isTheSameInOneLine() throws IOException {
    String model = saved(Preset.ADAPTIVE).toString();
    Run run = driftmoe("inspect", model, "--json");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.outLines()).hasSize(1);
    JsonNode json = new ObjectMapper().readTree(run.out());
    JsonNode yaml = new YAMLMapper().readTree(driftmoe("inspect", model).out());
    assertThat(json.findValuesAsText("name")).isEqualTo(yaml.findValuesAsText("name"));
    assertThat(json.findValuesAsText("description"))
        .isEqualTo(yaml.findValuesAsText("description"));
    assertThat(json.path("settings").toString()).isEqualTo(yaml.path("settings").toString());
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
        .anyMatch(line -> line.strip().startsWith("library of regimes in time, weights now: "));
    assertThat(new YAMLMapper().readTree(run.out()).path("experts"))
        .allMatch(expert -> expert.has("asleep") && expert.has("gain"));
  }

  @Test
  void depth_leavesOutWhatIsIndentedMore() throws IOException {
    String model = saved(Preset.ADAPTIVE).toString();
    Run none = driftmoe("inspect", model, "--depth", "0");
    Run one = driftmoe("inspect", model, "--depth", "1");
    Run all = driftmoe("inspect", model);

    assertThat(none.exitCode()).as(none.err()).isZero();
    JsonNode without = new YAMLMapper().readTree(none.out());
    assertThat(without.has("gates")).isFalse();
    assertThat(without.path("experts")).hasSize(7).noneMatch(expert -> expert.has("description"));
    String library =
        new YAMLMapper().readTree(one.out()).path("experts").path(5).path("description").asText();
    assertThat(library.lines()).isNotEmpty().noneMatch(line -> line.startsWith(" "));
    assertThat(all.outLines()).hasSizeGreaterThan(one.outLines().size());
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
