// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.trees;

import static io.driftmoe.experts.trees.TreeFixtures.EAGER;
import static io.driftmoe.experts.trees.TreeFixtures.input;
import static io.driftmoe.experts.trees.TreeFixtures.learned;
import static io.driftmoe.experts.trees.TreeFixtures.limited;
import static io.driftmoe.experts.trees.TreeFixtures.names;
import static io.driftmoe.experts.trees.TreeFixtures.numeric;
import static io.driftmoe.experts.trees.TreeFixtures.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.experts.ExpertContractTest;
import io.driftmoe.networks.MixedStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The limits on leaves and bytes, and the leaves that sleep because of them. */
final class HoeffdingTreeMemoryTest {

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
        EAGER.restoreTree(
            input(MixedStream.SCHEMA), new DataInputStream(new ByteArrayInputStream(snapshot)));
    assertThat(restored.bytes()).isEqualTo(tree.bytes());
    assertThat(snapshot.length).isLessThan((int) tree.bytes());
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
}
