// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.ensembles;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.Expert;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.drift.AdwinFactory;
import io.driftmoe.experts.ExpertContractTest;
import io.driftmoe.experts.trees.HoeffdingTreeFactory;
import io.driftmoe.experts.trees.LeafPrediction;
import io.driftmoe.experts.trees.SplitTest;
import io.driftmoe.networks.MixedStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/**
 * A forest that was saved before there were tests of replacements, while one was learning. The file
 * holds how many events it had learned, and the forest.
 */
final class FormerForestTest {
  private static final List<LabeledExample> STREAM = MixedStream.gradual(8_000, 1);

  private static ForestFactory forest(double replacementAlpha, SplitTest test) {
    return new ForestFactory(
        new HoeffdingTreeFactory(
            50, 0.01, 0.05, LeafPrediction.NAIVE_BAYES_ADAPTIVE, 0.6, 20, 1 << 18, test, 6),
        3,
        6,
        new AdwinFactory(0.1),
        new AdwinFactory(0.01),
        0.005,
        4,
        null,
        replacementAlpha);
  }

  /** Learned events, and the forest under these settings. */
  private record Former(int learned, Expert forest) {}

  private Former former(ForestFactory factory) throws IOException {
    try (DataInputStream in =
        new DataInputStream(
            new GZIPInputStream(
                Objects.requireNonNull(getClass().getResourceAsStream("forest-v3.bin.gz"))))) {
      Former former = new Former(in.readInt(), factory.restore(MixedStream.SCHEMA, in));
      assertThat(in.read()).isEqualTo(-1);
      return former;
    }
  }

  @Test
  void goesOnAsOneThatLearnsHereFromTheStart() throws IOException {
    ForestFactory factory = forest(0, SplitTest.HOEFFDING);
    Former former = former(factory);
    Expert here = factory.create(MixedStream.SCHEMA, 1);
    learn(here, STREAM.subList(0, former.learned()));
    assertThat(former.forest().describe()).contains("replacement learning");
    assertThat(ExpertContractTest.snapshot(former.forest()))
        .isEqualTo(ExpertContractTest.snapshot(here));
    List<LabeledExample> rest = STREAM.subList(former.learned(), STREAM.size());
    learn(former.forest(), rest);
    learn(here, rest);
    assertThat(ExpertContractTest.snapshot(former.forest()))
        .isEqualTo(ExpertContractTest.snapshot(here));
  }

  @Test
  void goesOnUnderTheNewSettings() throws IOException {
    Former former = former(forest(0.05, SplitTest.SEQUENTIAL));
    learn(former.forest(), STREAM.subList(former.learned(), STREAM.size()));
    int right = 0;
    double[] distribution = new double[MixedStream.SCHEMA.classes()];
    for (LabeledExample example : STREAM.subList(7_000, 8_000)) {
      former.forest().predict(example.features(), distribution);
      boolean best = true;
      for (double other : distribution) {
        best &= distribution[example.label()] >= other;
      }
      right += best ? 1 : 0;
    }
    assertThat(right).isGreaterThan(700);
  }

  private static void learn(Expert expert, List<LabeledExample> examples) {
    for (LabeledExample example : examples) {
      expert.learn(example.features(), example.label(), 1);
    }
  }
}
