// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.PendingPrediction;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The face for programs. */
class ModelTest {
  private static final StreamSchema SCHEMA =
      new StreamSchema(
          List.of(Attribute.numeric("size"), Attribute.nominal("colour", List.of("red", "blue"))),
          new LabelSpace(List.of("small", "large")));

  @TempDir private Path folder;

  @Test
  void namedValues_areFeaturesInOrder_andWhatIsNotKnownIsMissing() {
    Model model = Model.create(SCHEMA);
    assertThat(model.features(Map.of("colour", "blue", "size", 2)))
        .isEqualTo(FeatureVector.of(2, 1));
    Map<String, Object> absent = new HashMap<>();
    absent.put("size", null);
    absent.put("colour", "green");
    assertThat(model.features(absent)).isEqualTo(FeatureVector.of(Double.NaN, Double.NaN));
    assertThat(model.features(Map.of())).isEqualTo(FeatureVector.of(Double.NaN, Double.NaN));
  }

  @Test
  void wrongNamesAndTypes_areNamed() {
    Model model = Model.create(SCHEMA);
    refused(model, Map.of("weight", 1), "there is no attribute 'weight'");
    refused(model, Map.of("size", "2"), "attribute 'size' takes a number and not String");
    refused(model, Map.of("size", Double.NEGATIVE_INFINITY), "'size' takes no infinite number");
    refused(model, Map.of("colour", 1), "attribute 'colour' takes one of its values");
    PendingPrediction prediction = model.predict(Map.of("size", 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model.learn(prediction, "medium"))
        .withMessage("there is no class 'medium'; there are [small, large]");
    assertThat(model.version()).isZero();
  }

  private static void refused(Model model, Map<String, ?> values, String words) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model.predict(values))
        .withMessageContaining(words);
  }

  @Test
  void classesHaveTheirNames() {
    Model model = Model.create(SCHEMA);
    for (int i = 0; i < 100; i++) {
      model.learn(model.predict(Map.of("size", i)), i < 50 ? "small" : "large");
    }
    PendingPrediction prediction = model.predict(Map.of("size", 90));
    assertThat(model.predictedClass(prediction)).isEqualTo("large");
    assertThat(model.probabilities(prediction).keySet()).containsExactly("small", "large");
    assertThat(model.probabilities(prediction).get("large"))
        .isEqualTo(prediction.probabilities()[1]);
    assertThat(model.describe()).isEqualTo(model.mixture().describe());
    assertThat(model.evaluation().overall().labels()).isEqualTo(100);
  }

  /** Whoever reads the file meanwhile finds a whole one, and a failure leaves the old one. */
  @Test
  void saving_replacesTheFileAsAWhole() throws IOException {
    Model model = Model.create(SCHEMA);
    Path file = folder.resolve("m.model");
    model.save(file);
    byte[] before = Files.readAllBytes(file);
    model.learn(model.predict(Map.of("size", 1)), "small");
    model.save(file);
    assertThat(Files.readAllBytes(file)).isNotEqualTo(before);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
    assertThatIOException().isThrownBy(() -> model.save(folder.resolve("none/m.model")));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    model.save(out);
    assertThat(out.toByteArray()).isEqualTo(Files.readAllBytes(file));
    assertThat(Model.load(new ByteArrayInputStream(out.toByteArray())).version()).isEqualTo(1);
    assertThat(Model.load(file).saved().modelKey()).isEqualTo("default");
  }

  @Test
  void publishedNames_differWhateverTheKeysAre_andSuitAnyFileSystem() {
    Set<String> names = new HashSet<>();
    List<String> keys =
        List.of(
            "",
            "a",
            "A",
            "a/b",
            "a\\b",
            "a b",
            "..",
            ".",
            "con",
            "é",
            "e\u0301",
            "k".repeat(512),
            "k".repeat(511),
            "\n",
            "-",
            "a-",
            "日本");
    for (String key : keys) {
      String name = ModelFile.nameOf(key);
      assertThat(name).matches("[a-zA-Z0-9_][a-zA-Z0-9_-]{0,72}[.]model");
      assertThat(names.add(name.toLowerCase(Locale.ROOT))).as(name).isTrue();
    }
    assertThat(ModelFile.nameOf("turbine-7"))
        .isEqualTo("turbine-7-" + ModelFile.nameOf("turbine-7").substring(10))
        .hasSize(10 + 32 + 6);
  }
}
