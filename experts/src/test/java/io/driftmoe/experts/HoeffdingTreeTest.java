// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class HoeffdingTreeTest {
  private static final HoeffdingTreeFactory MOA = HoeffdingTreeFactory.moa();
  private static final HoeffdingTreeFactory EAGER = eager(LeafPrediction.NAIVE_BAYES_ADAPTIVE, 1);

  private static HoeffdingTreeFactory eager(LeafPrediction leaves, double share) {
    return new HoeffdingTreeFactory(20, 0.01, 0.1, leaves, share, 1_000, 1 << 20);
  }

  private static HoeffdingTreeFactory limited(int maxLeaves, long maxBytes) {
    return new HoeffdingTreeFactory(
        20, 0.01, 0.1, LeafPrediction.NAIVE_BAYES_ADAPTIVE, 1, maxLeaves, maxBytes);
  }

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
  }

  @Nested
  class BayesLeaves extends ExpertContractTest {
    @Override
    protected ExpertFactory factory() {
      return eager(LeafPrediction.NAIVE_BAYES, 1);
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
  }

  @Nested
  class LittleMemory extends ExpertContractTest {
    @Override
    protected ExpertFactory factory() {
      return limited(1_000, 12_000);
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
  }

  private static void rejects(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String name, Number value) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(value.toString());
  }

  @Test
  void snapshotOfAnotherConfigurationIsRejected() throws IOException {
    byte[] snapshot = ExpertContractTest.snapshot(EAGER.create(MixedStream.SCHEMA, 1));
    assertThatThrownBy(
            () ->
                MOA.restore(
                    MixedStream.SCHEMA, new DataInputStream(new ByteArrayInputStream(snapshot))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("configuration");
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
  void leavesStayWithinTheirLimit() {
    HoeffdingTree tree = learned(limited(7, 1 << 20), 1, MixedStream.of(20_000, 35));
    assertThat(tree.leaves()).isBetween(4, 7);
    assertThat(learned(EAGER, 1, MixedStream.of(20_000, 35)).leaves()).isGreaterThan(20);
  }

  @Test
  void bytesStayWithinTheirLimit_leavesSleepAndWakeUp() {
    HoeffdingTree tree = limited(1_000, 12_000).tree(input(MixedStream.SCHEMA), 1);
    Set<Leaf> asleep = new HashSet<>(); // leaves are equal when they are the same
    int woken = 0;
    for (LabeledExample example : MixedStream.of(30_000, 36)) {
      tree.learn(example.features(), example.label(), 1);
      assertThat(tree.bytes()).isLessThanOrEqualTo(12_000);
      for (int node = 0; node < tree.nodes().size; node++) {
        Leaf leaf = tree.nodes().leaf[node];
        if (leaf != null && leaf.isActive()) {
          woken += asleep.remove(leaf) ? 1 : 0;
        } else if (leaf != null) {
          asleep.add(leaf);
        }
      }
    }
    assertThat(asleep).isNotEmpty();
    assertThat(woken).isPositive();
    assertThat(tree.leaves()).isGreaterThan(3);
  }

  @Test
  void aLeafThatSleptNeedsTheWholeEvidenceAgainForASplit() {
    StreamSchema schema = numeric(1, 2);
    HoeffdingTreeFactory factory =
        new HoeffdingTreeFactory(20, 1e-7, 0, LeafPrediction.NAIVE_BAYES, 1, 10, 1 << 20);
    HoeffdingTree tree = factory.tree(input(schema), 1);
    SplitMix64 random = new SplitMix64(6);
    learnNoise(tree, random, 50_000);
    assertThat(tree.leaves()).isEqualTo(1);
    Leaf leaf = tree.nodes().leaf[0];
    leaf.deactivate();
    leaf.reactivate(20);
    learnNoise(tree, random, 200);
    assertThat(tree.leaves()).isEqualTo(1);
  }

  private static void learnNoise(HoeffdingTree tree, SplitMix64 random, int events) {
    for (int i = 0; i < events; i++) {
      tree.learn(FeatureVector.of(random.nextDouble()), random.nextDouble() < 0.5 ? 1 : 0, 1);
    }
  }

  @Test
  void aLeafWhoseClassesDoNotAllFitIsNotWokenForEver() {
    StreamSchema schema = numeric(20, 8);
    HoeffdingTree tree = limited(1_000, 8_000).tree(input(schema), 1);
    SplitMix64 random = new SplitMix64(7);
    int woken = 0;
    boolean active = true;
    double[] x = new double[20];
    for (int i = 0; i < 30_000; i++) {
      x[i % 20] = random.nextDouble();
      tree.learn(FeatureVector.of(x.clone()), (int) (random.nextDouble() * 8), 1);
      boolean now = tree.inactiveLeaves() == 0;
      woken += now && !active ? 1 : 0;
      active = now;
    }
    assertThat(active).isFalse();
    assertThat(woken).isLessThan(2);
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
      TreeSnapshot.read(in, layout, new TreeNodes(), new Posterior(layout));
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
  void aLimitBelowAnEmptyTreeLeavesClassWeights() {
    HoeffdingTree tree = learned(limited(1_000, 1), 1, MixedStream.of(500, 37));
    assertThat(tree.leaves()).isEqualTo(1);
    assertThat(tree.inactiveLeaves()).isEqualTo(1);
    double[] distribution = new double[4];
    tree.predict(MixedStream.of(1, 38).get(0).features(), distribution);
    long ones = MixedStream.of(500, 37).stream().filter(example -> example.label() == 1).count();
    assertThat(distribution[1]).isCloseTo(ones / 500.0, within(1e-12));
  }

  @Test
  void bytesAreThoseOfTheArrays() throws IOException {
    HoeffdingTree tree = learned(EAGER, 1, MixedStream.of(20_000, 39));
    long arrays = 0;
    TreeNodes nodes = tree.nodes();
    for (int node = 0; node < nodes.size; node++) {
      arrays += 8L * nodes.counts[node].length;
      Leaf leaf = nodes.leaf[node];
      if (leaf != null) {
        for (double[] row : leaf.rows) {
          arrays += row == null ? 0 : 8L * row.length;
        }
        for (double[] row : leaf.missing == null ? new double[0][] : leaf.missing) {
          arrays += row == null ? 0 : 8L * row.length;
        }
      }
    }
    assertThat(tree.bytes()).isBetween(arrays, arrays + 2_000 + 250L * nodes.size);
    byte[] snapshot = ExpertContractTest.snapshot(tree);
    HoeffdingTree restored =
        (HoeffdingTree)
            EAGER.restore(
                MixedStream.SCHEMA, new DataInputStream(new ByteArrayInputStream(snapshot)));
    assertThat(restored.bytes()).isEqualTo(tree.bytes());
    assertThat(snapshot.length).isLessThan((int) tree.bytes());
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

  @Test
  void manyAttributesAndManyValuesStayWithinTheLimit() {
    StreamSchema wide = numeric(1_000, 3);
    StreamSchema airports =
        new StreamSchema(
            List.of(
                Attribute.nominal("from", names("from", 229)),
                Attribute.nominal("to", names("to", 229)),
                Attribute.numeric("minute")),
            new LabelSpace(List.of("late", "punctual")));
    HoeffdingTreeFactory factory = limited(3_000, 1 << 20);
    SplitMix64 random = new SplitMix64(8);
    HoeffdingTree first = factory.tree(input(wide), 1);
    HoeffdingTree second = factory.tree(input(airports), 1);
    double[] values = new double[1_000];
    for (int i = 0; i < 2_000; i++) {
      for (int a = 0; a < values.length; a++) {
        values[a] = random.nextDouble();
      }
      first.learn(FeatureVector.of(values), values[7] > 0.5 ? 1 : values[9] > 0.5 ? 2 : 0, 6);
    }
    assertThat(first.leaves()).isGreaterThan(1);
    assertThat(first.bytes()).isLessThanOrEqualTo(1 << 20);
    for (int i = 0; i < 40_000; i++) {
      int from = (int) (random.nextDouble() * 229);
      int to = (int) (random.nextDouble() * 229);
      int late = (from * 7 % 10 + to % 10) / 2 > 5 ? 0 : 1;
      second.learn(FeatureVector.of(from, to, random.nextDouble()), late, 1);
      assertThat(second.bytes()).isLessThanOrEqualTo(1 << 20);
    }
    assertThat(second.leaves()).isGreaterThan(229);
  }

  private static List<String> names(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
  }

  private static StreamSchema numeric(int attributes, int classes) {
    Function<String, Attribute> numeric = Attribute::numeric;
    return new StreamSchema(
        names("x", attributes).stream().map(numeric).toList(), new LabelSpace(names("c", classes)));
  }

  private static TreeInput input(StreamSchema schema) {
    return new TreeInput(new Domain(schema));
  }

  private static HoeffdingTree learned(
      HoeffdingTreeFactory factory, long seed, List<LabeledExample> examples) {
    return tree(factory, MixedStream.SCHEMA, seed, examples);
  }

  private static HoeffdingTree tree(
      HoeffdingTreeFactory factory, StreamSchema schema, long seed, List<LabeledExample> examples) {
    HoeffdingTree tree = factory.tree(input(schema), seed);
    for (LabeledExample example : examples) {
      tree.learn(example.features(), example.label(), 1);
    }
    return tree;
  }
}
