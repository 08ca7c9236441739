// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts;

import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.drift.AdwinFactory;
import io.driftmoe.experts.ensembles.ForestFactory;
import io.driftmoe.experts.neighbours.PrototypesFactory;
import io.driftmoe.experts.trees.HoeffdingTreeFactory;
import io.driftmoe.experts.trees.LeafPrediction;
import io.driftmoe.experts.trees.SplitTest;
import io.driftmoe.networks.MixedStream;
import io.driftmoe.networks.StoredLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Experts whose layouts are stored. */
final class ExpertLayouts {
  static final Path FOLDER = Path.of("src/test/resources/io/driftmoe/experts/layouts");

  private static final int FUTURE = 150;

  /** Events with a replacement that is compared, before the forest is written. */
  private static final int COMPARED = 40;

  private ExpertLayouts() {}

  static List<StoredLayout<?>> all() {
    return List.of(
        layout("PRTO", new PrototypesFactory(20, 0.2, 300, 4), ExpertLayouts::learned),
        layout("FRST", forest(), ExpertLayouts::comparing));
  }

  private static ForestFactory forest() {
    return new ForestFactory(
        new HoeffdingTreeFactory(
            50,
            0.01,
            0.05,
            LeafPrediction.NAIVE_BAYES_ADAPTIVE,
            0.6,
            20,
            1 << 18,
            SplitTest.SEQUENTIAL,
            6),
        3,
        6,
        new AdwinFactory(0.1),
        new AdwinFactory(0.01),
        0.005,
        4,
        null,
        0.05);
  }

  private interface Training {
    Expert of(Expert expert);
  }

  private static StoredLayout<Expert> layout(
      String name, ExpertFactory factory, Training training) {
    return new StoredLayout<>(
        name,
        () -> training.of(factory.create(MixedStream.SCHEMA, 1)),
        Expert::writeSnapshot,
        in -> factory.restore(MixedStream.SCHEMA, in),
        ExpertLayouts::future);
  }

  private static Expert learned(Expert expert) {
    for (LabeledExample example : MixedStream.of(800, 1)) {
      goOn(expert, example);
    }
    return expert;
  }

  /** Until a replacement of a member has been compared with it for a while. */
  private static Expert comparing(Expert forest) {
    int compared = 0;
    for (LabeledExample example : MixedStream.gradual(8_000, 1)) {
      goOn(forest, example);
      compared = forest.describe().contains("replacement learning") ? compared + 1 : 0;
      if (compared == COMPARED) {
        return forest;
      }
    }
    throw new IllegalStateException("there was no replacement");
  }

  private static double[] goOn(Expert expert, LabeledExample example) {
    double[] distribution = new double[MixedStream.SCHEMA.classes()];
    expert.predict(example.features(), distribution);
    expert.learn(example.features(), example.label(), 1);
    return distribution;
  }

  private static List<String> future(Expert expert) {
    List<String> lines = new ArrayList<>();
    for (LabeledExample example : MixedStream.of(FUTURE, 2)) {
      double[] distribution = goOn(expert, example);
      int best = 0;
      for (int c = 1; c < distribution.length; c++) {
        best = distribution[c] > distribution[best] ? c : best;
      }
      lines.add(StoredLayout.line(best, distribution));
    }
    return lines;
  }
}
