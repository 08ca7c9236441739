// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.moa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.yahoo.labs.samoa.instances.Instance;
import io.driftmoe.core.Expert;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.networks.MixedStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import moa.classifiers.Classifier;
import moa.classifiers.MultiClassClassifier;
import moa.options.ClassOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MoaClassifierTest {
  private static final StreamSchema SCHEMA = MixedStream.SCHEMA;
  private static final long SEED = 11;
  private static final String PROPERTY = "driftmoe.java-serialization";

  @AfterEach
  void forbid() {
    System.clearProperty(PROPERTY);
  }

  private static void allow() {
    System.setProperty(PROPERTY, "allow");
  }

  /** What MOA does with the same instances and seed, of learners of many families. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "trees.HoeffdingAdaptiveTree -g 50",
        "trees.EFDT",
        "bayes.NaiveBayes",
        "lazy.kNN -k 5 -w 100",
        "meta.AdaptiveRandomForest -s 3",
        "meta.StreamingRandomPatches -s 3",
        "meta.LeveragingBag -s 3",
        "meta.OzaBoost -s 3",
        "drift.DriftDetectionMethodClassifier -l bayes.NaiveBayes",
        "functions.MajorityClass"
      })
  void predictsWhatItPredictsInMoa(String learner) throws Exception {
    Classifier raw =
        (Classifier) ClassOption.cliStringToObject(learner, MultiClassClassifier.class, null);
    MoaInstances instances = new MoaInstances(SCHEMA);
    if (raw.isRandomizable()) {
      raw.setRandomSeed((int) SplitMix64.derive(SEED, 0));
    }
    raw.prepareForUse();
    raw.setModelContext(instances.header());
    Expert expert = new MoaClassifierFactory(learner).create(SCHEMA, SEED);
    double[] found = new double[SCHEMA.classes()];
    double[] expected = new double[SCHEMA.classes()];
    int weight = 1;
    for (LabeledExample example : MixedStream.of(1_000, 3)) {
      Instance instance = instances.of(example.features());
      MoaInstances.normalise(raw.getVotesForInstance(instance), expected);
      expert.predict(example.features(), found);
      if (!Arrays.equals(found, expected)) {
        assertThat(found).isEqualTo(expected);
      }
      assertThat(Arrays.stream(found).sum()).isCloseTo(1, within(1e-9));
      weight = weight % 3 + 1;
      instance.setClassValue(example.label());
      instance.setWeight(weight);
      raw.trainOnInstance(instance);
      expert.learn(example.features(), example.label(), weight);
    }
    assertThat(expert.describe()).contains(learner);
  }

  @Test
  void theSeedOfTheExpertIsThatOfTheClassifier() {
    MoaClassifierFactory forest = new MoaClassifierFactory("meta.AdaptiveRandomForest -s 3");
    List<LabeledExample> examples = MixedStream.of(800, 4);

    assertThat(predictions(forest.create(SCHEMA, 1), examples))
        .isEqualTo(predictions(forest.create(SCHEMA, 1), examples))
        .isNotEqualTo(predictions(forest.create(SCHEMA, 2), examples));
  }

  private static List<List<Double>> predictions(Expert expert, List<LabeledExample> examples) {
    return examples.stream()
        .map(
            example -> {
              double[] distribution = new double[SCHEMA.classes()];
              expert.predict(example.features(), distribution);
              expert.learn(example.features(), example.label(), 1);
              return Arrays.stream(distribution).boxed().toList();
            })
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "trees.Foo | learner 'trees.Foo' is unknown: it must be a class below moa.classifiers",
        "trees.HoeffdingTree -g abc | cannot be made: For input string",
        "trees.HoeffdingTree -% 3 | cannot be made: Unknown option: -%",
        "meta.OzaBag -l (trees.Foo) | cannot be made: Class not found: trees.Foo",
        "trees.FIMTDD | learner 'trees.FIMTDD' is no classifier of several classes",
        "AbstractClassifier | is no classifier of several classes",
        "java.lang.Runtime | is no classifier of several classes",
        "meta.WEKAClassifier | there is no class weka.classifiers.Classifier",
        "file:model.moa | must not name an object of a file",
        "meta.OzaBag -l (file:model.moa) | must not name an object of a file",
        "meta.OzaBag -l inmem:x | must not name an object of a file",
        "' ' | learner must have 1 to 4096 characters"
      })
  void whatMoaCannotMakeIsNamed(String learner, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MoaClassifierFactory(learner))
        .withMessageStartingWith("learner")
        .withMessageContaining(message);
  }

  @Test
  void argumentsAreChecked() {
    Expert expert = MoaClassifierFactory.defaults().create(SCHEMA, 1);
    FeatureVector features = MixedStream.of(1, 1).get(0).features();

    assertThatIllegalArgumentException().isThrownBy(() -> expert.learn(features, -1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> expert.learn(features, 0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> expert.predict(features, new double[1]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> expert.learn(FeatureVector.of(1), 0, 1))
        .withMessageContaining("attributes");
  }

  @Test
  void withoutConsentItIsNeitherSavedNorRestored() throws IOException {
    Expert expert = trained("trees.HoeffdingAdaptiveTree");
    allow();
    byte[] saved = snapshot(expert);
    forbid();

    assertThatThrownBy(() -> snapshot(expert))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("trees.HoeffdingAdaptiveTree can only be saved")
        .hasMessageContaining("-Ddriftmoe.java-serialization=allow");
    assertThatThrownBy(() -> restore("trees.HoeffdingAdaptiveTree", saved))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("-Ddriftmoe.java-serialization=allow");
    System.setProperty(PROPERTY, "yes");
    assertThatThrownBy(() -> snapshot(expert)).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "trees.HoeffdingAdaptiveTree",
        "meta.AdaptiveRandomForest -s 3",
        "lazy.kNN -k 5 -w 100",
        "meta.LeveragingBag -s 3",
        "functions.SGD"
      })
  void withConsentItGoesOnBitForBit(String learner) throws IOException {
    allow();
    Expert expert = trained(learner);

    Expert restored = restore(learner, snapshot(expert));

    List<LabeledExample> rest = MixedStream.of(300, 9);
    assertThat(predictions(restored, rest)).isEqualTo(predictions(expert, rest));
  }

  @Test
  void whatIsNotSerializableIsNamed() {
    allow();
    Expert patches = trained("meta.StreamingRandomPatches -s 3");

    assertThatThrownBy(() -> snapshot(patches))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("MOA's meta.StreamingRandomPatches -s 3 cannot be saved")
        .hasMessageContaining("is not serializable");
  }

  @Test
  void onlyClassesOfMoaAreRead(@TempDir Path folder) throws IOException {
    allow();
    byte[] saved = withObject(snapshot(trained("bayes.NaiveBayes")), folder.toFile());

    assertThatThrownBy(() -> restore("bayes.NaiveBayes", saved))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("holds a class that is not read");
    assertThat(Files.exists(folder)).isTrue();
  }

  @Test
  void aSnapshotOfAnotherClassifierIsRefused() throws IOException {
    allow();
    byte[] saved = snapshot(trained("bayes.NaiveBayes"));

    assertThatThrownBy(() -> restore("trees.HoeffdingTree", saved))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is damaged");
    for (int length : new int[] {3, 8, saved.length / 2, saved.length - 1}) {
      assertThatThrownBy(() -> restore("bayes.NaiveBayes", Arrays.copyOf(saved, length)))
          .as("%s bytes", length)
          .isInstanceOf(IOException.class);
    }
    byte[] wider = saved.clone();
    wider[9]++;
    assertThatThrownBy(() -> restore("bayes.NaiveBayes", wider))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("6 attributes and 4 classes, expected 5 and 4");
    byte[] endless = saved.clone();
    Arrays.fill(endless, HEAD - Integer.BYTES, HEAD, (byte) 0x3f);
    assertThatThrownBy(() -> restore("bayes.NaiveBayes", endless)).isInstanceOf(IOException.class);
  }

  /** Tag, version, attributes, classes and length of a snapshot. */
  private static final int HEAD = 6 + 3 * Integer.BYTES;

  private static byte[] withObject(byte[] saved, Object object) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    ByteArrayOutputStream changed = new ByteArrayOutputStream();
    changed.write(saved, 0, HEAD - Integer.BYTES);
    new DataOutputStream(changed).writeInt(bytes.size());
    bytes.writeTo(changed);
    return changed.toByteArray();
  }

  private static Expert trained(String learner) {
    Expert expert = new MoaClassifierFactory(learner).create(SCHEMA, SEED);
    predictions(expert, MixedStream.of(500, 8));
    return expert;
  }

  private static byte[] snapshot(Expert expert) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    expert.writeSnapshot(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static Expert restore(String learner, byte[] saved) throws IOException {
    return new MoaClassifierFactory(learner)
        .restore(SCHEMA, new DataInputStream(new ByteArrayInputStream(saved)));
  }
}
