// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.router.Kinds;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.Preset;
import io.driftmoe.router.SettingChange;
import io.driftmoe.router.SettingChanges;
import io.driftmoe.router.records.KeyStyle;
import io.driftmoe.router.settings.MixtureSettings;
import java.io.DataInputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.streaming.api.graph.StreamGraphHasherV2;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every line of docs/settings-changes.md that a golden savepoint has, on that savepoint: each
 * setting is changed, and the operator is started from it.
 */
@Tag("slow")
class SavedSettingsTest {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final List<String> WORDS =
      List.of("raw", "standardised", "majority-class", "naive-bayes", "naive-bayes-adaptive");
  private static final LabeledExample EXAMPLE = Events.examples(1).get(0);

  static List<GoldenSavepoint> all() {
    return GoldenSavepoint.ALL;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("all")
  void eachSetting_changed_doesWhatTheTableSays(GoldenSavepoint golden, @TempDir Path folder)
      throws Exception {
    String pointer = golden.unpack(folder);
    OperatorSubtaskState state = mixture(pointer);
    JobOptions saved = Events.options(golden.options(1));
    Map<String, MixtureSettings> changes = changes(saved.learner().toMixtureConfig());
    TreeSet<String> refused = new TreeSet<>();
    for (Map.Entry<String, MixtureSettings> change : changes.entrySet()) {
      JobOptions wanted = with(saved, change.getValue());
      SettingChange found =
          SettingChanges.between(
                  saved.learner().toMixtureConfig(), wanted.learner().toMixtureConfig())
              .get(0);
      if (found.isRefused()) {
        refused.add(change.getKey());
        assertThatThrownBy(() -> RestoreCheck.requireReadable(wanted, from(pointer)))
            .as(change.getKey())
            .hasMessageContaining("learner." + found.key())
            .hasMessageContaining("it cannot change on a saved model");
      } else {
        RestoreCheck.requireReadable(wanted, from(pointer));
        goesOn(change.getKey(), wanted, state);
      }
    }
    Files.write(
        Path.of("target", "saved-settings-%s.txt".formatted(golden.name())), changes.keySet());
    assertThat(changes).as("settings tried").hasSizeGreaterThan(golden.learner().size() * 3);
    assertThat(refused).contains("pool", "gates");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("all")
  void seedAndDivision_cannotChange(GoldenSavepoint golden, @TempDir Path folder) throws Exception {
    String pointer = golden.unpack(folder);
    JobOptions saved = Events.options(golden.options(1));
    JobOptions otherSeed = Events.options(with(golden, "learner.seed", "2"));
    assertThatThrownBy(() -> RestoreCheck.requireReadable(otherSeed, from(pointer)))
        .hasMessageContaining("learner.seed is 2, the saved model has 1");
    JobOptions perClass = with(saved, MixtureSettings.of(Preset.PAPER_TASK));
    assertThatThrownBy(() -> RestoreCheck.requireReadable(perClass, from(pointer)))
        .hasMessageContaining("division");
  }

  private static Map<String, String> with(GoldenSavepoint golden, String key, String value) {
    Map<String, String> keys = new HashMap<>(golden.options(1));
    keys.put(key, value);
    return keys;
  }

  private static Configuration from(String pointer) {
    return new Configuration().set(StateRecoveryOptions.SAVEPOINT_PATH, pointer);
  }

  private static JobOptions with(JobOptions options, MixtureSettings settings) {
    return new JobOptions(
        options.kafka(),
        options.topics(),
        options.schema(),
        new JobOptions.Learner(settings, options.learner().seed()),
        options.labels(),
        options.input(),
        options.router(),
        options.job(),
        options.models(),
        options.output());
  }

  /** Each model predicts and learns an event, and none of its parts begins afresh. */
  private static void goesOn(String setting, JobOptions options, OperatorSubtaskState state)
      throws Exception {
    try (MixtureHarness operator =
        new MixtureHarness(
            options, state, new MixtureHarness.Subtask(0, 1, GoldenSavepoint.KEY_GROUPS))) {
      List<String> keys = keys(state);
      for (String key : keys) {
        operator.send(Events.features(key, 1_000, EXAMPLE, true));
      }
      assertThat(operator.predictions()).as(setting).hasSize(keys.size());
      assertThat(operator.deadLetters()).as(setting).isEmpty();
      assertThat(operator.driftEvents())
          .as(setting)
          .noneMatch(event -> event.getKind().name().equals("FAIL"));
    }
  }

  private static List<String> keys(OperatorSubtaskState state) throws Exception {
    return SavepointReader.read(state.getManagedKeyedState(), GoldenSavepoint.KEY_GROUPS).stream()
        .map(SavedModel::modelKey)
        .toList();
  }

  /** The state of the operator, as one subtask restores it. */
  static OperatorSubtaskState mixture(String pointer) throws Exception {
    OperatorID id =
        new OperatorID(StreamGraphHasherV2.generateUserSpecifiedHash(MixtureJob.MIXTURE_UID));
    Path metadata = Path.of(URI.create(pointer)).resolve("_metadata");
    try (DataInputStream in = new DataInputStream(Files.newInputStream(metadata))) {
      OperatorState operator =
          Checkpoints.loadCheckpointMetadata(in, SavedSettingsTest.class.getClassLoader(), pointer)
              .getOperatorStates()
              .stream()
              .filter(state -> state.getOperatorID().equals(id))
              .findFirst()
              .orElseThrow();
      OperatorSubtaskState whole =
          AbstractStreamOperatorTestHarness.repackageState(
              operator.getStates().toArray(OperatorSubtaskState[]::new));
      return new MixtureHarness.Subtask(0, 1, GoldenSavepoint.KEY_GROUPS)
          .part(whole, GoldenSavepoint.SUBTASKS);
    }
  }

  /** Each setting with another value, where there is one that goes with the others. */
  private static Map<String, MixtureSettings> changes(MixtureConfig config) {
    ObjectNode tree = MixtureSettings.of(config).tree();
    Map<String, MixtureSettings> changes = new LinkedHashMap<>();
    walk(changes, config, tree, tree, "", "");
    return changes;
  }

  private static void walk(
      Map<String, MixtureSettings> changes,
      MixtureConfig config,
      ObjectNode tree,
      JsonNode part,
      String pointer,
      String setting) {
    for (Map.Entry<String, JsonNode> field : part.properties()) {
      if (field.getKey().equals("type") || field.getKey().equals("preset")) {
        continue;
      }
      String at = pointer + "/" + field.getKey();
      String name = KeyStyle.inside(setting, field.getKey());
      JsonNode value = field.getValue();
      if (!changes.containsKey(name)) {
        for (JsonNode other : others(value)) {
          Optional<MixtureSettings> changed = changed(config, tree, at, other);
          if (changed.isPresent()) {
            changes.put(name, changed.get());
            break;
          }
        }
      }
      if (value.isObject()) {
        walk(changes, config, tree, value, at, value.path("type").asText(name));
      }
      for (int i = 0; value.isArray() && i < value.size(); i++) {
        if (value.get(i).isObject()) {
          walk(
              changes,
              config,
              tree,
              value.get(i),
              at + "/" + i,
              value.get(i).path("type").asText());
        }
      }
    }
  }

  /** Values that a setting might have instead. */
  private static List<JsonNode> others(JsonNode value) {
    List<JsonNode> others = new ArrayList<>();
    if (value.isIntegralNumber()) {
      List.of(value.asLong() + 1, value.asLong() - 1).forEach(n -> others.add(NODES.numberNode(n)));
    } else if (value.isNumber()) {
      List.of(value.asDouble() * 0.9, value.asDouble() + 0.01)
          .forEach(n -> others.add(NODES.numberNode(n)));
    } else if (value.isBoolean()) {
      others.add(NODES.booleanNode(!value.asBoolean()));
    } else if (value.isTextual()) {
      WORDS.forEach(word -> others.add(NODES.textNode(word)));
    } else if (value.has("type")) {
      Kinds.TABLE
          .all()
          .values()
          .forEach(
              kinds -> kinds.keySet().forEach(k -> others.add(NODES.objectNode().put("type", k))));
    } else if (value instanceof ArrayNode items && !items.isEmpty()) {
      ArrayNode longer = items.deepCopy();
      longer.add(items.get(items.size() - 1));
      ArrayNode larger = items.deepCopy();
      if (items.get(0).isNumber()) {
        larger.set(0, NODES.numberNode(items.get(0).asLong() + 1));
      }
      others.addAll(List.of(larger, longer));
    }
    return others;
  }

  /** The settings with this one changed and nothing else; none where they do not go together. */
  private static Optional<MixtureSettings> changed(
      MixtureConfig config, ObjectNode tree, String pointer, JsonNode value) {
    ObjectNode copy = tree.deepCopy();
    int last = pointer.lastIndexOf('/');
    ((ObjectNode) copy.at(pointer.substring(0, last))).set(pointer.substring(last + 1), value);
    try {
      MixtureSettings settings = new MixtureSettings(copy.toString());
      return SettingChanges.between(config, settings.config(config.seed())).size() == 1
          ? Optional.of(settings)
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
