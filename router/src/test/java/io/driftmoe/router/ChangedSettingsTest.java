// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.driftmoe.core.Attribute;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.LifecycleEvent;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.drift.DetectorFactory;
import io.driftmoe.gates.GateFactory;
import io.driftmoe.router.settings.MixtureSettings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Saved models that go on under other settings. */
class ChangedSettingsTest {
  /** Experts of MOA are saved by Java serialization, which whoever starts a JVM must allow. */
  @BeforeAll
  static void allowJavaSerialization() {
    System.setProperty("driftmoe.java-serialization", "allow");
  }

  @AfterAll
  static void forbidJavaSerialization() {
    System.clearProperty("driftmoe.java-serialization");
  }

  private static final StreamSchema SCHEMA =
      new StreamSchema(
          List.of(
              Attribute.numeric("x"),
              Attribute.nominal("colour", List.of("red", "green")),
              Attribute.numeric("y")),
          new LabelSpace(List.of("no", "yes")));
  private static final List<LabeledExample> STREAM = stream(4_000);

  private static List<LabeledExample> stream(int events) {
    SplitMix64 random = new SplitMix64(3);
    List<LabeledExample> stream = new ArrayList<>();
    for (int i = 0; i < events; i++) {
      double x = random.nextDouble();
      double colour = random.nextDouble() < 0.5 ? 0 : 1;
      double y = random.nextDouble();
      boolean noise = random.nextDouble() < 0.1;
      boolean yes = (colour == 0 ? x > y : x + y > 1) != noise;
      stream.add(new LabeledExample(FeatureVector.of(x, colour, y), yes ? 1 : 0));
    }
    return stream;
  }

  private static MixtureConfig config(String settings) {
    return new MixtureSettings("{" + settings.replace('\'', '"') + "}").config(1);
  }

  private static List<PendingPrediction> learn(MixtureOfExperts mixture, int from, int to) {
    List<PendingPrediction> predictions = new ArrayList<>();
    for (LabeledExample example : STREAM.subList(from, to)) {
      PendingPrediction prediction = mixture.predict(example.features());
      mixture.learn(prediction, example.label());
      predictions.add(prediction);
    }
    return predictions;
  }

  private static byte[] trained(MixtureConfig config, int events) throws IOException {
    MixtureOfExperts mixture = MixtureOfExperts.create(config, SCHEMA);
    learn(mixture, 0, events);
    return bytes(mixture);
  }

  private static byte[] bytes(MixtureOfExperts mixture) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    mixture.writeSnapshot(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static MixtureOfExperts restored(MixtureConfig config, byte[] bytes) throws IOException {
    return MixtureOfExperts.restore(
        config, SCHEMA, new DataInputStream(new ByteArrayInputStream(bytes)));
  }

  /** A mixture for every kind of part, small enough to learn a few hundred events at once. */
  private static List<MixtureConfig> mixtures() {
    List<MixtureConfig> mixtures = new ArrayList<>();
    mixtures.add(
        config(
            "'preset': 'paper-data', 'pool': ['naive-bayes', 'no-change'], 'gates': ['mlp-nll'],"
                + " 'combination': {'type': 'top-k', 'experts': 2}, 'lifecycle': {'window': 100},"
                + " 'attendance': {'trial': 50, 'period': 20}, 'coverage': 0.9, 'accuracy-estimate': 200,"
                + " 'input-watch': 100000"));
    for (String gate : Kinds.TABLE.of(GateFactory.class).keySet()) {
      mixtures.add(
          config(
              "'preset': 'paper-data', 'pool': ['naive-bayes', 'no-change'], 'gates': ['%s']"
                  .formatted(gate)));
    }
    Kinds.TABLE
        .of(ExpertFactory.class)
        .keySet()
        .forEach(
            kind ->
                mixtures.add(
                    config(
                        "'preset': 'paper-data', 'pool': ['%s', 'no-change'], 'gates':"
                                .formatted(kind)
                            + " ['fixed-share']")));
    Kinds.TABLE
        .of(DetectorFactory.class)
        .keySet()
        .forEach(
            kind ->
                mixtures.add(
                    config(
                        ("'preset': 'paper-data', 'gates': ['fixed-share'], 'pool': [{'type':"
                                + " 'guarded', 'expert': 'naive-bayes', 'warning': '%s'}]")
                            .formatted(kind))));
    mixtures.add(config("'preset': 'adaptive'")); // of which only model-bytes is left
    return mixtures;
  }

  /** The same with one allowed setting changed, by the name of the setting. */
  private static Map<String, MixtureConfig> changes(MixtureConfig config) {
    Map<String, MixtureConfig> changes = new LinkedHashMap<>();
    ObjectNode tree = MixtureDocument.tree(config);
    change(tree, tree, config, changes);
    return changes;
  }

  private static void change(
      ObjectNode tree, JsonNode part, MixtureConfig config, Map<String, MixtureConfig> changes) {
    if (part instanceof ObjectNode fields) {
      for (String key : List.of("name", "names")) {
        JsonNode names = names(key, fields, tree);
        if (names != null && !fields.has(key)) {
          fields.set(key, names);
          add(tree, config, changes);
          fields.remove(key);
        }
      }
      for (Map.Entry<String, JsonNode> field : List.copyOf(fields.properties())) {
        JsonNode old = field.getValue();
        for (JsonNode value : others(field.getKey(), old)) {
          fields.set(field.getKey(), value);
          add(tree, config, changes);
        }
        fields.set(field.getKey(), old);
        change(tree, old, config, changes);
      }
    } else if (part instanceof ArrayNode parts) {
      parts.forEach(item -> change(tree, item, config, changes));
    }
  }

  /** Names where the part may have some. */
  private static @Nullable JsonNode names(String key, ObjectNode part, ObjectNode tree) {
    if (key.equals("name")) {
      return part == tree.path("pool").path(0) ? TextNode.valueOf("weather") : null;
    }
    int members =
        switch (part.path("type").asText()) {
          case "forest" -> part.path("members").asInt();
          case "committee" -> part.path("members").size();
          case "routed-specialists", "regime-library" -> part.path("specialists").asInt();
          default -> 0;
        };
    ArrayNode names = part.arrayNode();
    IntStream.range(0, members).forEach(m -> names.add("n" + m));
    return members == 0 ? null : names;
  }

  private static List<JsonNode> others(String key, JsonNode value) {
    if (key.equals("combination")) {
      return List.of(tree("{\"type\":\"soft\"}"));
    }
    if (key.equals("objective")) {
      return List.of(TextNode.valueOf("g-mean"));
    }
    if (key.equals("calibration")) {
      return List.of(TextNode.valueOf("online"));
    }
    if (key.equals("label-memory")) {
      return List.of(TextNode.valueOf("never"), TextNode.valueOf("last-labels"));
    }
    if (key.equals("split-test")) {
      return List.of(TextNode.valueOf("sequential"));
    }
    if (value.isInt() || value.isLong()) {
      int number = value.intValue();
      return List.of(
          IntNode.valueOf(number / 2), IntNode.valueOf(number - 1), IntNode.valueOf(number + 1));
    }
    if (value.isDouble()) {
      double number = value.doubleValue();
      return List.of(
          DoubleNode.valueOf(number / 2),
          DoubleNode.valueOf(number * 1.01),
          DoubleNode.valueOf(number + 0.001));
    }
    return value.isBoolean() ? List.of(BooleanNode.valueOf(!value.booleanValue())) : List.of();
  }

  private static JsonNode tree(String json) {
    try {
      return new ObjectMapper().readTree(json);
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static void add(
      ObjectNode tree, MixtureConfig config, Map<String, MixtureConfig> changes) {
    MixtureConfig changed;
    try {
      changed = MixtureDocument.read(tree.toString());
    } catch (IllegalArgumentException outOfRange) {
      return; // the next value is tried
    }
    List<SettingChange> differences = SettingChanges.between(config, changed);
    if (differences.size() == 1 && !differences.get(0).isRefused()) {
      changes.putIfAbsent(nameOf(differences.get(0).rule()), changed);
    }
  }

  private static String nameOf(SettingRule rule) {
    return SettingRules.all().entrySet().stream()
        .filter(entry -> entry.getValue() == rule)
        .findFirst()
        .orElseThrow()
        .getKey();
  }

  @Test
  void everySettingThatMayChange_isRestoredByThePartsThatHaveIt() throws IOException {
    Set<String> seen = new HashSet<>();
    for (MixtureConfig config : mixtures()) {
      byte[] saved = trained(config, 230); // with partial mini-batches and windows
      for (Map.Entry<String, MixtureConfig> change : changes(config).entrySet()) {
        if (!seen.add(change.getKey())) {
          continue;
        }
        MixtureConfig changed = change.getValue();
        MixtureOfExperts goesOn = restored(changed, saved);
        learn(goesOn, 230, 270);
        assertThat(goesOn.version()).as(change.getKey()).isEqualTo(270);
        byte[] again = bytes(goesOn);
        assertThat(bytes(restored(changed, again))).as(change.getKey()).isEqualTo(again);
      }
    }
    Set<String> allowed = new HashSet<>();
    SettingRules.all()
        .forEach(
            (setting, rule) -> {
              if (rule.effect() != SettingRule.Effect.REFUSED) {
                allowed.add(setting);
              }
            });
    assertThat(seen).isEqualTo(allowed);
  }

  @Test
  void learningRateOfAGate_movesItsNextStep() throws IOException {
    String settings =
        "'preset': 'paper-data', 'pool': ['naive-bayes', 'no-change'], 'gates': ['mlp-nll'],"
            + " 'combination': 'soft', 'batch-size': 16, 'learning-rate': %s";
    byte[] saved = trained(config(settings.formatted(0.002)), 250);

    MixtureOfExperts same = restored(config(settings.formatted(0.002)), saved);
    MixtureOfExperts faster = restored(config(settings.formatted(0.2)), saved);

    int step = 256 - 250;
    assertSame(learn(same, 250, 250 + step), learn(faster, 250, 250 + step));
    assertThat(learn(faster, 256, 257).get(0).probabilities())
        .isNotEqualTo(learn(same, 256, 257).get(0).probabilities());
  }

  private static void assertSame(List<PendingPrediction> one, List<PendingPrediction> other) {
    for (int i = 0; i < one.size(); i++) {
      assertThat(other.get(i).probabilities()).isEqualTo(one.get(i).probabilities());
    }
  }

  @Test
  void limitOfBytes_takesStatisticsAwayAtTheNextLesson() throws IOException {
    String settings =
        "'preset': 'paper-data', 'gates': ['fixed-share'], 'pool': [{'type': 'hoeffding-tree',"
            + " 'grace-period': 50, 'split-confidence': 0.1, 'max-bytes': %s}]";
    byte[] saved = trained(config(settings.formatted(1 << 20)), 3_000);

    MixtureOfExperts smaller = restored(config(settings.formatted(3_000)), saved);
    assertThat(smaller.describe()).contains(" 0 of them inactive");
    learn(smaller, 3_000, 3_001);

    assertThat(smaller.describe()).doesNotContain(" 0 of them inactive");
    assertThat(bytes(smaller)).hasSizeLessThan(saved.length);
    assertThat(smaller.version()).isEqualTo(3_001);
  }

  @Test
  void evaluationWindow_keepsTheNewestLabels() throws IOException {
    String settings = "'preset': 'paper-data', 'pool': ['no-change'], 'gates': ['fixed-share']";
    byte[] saved = trained(config(settings), 500);

    MixtureOfExperts smaller = restored(config(settings + ", 'evaluation-window': 20"), saved);

    assertThat(smaller.evaluation().overall().labels()).isEqualTo(500);
    assertThat(smaller.evaluation().window().labels()).isEqualTo(20);
  }

  @Test
  void leastGain_sendsExpertsToSleep() throws IOException {
    String settings =
        "'preset': 'paper-data', 'pool': ['naive-bayes', 'no-change'], 'gates': ['fixed-share'],"
            + " 'attendance': {'trial': 205, 'period': 50, 'least-gain': %s}";
    byte[] saved = trained(config(settings.formatted(0)), 210);
    MixtureOfExperts demanding = restored(config(settings.formatted(9)), saved);
    List<LifecycleEvent> changes = new ArrayList<>();
    for (LabeledExample example : STREAM.subList(210, 300)) {
      demanding
          .learn(demanding.predict(example.features()), example.label())
          .events()
          .forEach(event -> changes.add(event.event()));
    }
    assertThat(changes).hasSize(1);
    assertThat(changes.get(0).kind()).isEqualTo(LifecycleEvent.Kind.SLEEP);
    assertThat(changes.get(0).reason()).endsWith("least is 9.0");
  }

  @Test
  void howManyLearn_countsFromTheNextEvent() throws IOException {
    String settings =
        "'preset': 'paper-data', 'pool': ['naive-bayes', 'no-change'], 'gates': ['fixed-share'],"
            + " 'top-k': %s";
    byte[] saved = trained(config(settings.formatted(2)), 100);

    MixtureOfExperts fewer = restored(config(settings.formatted(1)), saved);
    learn(fewer, 100, 200);

    double[] shares = fewer.expertShares();
    assertThat(shares[0] + shares[1]).isEqualTo((2 * 100 + 100) / 200.0);
  }
}
