// SPDX-License-Identifier: GPL-3.0-or-later
package moa.classifiers.driftmoe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.yahoo.labs.samoa.instances.Attribute;
import com.yahoo.labs.samoa.instances.DenseInstance;
import com.yahoo.labs.samoa.instances.Instance;
import com.yahoo.labs.samoa.instances.Instances;
import com.yahoo.labs.samoa.instances.InstancesHeader;
import com.yahoo.labs.samoa.instances.SparseInstance;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import moa.capabilities.Capability;
import moa.capabilities.CapabilityRequirement;
import moa.classifiers.Classifier;
import moa.classifiers.MultiClassClassifier;
import moa.core.AutoClassDiscovery;
import moa.core.InstanceExample;
import moa.options.ClassOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DriftMoETest {
  /** The class is between the attributes. */
  private static final InstancesHeader HEADER =
      header(
          1,
          new Attribute("x"),
          new Attribute("class", List.of("low", "high", "never")),
          new Attribute("colour", List.of("red", "green")));

  private static final String QUICK = "-s (pool: [naive-bayes, hoeffding-tree])";

  private static InstancesHeader header(int classIndex, Attribute... attributes) {
    InstancesHeader header =
        new InstancesHeader(new Instances("stream", new ArrayList<>(List.of(attributes)), 0));
    header.setClassIndex(classIndex);
    return header;
  }

  private static DriftMoE classifier(String options) throws Exception {
    DriftMoE classifier =
        (DriftMoE)
            ClassOption.cliStringToObject(
                "driftmoe.DriftMoE " + options, MultiClassClassifier.class, null);
    classifier.prepareForUse();
    classifier.setModelContext(HEADER);
    return classifier;
  }

  private static Instance instance(InstancesHeader header, double... values) {
    Instance instance = new DenseInstance(1, values);
    instance.setDataset(header);
    return instance;
  }

  private static Instance event(Random random) {
    double x = random.nextDouble();
    return instance(HEADER, x, x > 0.5 ? 1 : 0, random.nextInt(2));
  }

  /** Bits of all votes for the events of this seed, each learned after it was predicted. */
  private static List<Double> follow(DriftMoE classifier, int seed, int events) {
    Random random = new Random(seed);
    List<Double> votes = new ArrayList<>();
    for (int i = 0; i < events; i++) {
      Instance event = event(random);
      Arrays.stream(classifier.getVotesForInstance(event)).forEach(votes::add);
      classifier.trainOnInstance(event);
    }
    return votes;
  }

  private static int rights(DriftMoE classifier, int seed) {
    Random random = new Random(seed);
    int rights = 0;
    for (int i = 0; i < 200; i++) {
      rights += classifier.correctlyClassifies(event(random)) ? 1 : 0;
    }
    return rights;
  }

  @Test
  void theInterfaceListsItAmongTheClassifiers() {
    // What the panel does in which a user chooses a class. It looks at all classes of MOA, which
    // needs all of MOA's libraries; here it is at the classes of one package.
    assertThat(AutoClassDiscovery.findClassNames("moa")).contains(DriftMoE.class.getName());
    for (Class<?> asked : List.of(MultiClassClassifier.class, Classifier.class)) {
      assertThat(AutoClassDiscovery.findClassesOfType("moa.classifiers.driftmoe", asked))
          .containsExactly(DriftMoE.class);
    }
    for (Capability view : List.of(Capability.VIEW_STANDARD, Capability.VIEW_LITE)) {
      assertThat(CapabilityRequirement.has(view).isMetBy(DriftMoE.class)).isTrue();
    }
  }

  @Test
  void theInterfaceShowsItsOptions() throws Exception {
    DriftMoE classifier = classifier("");

    assertThat(classifier.getOptions().getOptionArray())
        .extracting(option -> option.getCLIChar())
        .containsExactlyInAnyOrder('p', 's', 'f', 'w', 'r');
    assertThat(classifier.getOptions().getOptionArray())
        .allSatisfy(
            option ->
                assertThat(
                        com.github.javacliparser.gui.OptionsConfigurationPanel.getEditComponent(
                            option))
                    .isNotNull());
    assertThat(classifier.isRandomizable()).isTrue();
  }

  @Test
  void optionsSurviveTheirCommandLine() throws Exception {
    DriftMoE classifier = classifier("-p paper-data -r 5 -w 20 -s (top-k: 2)");

    String line = classifier.getCLICreationString(MultiClassClassifier.class);

    assertThat(line).isEqualTo("driftmoe.DriftMoE -p paper-data -s (top-k: 2) -w 20 -r 5");
  }

  @Test
  void learnsAndDescribesWhatItLearned() throws Exception {
    DriftMoE classifier = classifier(QUICK);
    follow(classifier, 1, 500);

    assertThat(rights(classifier, 2)).isGreaterThan(180);
    StringBuilder description = new StringBuilder();
    classifier.getModelDescription(description, 2);
    assertThat(description).contains("naive-bayes 0").contains("500");
    assertThat(classifier.measureByteSize()).isGreaterThan(1_000);
    assertThat(classifier.getModelMeasurements())
        .extracting(measurement -> measurement.getName())
        .isEqualTo(
            Arrays.stream(classifier(QUICK).getModelMeasurements())
                .map(measurement -> measurement.getName())
                .toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {QUICK, "", "-p paper-task", "-w 50 " + QUICK})
  void copiesAndSavedOnesGoOnBitForBit(String options) throws Exception {
    DriftMoE classifier = classifier(options);
    for (int events : new int[] {0, 20, 150}) { // none; lessons; parts
      follow(classifier, 1 + events, events);
      Instance waiting = event(new Random(99));
      classifier.getVotesForInstance(waiting);

      DriftMoE copy = (DriftMoE) classifier.copy();
      DriftMoE restored = restored(saved(classifier));

      for (DriftMoE one : List.of(classifier, copy, restored)) {
        one.trainOnInstance(waiting.copy());
      }
      List<Double> expected = follow(classifier, 7, 60);
      assertThat(follow(copy, 7, 60)).isEqualTo(expected);
      assertThat(follow(restored, 7, 60)).isEqualTo(expected);
    }
  }

  @Test
  void aSavedOneHoldsTheMixtureAsVersionedBytesAndNoObjectOfOurs() throws Exception {
    DriftMoE classifier = classifier(QUICK);
    follow(classifier, 1, 200);

    String bytes = new String(saved(classifier), java.nio.charset.StandardCharsets.ISO_8859_1);

    assertThat(bytes).contains("MOAD").contains("MOE_").doesNotContain("io.driftmoe.");
  }

  @Test
  void aDamagedOneIsRefused() throws Exception {
    DriftMoE classifier = classifier(QUICK);
    follow(classifier, 1, 20);
    byte[] saved = saved(classifier);
    byte[] damaged = saved.clone();
    damaged[new String(saved, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("MOE_")] = 'X';

    assertThatThrownBy(() -> restored(damaged)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> restored(Arrays.copyOf(saved, saved.length - 9)))
        .isInstanceOf(IOException.class);
  }

  private static byte[] saved(DriftMoE classifier) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(classifier);
    }
    return bytes.toByteArray();
  }

  private static DriftMoE restored(byte[] bytes) throws IOException, ClassNotFoundException {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return (DriftMoE) in.readObject();
    }
  }

  @Test
  void theSeedDecides() throws Exception {
    assertThat(follow(classifier("-r 1"), 1, 150)).isEqualTo(follow(classifier("-r 1"), 1, 150));
    assertThat(follow(classifier("-r 1"), 1, 150)).isNotEqualTo(follow(classifier("-r 2"), 1, 150));
    DriftMoE reset = classifier("-r 1");
    follow(reset, 2, 20);
    reset.resetLearning();
    assertThat(follow(reset, 1, 150)).isEqualTo(follow(classifier("-r 1"), 1, 150));
  }

  /** As CapyMOA's wrapper sets a learner up, and asks it with examples instead of instances. */
  @Test
  void theOrderOfCallsOfCapyMoa() throws Exception {
    DriftMoE learner = new DriftMoE();
    learner.setRandomSeed(3);
    learner.setModelContext(HEADER);
    learner.getOptions().setViaCLIString(QUICK);
    learner.prepareForUse();
    learner.resetLearningImpl();
    learner.setModelContext(HEADER);
    Random random = new Random(1);
    List<Double> votes = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      InstanceExample example = new InstanceExample(event(random));
      Arrays.stream(learner.getVotesForInstance(example)).forEach(votes::add);
      learner.trainOnInstance(example);
    }

    assertThat(votes).isEqualTo(follow(classifier("-r 3 " + QUICK), 1, 150));
  }

  @Test
  void votesSeeNoClass() throws Exception {
    DriftMoE classifier = classifier(QUICK);
    follow(classifier, 1, 100);
    DriftMoE other = (DriftMoE) classifier.copy();

    Instance low = instance(HEADER, 0.3, 0, 1);
    Instance unlabelled = instance(HEADER, 0.3, Double.NaN, 1);
    double[] votes = classifier.getVotesForInstance(low);

    assertThat(votes).hasSize(3).isEqualTo(other.getVotesForInstance(unlabelled));
    assertThat(Arrays.stream(votes).sum())
        .isCloseTo(1, org.assertj.core.api.Assertions.within(1e-9));
  }

  @Test
  void whatHasNoLabelOrNoWeightIsNotLearned() throws Exception {
    DriftMoE classifier = classifier(QUICK);
    follow(classifier, 1, 30);
    classifier.trainOnInstance(instance(HEADER, 0.3, Double.NaN, 1));
    for (double weight : new double[] {0, -1, Double.NaN}) {
      Instance weightless = instance(HEADER, 0.3, 0, 1);
      weightless.setWeight(weight);
      classifier.trainOnInstance(weightless);
    }

    assertThat(learned(classifier)).isEqualTo(30);
  }

  private static long learned(DriftMoE classifier) {
    StringBuilder description = new StringBuilder();
    classifier.getModelDescription(description, 0);
    java.util.regex.Matcher count =
        java.util.regex.Pattern.compile("(\\d+) events learned").matcher(description);
    assertThat(count.find()).as(description.toString()).isTrue();
    return Long.parseLong(count.group(1));
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "3, 3, 3", "2.5, 2, 3", "1000, 64, 64", "Infinity, 64, 64"})
  void weightIsHowOftenAnInstanceIsLearned(double weight, int least, int most) throws Exception {
    DriftMoE classifier = classifier(QUICK);
    Instance event = event(new Random(1));
    event.setWeight(weight);
    classifier.getVotesForInstance(event);
    classifier.trainOnInstance(event);

    assertThat(learned(classifier)).isBetween((long) least, (long) most);
  }

  @Test
  void partsOfAWeightAreDrawnFromTheSeed() throws Exception {
    DriftMoE one = classifier(QUICK);
    DriftMoE other = classifier(QUICK);
    for (DriftMoE classifier : List.of(one, other)) {
      Random random = new Random(1);
      for (int i = 0; i < 400; i++) {
        Instance event = event(random);
        event.setWeight(0.25);
        classifier.trainOnInstance(event);
      }
    }

    assertThat(learned(one)).isBetween(70L, 130L).isEqualTo(learned(other));
  }

  @Test
  void missingInfiniteAndUndeclaredValuesAreMissing() throws Exception {
    DriftMoE classifier = classifier(QUICK);
    follow(classifier, 1, 200);
    double[] missing = classifier.getVotesForInstance(instance(HEADER, Double.NaN, 0, Double.NaN));

    assertThat(classifier.getVotesForInstance(instance(HEADER, Double.POSITIVE_INFINITY, 0, 7)))
        .isEqualTo(missing);
  }

  @Test
  void sparseInstancesAreThoseOfTheirValues() throws Exception {
    DriftMoE classifier = classifier(QUICK);
    follow(classifier, 1, 200);
    Instance sparse = new SparseInstance(1.0, new double[] {0.9, 1}, new int[] {0, 2}, 3);
    sparse.setDataset(HEADER);

    assertThat(classifier.getVotesForInstance(sparse))
        .isEqualTo(classifier.getVotesForInstance(instance(HEADER, 0.9, 0, 1)));
  }

  @Test
  void aLargerHeaderGoesOn_andWhatIsNewInItIsLeftOut() throws Exception {
    DriftMoE classifier = classifier(QUICK);
    follow(classifier, 1, 100);
    InstancesHeader larger =
        header(
            1,
            new Attribute("x"),
            new Attribute("class", List.of("low", "high", "never", "new")),
            new Attribute("colour", List.of("red", "green", "blue")),
            new Attribute("y"));
    double[] before = classifier.getVotesForInstance(instance(HEADER, 0.9, 0, 1));

    classifier.setModelContext(larger);

    assertThat(classifier.getVotesForInstance(instance(larger, 0.9, 3, 1, 5))).isEqualTo(before);
    classifier.trainOnInstance(instance(larger, 0.9, 3, 1, 5));
    assertThat(learned(classifier)).isEqualTo(100);
    assertThat(measurement(classifier, "instances of unknown classes")).isEqualTo(1);
    classifier.trainOnInstance(instance(larger, 0.9, 1, 2, 5));
    assertThat(learned(classifier)).isEqualTo(101);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> classifier.setModelContext(header(0, new Attribute("class", List.of("a", "b")))));
  }

  private static double measurement(DriftMoE classifier, String name) {
    return Arrays.stream(classifier.getModelMeasurements())
        .filter(measurement -> measurement.getName().equals(name))
        .findFirst()
        .orElseThrow()
        .getValue();
  }

  @Test
  void anotherHeaderBeforeTheFirstLessonMakesANewMixture() throws Exception {
    DriftMoE classifier = classifier(QUICK);
    classifier.getVotesForInstance(event(new Random(1)));
    InstancesHeader other =
        header(1, new Attribute("a"), new Attribute("class", List.of("b", "c")));

    classifier.setModelContext(other);

    assertThat(classifier.getVotesForInstance(instance(other, 1, 0))).hasSize(2);
  }

  @Test
  void withoutAContextTheHeaderIsThatOfTheInstance() {
    DriftMoE classifier = new DriftMoE();
    classifier.prepareForUse();

    assertThat(classifier.getVotesForInstance(event(new Random(1)))).hasSize(3);
  }

  @Test
  void namesThatAreNotDistinctAreToldApart() throws Exception {
    InstancesHeader alike =
        header(
            2, new Attribute("x"), new Attribute("x"), new Attribute("class", List.of("a", "b")));
    DriftMoE classifier = classifier(QUICK);
    classifier.setModelContext(alike);

    assertThat(classifier.getVotesForInstance(instance(alike, 1, 2, 0))).hasSize(2);
  }

  @Test
  void aNumericClassIsRefused() throws Exception {
    DriftMoE classifier = classifier("");

    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> classifier.setModelContext(header(1, new Attribute("x"), new Attribute("y"))))
        .withMessageContaining("'y' of the stream is numeric");
  }

  @Test
  void predictionsOfLateLabelsAreBounded() throws Exception {
    DriftMoE classifier = classifier("-w 10 " + QUICK);
    Random random = new Random(1);
    classifier.getVotesForInstance(event(random));
    for (int i = 0; i < 20; i++) {
      classifier.getVotesForInstance(event(random));
    }
    long atTwenty = classifier.measureByteSize();
    for (int i = 0; i < 200; i++) {
      classifier.getVotesForInstance(event(random));
    }

    assertThat(classifier.measureByteSize()).isEqualTo(atTwenty);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-s (pool: [naive-bias]) | settings.pool[0] 'naive-bias' is unknown",
        "-s (top-q: 1) | there is no setting 'settings.top-q'",
        "-s (preset: adaptive) | settings.preset cannot be set there: option -p",
        "-s ({seed: 3}) | settings.seed cannot be set there: option -r",
        "-s word | settings must hold settings such as",
        "-s ({pool: ) | settings: not YAML",
        "-f /no/such/file.yaml | settingsFile: cannot read",
        "-f x.yaml -s (top-k: 1) | settings and settingsFile cannot both be given",
        "-s (pool: [{type: moa, learner: trees.Foo}]) | settings.pool[0].learner 'trees.Foo' is unknown"
      })
  void aWrongOptionIsNamedBeforeTheFirstInstance(String options, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> classifier(options))
        .withMessageContaining(message);
  }

  @Test
  void settingsMayStandInAFile(@TempDir Path folder) throws Exception {
    Path file =
        Files.writeString(folder.resolve("l.yaml"), "pool:\n- naive-bayes\n- hoeffding-tree\n");

    assertThat(follow(classifier("-f " + file), 1, 100))
        .isEqualTo(follow(classifier(QUICK), 1, 100));
  }
}
