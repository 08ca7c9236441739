// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.trees;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.Domain;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.networks.MixedStream;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Small trees and schemas that the tests of the tree share. */
final class TreeFixtures {
  static final HoeffdingTreeFactory EAGER = eager(LeafPrediction.NAIVE_BAYES_ADAPTIVE, 1);

  private TreeFixtures() {}

  static HoeffdingTreeFactory eager(LeafPrediction leaves, double share) {
    return new HoeffdingTreeFactory(20, 0.01, 0.1, leaves, share, 1_000, 1 << 20);
  }

  static HoeffdingTreeFactory limited(int maxLeaves, long maxBytes) {
    return new HoeffdingTreeFactory(
        20, 0.01, 0.1, LeafPrediction.NAIVE_BAYES_ADAPTIVE, 1, maxLeaves, maxBytes);
  }

  static List<String> names(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
  }

  static StreamSchema numeric(int attributes, int classes) {
    Function<String, Attribute> numeric = Attribute::numeric;
    return new StreamSchema(
        names("x", attributes).stream().map(numeric).toList(), new LabelSpace(names("c", classes)));
  }

  static TreeInput input(StreamSchema schema) {
    return new TreeInput(new Domain(schema));
  }

  static HoeffdingTree learned(
      HoeffdingTreeFactory factory, long seed, List<LabeledExample> examples) {
    return tree(factory, MixedStream.SCHEMA, seed, examples);
  }

  static HoeffdingTree tree(
      HoeffdingTreeFactory factory, StreamSchema schema, long seed, List<LabeledExample> examples) {
    HoeffdingTree tree = factory.tree(input(schema), seed);
    for (LabeledExample example : examples) {
      tree.learn(example.features(), example.label(), 1);
    }
    return tree;
  }
}
