// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.trees;

import static io.driftmoe.experts.trees.TreeFixtures.EAGER;
import static io.driftmoe.experts.trees.TreeFixtures.eager;
import static io.driftmoe.experts.trees.TreeFixtures.input;
import static io.driftmoe.experts.trees.TreeFixtures.learned;
import static io.driftmoe.experts.trees.TreeFixtures.limited;
import static io.driftmoe.experts.trees.TreeFixtures.numeric;
import static io.driftmoe.experts.trees.TreeFixtures.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.Domain;
import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.experts.ExpertContractTest;
import io.driftmoe.networks.MixedStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class HoeffdingTreeTest {
  private static final HoeffdingTreeFactory MOA = HoeffdingTreeFactory.moa();

  @Nested
  class MoaDefaults extends ExpertContractTest {
    @Override
    protected ExpertFactory factory() {
      return MOA;
    }
  }

  @Nested
  class MajorityLeaves extends ExpertContractTest {
    @Override
    protected ExpertFactory factory() {
      return eager(LeafPrediction.MAJORITY_CLASS, 1);
    }

    @Override
    protected boolean missingIsASignal(boolean nominal) {
      return true;
    }
  }

  @Nested
  class BayesLeaves extends ExpertContractTest {
    @Override
    protected ExpertFactory factory() {
      return eager(LeafPrediction.NAIVE_BAYES, 1);
    }

    @Override
    protected boolean missingIsASignal(boolean nominal) {
      return true;
    }
  }

  @Nested
  class SomeAttributesANode extends ExpertContractTest {
    @Override
    protected ExpertFactory factory() {
      return eager(LeafPrediction.NAIVE_BAYES_ADAPTIVE, 0.6);
    }
  }

  @Nested
  class FewLeaves extends ExpertContractTest {
    @Override
    protected ExpertFactory factory() {
      return limited(7, 1 << 20);
    }

    @Override
    protected boolean missingIsASignal(boolean nominal) {
      return true;
    }
  }

  @Nested
  class LittleMemory extends ExpertContractTest {
    @Override
    protected ExpertFactory factory() {
      return limited(1_000, 12_000);
    }

    @Override
    protected boolean missingIsASignal(boolean nominal) {
      return true;
    }
  }

  @Test
  void moaIsTheConfigurationOfMoa() {
    assertThat(MOA.gracePeriod()).isEqualTo(200);
    assertThat(MOA.splitConfidence()).isEqualTo(1e-7);
    assertThat(MOA.tieThreshold()).isEqualTo(0.05);
    assertThat(MOA.leaves()).isEqualTo(LeafPrediction.NAIVE_BAYES_ADAPTIVE);
    assertThat(MOA.attributeShare()).isEqualTo(1);
  }

  @Test
  void illegalOptionsAreRejectedByName() {
    LeafPrediction nb = LeafPrediction.NAIVE_BAYES;
    for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      rejects(() -> new HoeffdingTreeFactory(bad, .1, .1, nb, 1, 1, 1), "gracePeriod", bad);
    }
    for (double bad : new double[] {0, 1, -0.1, Double.NaN}) {
      rejects(() -> new HoeffdingTreeFactory(1, bad, .1, nb, 1, 1, 1), "splitConfidence", bad);
    }
    for (double bad : new double[] {-0.1, 1.1, Double.NaN}) {
      rejects(() -> new HoeffdingTreeFactory(1, .1, bad, nb, 1, 1, 1), "tieThreshold", bad);
    }
    for (double bad : new double[] {0, -0.1, 1.1, Double.NaN}) {
      rejects(() -> new HoeffdingTreeFactory(1, .1, .1, nb, bad, 1, 1), "attributeShare", bad);
    }
    rejects(() -> new HoeffdingTreeFactory(1, .1, .1, nb, 1, 0, 1), "maxLeaves", 0);
    rejects(() -> new HoeffdingTreeFactory(1, .1, .1, nb, 1, 1, 0), "maxBytes", 0);
    SplitTest test = SplitTest.SEQUENTIAL;
    for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      rejects(
          () -> new HoeffdingTreeFactory(1, .1, .1, nb, 1, 1, 1, test, bad), "eventWeight", bad);
    }
  }

  private static void rejects(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String name, Number value) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(value.toString());
  }

  @Test
  void withoutSharesTheSeedHasNoEffect_withThemItHas() {
    List<LabeledExample> examples = MixedStream.of(3_000, 31);
    HoeffdingTreeFactory some = eager(LeafPrediction.NAIVE_BAYES_ADAPTIVE, 0.4);

    assertThat(learned(EAGER, 1, examples).describe())
        .isEqualTo(learned(EAGER, 2, examples).describe());
    assertThat(learned(some, 1, examples).describe())
        .isNotEqualTo(learned(some, 2, examples).describe());
  }

  @Test
  void aRootThatMayConsiderOneAttributeOnlySplitsOnThatOne() {
    StreamSchema schema = numeric(3, 2);
    SplitMix64 random = new SplitMix64(5);
    List<LabeledExample> examples = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      double x = random.nextDouble();
      examples.add(new LabeledExample(FeatureVector.of(x, x, x), x > 0.3 ? 1 : 0));
    }
    HoeffdingTreeFactory one = eager(LeafPrediction.NAIVE_BAYES, 0.01);
    List<Integer> roots =
        IntStream.range(0, 60)
            .mapToObj(seed -> tree(one, schema, seed, examples).nodes().attribute[0])
            .toList();

    // 60 draws of 3: each about 20 times, standard deviation 3.7
    for (int a = 0; a < 3; a++) {
      int attribute = a;
      assertThat(roots.stream().filter(root -> root == attribute).count()).isBetween(8L, 32L);
    }
  }

  @Test
  void weightThreeIsLikeThreeLessonsAtOnce() {
    // With a grace period that both end at the same lessons, the statistics are the same.
    StreamSchema schema = MixedStream.SCHEMA;
    HoeffdingTreeFactory factory =
        new HoeffdingTreeFactory(300, 1e-3, 0.05, LeafPrediction.NAIVE_BAYES, 1, 1_000, 1 << 20);
    Expert once = factory.create(schema, 1);
    Expert thrice = factory.create(schema, 1);
    double[] expected = new double[schema.classes()];
    double[] found = new double[schema.classes()];
    for (LabeledExample example : MixedStream.of(6_000, 32)) {
      once.predict(example.features(), found);
      thrice.predict(example.features(), expected);
      assertThat(found).containsExactly(expected, within(1e-6));
      once.learn(example.features(), example.label(), 3);
      for (int i = 0; i < 3; i++) {
        thrice.learn(example.features(), example.label(), 1);
      }
      if (((HoeffdingTree) once).leaves() != ((HoeffdingTree) thrice).leaves()) {
        break; // a leaf's grace period ended between two of the three lessons
      }
    }
    assertThat(((HoeffdingTree) once).leaves()).isGreaterThan(1);
  }

  @Test
  void extremeWeightsLeaveADistribution() {
    HoeffdingTree tree = EAGER.tree(input(MixedStream.SCHEMA), 1);
    double[] distribution = new double[4];
    List<LabeledExample> examples = MixedStream.of(3_000, 44);
    for (int i = 0; i < examples.size(); i++) {
      LabeledExample example = examples.get(i);
      tree.predict(example.features(), distribution);
      double sum = 0;
      for (double p : distribution) {
        assertThat(p).isBetween(0.0, 1.0);
        sum += p;
      }
      assertThat(sum).isCloseTo(1, within(1e-9));
      double weight = i % 3 == 0 ? Double.MAX_VALUE : i % 3 == 1 ? Double.MIN_VALUE : 1;
      tree.learn(example.features(), example.label(), weight);
    }
  }

  @Test
  void anotherTreeMayReadThroughTheSameInputInBetween() {
    List<LabeledExample> examples = MixedStream.of(3_000, 33);
    TreeInput shared = new TreeInput(new Domain(MixedStream.SCHEMA));
    HoeffdingTree first = EAGER.tree(shared, 1);
    HoeffdingTree second = EAGER.tree(shared, 2);
    double[] distribution = new double[4];
    for (int i = 0; i < examples.size(); i++) {
      LabeledExample example = examples.get(i);
      first.predict(example.features(), distribution);
      second.predict(examples.get((i + 1) % examples.size()).features(), distribution);
      first.learn(example.features(), example.label(), 1);
    }
    assertThat(first.describe()).isEqualTo(learned(EAGER, 1, examples).describe());
  }

  @Test
  void lessonAfterPredictionOfAnotherExampleIsNotTakenForIt() throws IOException {
    List<LabeledExample> examples = MixedStream.of(4_000, 34);
    Expert asked = EAGER.create(MixedStream.SCHEMA, 1);
    Expert silent = EAGER.create(MixedStream.SCHEMA, 1);
    double[] distribution = new double[4];
    for (int i = 0; i + 1 < examples.size(); i += 2) {
      LabeledExample one = examples.get(i);
      LabeledExample other = examples.get(i + 1);
      asked.predict(one.features(), distribution);
      asked.learn(other.features(), other.label(), 2);
      asked.learn(one.features(), one.label(), 1);
      asked.learn(one.features(), one.label(), 1);
      silent.learn(other.features(), other.label(), 2);
      silent.learn(one.features(), one.label(), 1);
      silent.learn(one.features(), one.label(), 1);
    }
    assertThat(ExpertContractTest.snapshot(asked)).isEqualTo(ExpertContractTest.snapshot(silent));
  }

  @Test
  void snapshotOfNoTreeIsRejected() throws IOException {
    StreamSchema schema = numeric(1, 2);
    LeafLayout layout = new TreeInput(new Domain(schema)).layout();
    assertThat(readNodes(layout, 3, 1)).isNull();
    assertThat(readNodes(layout, 3, Integer.MAX_VALUE)).contains("from node 2147483647 on");
    assertThat(readNodes(layout, 3, 2)).contains("from node 2 on");
    assertThat(readNodes(layout, 4, 1)).isEqualTo("snapshot holds 0 parents of node 3");
    assertThat(readNodes(layout, 5, 1, 3)).isNull();
    assertThat(readNodes(layout, 5, 1, 2)).isEqualTo("snapshot holds 2 parents of node 2");
  }

  /** Message of the error when so many nodes are read, of which the first ones are splits. */
  private static String readNodes(LeafLayout layout, int size, int... children) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(size);
    for (int node = 0; node < size; node++) {
      boolean split = node < children.length;
      out.writeInt(split ? 0 : -1);
      out.write(new byte[] {1, 1}); // no weight of either class
      if (split) {
        out.writeDouble(0.5);
        out.writeInt(children[node]);
      } else {
        out.writeByte(0);
        out.writeLong(7);
        out.write(new byte[] {1, 1, 1, 1, 1});
      }
    }
    return messageOf(layout, bytes.toByteArray());
  }

  private static String messageOf(LeafLayout layout, byte[] bytes) {
    try {
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
      TreeSnapshot.read(
          in, TreeSnapshot.VERSION, layout, new TreeNodes(false), new Posterior(layout));
      return null;
    } catch (IOException e) {
      return e.getMessage();
    }
  }

  @Test
  void weightThatIsNoneIsRejected() {
    LeafLayout layout = new TreeInput(new Domain(numeric(1, 2))).layout();
    for (double weight : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      ByteBuffer bytes = ByteBuffer.allocate(100).putInt(1).putInt(-1).put((byte) 0);
      assertThat(messageOf(layout, bytes.putDouble(weight).array()))
          .startsWith("snapshot holds weight of " + weight + ", expected 0.0 to");
    }
    ByteBuffer minusOne = ByteBuffer.allocate(100).putInt(1).putInt(-1).put((byte) 128);
    assertThat(messageOf(layout, minusOne.array())).isEqualTo("snapshot holds weight -1");
  }

  @Test
  void missingSplitValueIsPredictedFromTheClassWeightsOfTheSplit() {
    StreamSchema schema = numeric(1, 2);
    HoeffdingTree tree = EAGER.tree(input(schema), 1);
    for (int i = 0; i < 400; i++) {
      tree.learn(FeatureVector.of(i % 4), i % 4 == 0 ? 0 : 1, 1);
    }
    assertThat(tree.leaves()).isGreaterThan(1);
    double[] weights = tree.nodes().counts[0].clone();
    double[] distribution = new double[2];
    tree.predict(FeatureVector.of(Double.NaN), distribution);
    assertThat(distribution[0]).isCloseTo(weights[0] / (weights[0] + weights[1]), within(1e-12));

    tree.learn(FeatureVector.of(Double.NaN), 0, 5);
    assertThat(tree.nodes().counts[0]).containsExactly(weights[0] + 5, weights[1]);
  }

  @Test
  void nominalAttributeIsSplitOnceIntoAllItsValues_unseenOnesPredictLikeTheSplit() {
    StreamSchema schema =
        new StreamSchema(
            List.of(Attribute.nominal("a", List.of("u", "v", "w", "x"))),
            new LabelSpace(List.of("no", "yes")));
    HoeffdingTree tree = EAGER.tree(input(schema), 1);
    SplitMix64 random = new SplitMix64(3);
    for (int i = 0; i < 2_000; i++) {
      int value = (int) (random.nextDouble() * 3);
      int label = random.nextDouble() < 0.1 + 0.35 * value ? 1 : 0;
      tree.learn(FeatureVector.of(value), label, 1);
    }
    assertThat(tree.leaves()).isEqualTo(4);
    double[] distribution = new double[2];
    tree.predict(FeatureVector.of(3), distribution);
    double[] above = tree.nodes().counts[0];
    assertThat(distribution[1]).isCloseTo(above[1] / (above[0] + above[1]), within(1e-12));
  }

  @Test
  void describeNamesAttributesValuesAndClasses() {
    StreamSchema schema =
        new StreamSchema(
            List.of(Attribute.numeric("age"), Attribute.nominal("sex", List.of("f", "m"))),
            new LabelSpace(List.of("no", "yes")));
    HoeffdingTree tree = limited(3, 1 << 20).tree(input(schema), 1);
    for (int i = 0; i < 4_000; i++) {
      int sex = i % 2;
      int age = i / 2 % 11;
      tree.learn(FeatureVector.of(age, sex), sex == 1 && age > 5 || i % 20 == 0 ? 1 : 0, 1);
    }
    String[] lines = tree.describe().split("\n");
    assertThat(lines[0]).startsWith("Hoeffding tree: 3 leaves, 0 of them inactive, ");
    assertThat(tree.describe())
        .contains("age <= ", "age > ", "sex = f", "sex = m", "leaf: no ", ", yes ");
    assertThat(lines).hasSize(1 + 4 + 3);
  }
}
