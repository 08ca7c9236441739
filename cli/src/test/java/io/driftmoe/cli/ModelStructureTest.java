// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static io.driftmoe.cli.Run.driftmoe;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.Structure;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureOfExperts;
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
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What models are made of is JSON that keeps to its documented schema. */
class ModelStructureTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Structure.Detail ALL = new Structure.Detail(200, true);

  @TempDir private Path folder;

  private static JsonSchema schema() throws IOException {
    Path file = Repository.root().resolve("docs/model-structure.schema.json");
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
        .getSchema(Files.readString(file));
  }

  private static Set<ValidationMessage> faults(JsonNode structure) throws IOException {
    // as whoever reads it has it: a float is text in between
    return schema().validate(JSON.readTree(structure.toString()));
  }

  @ParameterizedTest
  @EnumSource(Preset.class)
  void everyPresetKeepsToTheSchema(Preset preset) throws IOException {
    MixtureOfExperts mixture = learned(MixtureConfig.of(preset, 3), "led_a", 3_000);
    ObjectNode whole = mixture.structure(ALL);
    assertThat(faults(whole)).isEmpty();
    assertThat(whole.path("attributes")).hasSize(24);
    assertThat(whole.path("classes")).hasSize(10);
    assertThat(whole.findValues("root")).isNotEmpty();
    assertThat(preset == Preset.ADAPTIVE && whole.findValues("children").isEmpty()).isFalse();
    assertThat(whole.findValues("nodes-below")).isEmpty();
    assertThat(whole.findValues("parameters")).isNotEmpty();

    ObjectNode roots = mixture.structure(new Structure.Detail(1, false));
    assertThat(faults(roots)).isEmpty();
    assertThat(roots.findValues("root")).isNotEmpty();
    assertThat(roots.findValues("children")).isEmpty();
    assertThat(roots.findValues("parameters")).isEmpty();
    ObjectNode none = mixture.structure(new Structure.Detail(0, false));
    assertThat(faults(none)).isEmpty();
    assertThat(none.findValues("root")).isEmpty();
  }

  /** Numbers and values; every kind of expert and gate that has a structure. */
  @Test
  void everyKindKeepsToTheSchema() throws IOException {
    MixtureOfExperts adaptive = learned(MixtureConfig.of(Preset.ADAPTIVE, 3), "agrawal_a", 2_500);
    ObjectNode structure = adaptive.structure(ALL);
    assertThat(faults(structure)).isEmpty();
    assertThat(structure.findValues("at-most")).isNotEmpty();
    Set<String> kinds = new TreeSet<>(structure.findValuesAsText("kind"));
    MixtureSettings others =
        new MixtureSettings(
            """
            {"preset": "adaptive", "top-k": 4, "gates": ["fixed-share"],
             "pool": ["guarded", "moa-hoeffding-tree", "mlp", "no-change"]}""");
    MixtureOfExperts mixture = learned(others.config(1), "agrawal_a", 6_000);
    assertThat(mixture.structure(ALL).at("/experts/1").findValues("children")).isNotEmpty();
    assertThat(faults(mixture.structure(ALL))).isEmpty();
    kinds.addAll(mixture.structure(ALL).findValuesAsText("kind"));
    kinds.addAll(
        learned(MixtureConfig.of(Preset.PAPER_DATA, 3), "sea_a", 500)
            .structure(ALL)
            .findValuesAsText("kind"));
    Set<String> documented = new TreeSet<>();
    schema()
        .getSchemaNode()
        .path("$defs")
        .findValues("kind")
        .forEach(kind -> documented.add(kind.path("const").asText()));
    assertThat(kinds).isEqualTo(documented);
  }

  private static MixtureOfExperts learned(MixtureConfig config, String name, int events) {
    try (LabeledStream stream = StreamCatalog.open(name, events, 1)) {
      MixtureOfExperts mixture = MixtureOfExperts.create(config, stream.schema());
      while (stream.hasNext()) {
        LabeledExample example = stream.next();
        mixture.learn(mixture.predict(example.features()), example.label());
      }
      return mixture;
    }
  }

  /** A schema that takes everything would say nothing. */
  @Test
  void whatIsNoStructureIsRefused() throws IOException {
    ObjectNode structure =
        learned(MixtureConfig.of(Preset.ADAPTIVE, 3), "sea_a", 500).structure(ALL);
    for (String change : List.of("/gates/0", "/experts/0/structure/members/0", "/experts/1")) {
      ObjectNode changed = structure.deepCopy();
      ((ObjectNode) changed.at(change)).put("unheard-of", 1);
      assertThat(faults(changed)).as(change).isNotEmpty();
    }
  }

  @Test
  void inspectPrintsIt_asFarAsAskedFor() throws IOException {
    Path file = folder.resolve("sea.model");
    MixtureOfExperts mixture = learned(MixtureConfig.of(Preset.ADAPTIVE, 4), "sea_a", 2_500);
    try (LabeledStream stream = StreamCatalog.open("sea_a", 1, 1)) {
      ModelFile.write(
          file,
          new SavedModel(
              "pump",
              new ModelOrigin(stream.schema(), MixtureSettings.of(Preset.ADAPTIVE), 4),
              mixture));
    }
    JsonNode plain = inspect(file, "--json");
    assertThat(plain.has("structure")).isFalse();
    JsonNode whole = inspect(file, "--json", "--structure");
    assertThat(faults(whole.path("structure"))).isEmpty();
    assertThat(whole.findValues("parameters")).isEmpty();
    ((ObjectNode) whole).remove("structure");
    assertThat(whole).isEqualTo(plain);
    JsonNode weights = inspect(file, "--json", "--structure", "--weights", "--depth", "1");
    assertThat(faults(weights.path("structure"))).isEmpty();
    assertThat(weights.findValues("parameters")).isNotEmpty();
    assertThat(weights.findValues("children")).isEmpty();
    assertThat(driftmoe("inspect", file.toString(), "--weights").err())
        .contains("--weights needs --structure");
    assertThat(driftmoe("inspect", file.toString(), "--structure", "--depth", "2").out())
        .contains("structure:");
  }

  private static JsonNode inspect(Path file, String... options) throws IOException {
    String[] args = new String[options.length + 2];
    args[0] = "inspect";
    args[1] = file.toString();
    System.arraycopy(options, 0, args, 2, options.length);
    Run run = driftmoe(args);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return JSON.readTree(run.out());
  }
}
