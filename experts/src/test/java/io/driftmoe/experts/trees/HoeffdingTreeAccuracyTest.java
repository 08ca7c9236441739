// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.trees;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.experts.moa.MoaHoeffdingTreeFactory;
import io.driftmoe.streams.DataFolder;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.StreamCatalog;
import java.io.FileNotFoundException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * As accurate as MOA's tree with the same settings: at most half a point below, test-then-train.
 */
class HoeffdingTreeAccuracyTest {
  private static final int EVENTS = 40_000;

  @ParameterizedTest
  @ValueSource(strings = {"led_a", "led_g", "sea_a", "sea_g", "rbf_m", "rbf_f", "rbf_m5"})
  void asAccurateAsMoa(String stream) {
    compare(stream);
  }

  @Test
  void asAccurateAsMoa_onElectricity() {
    compare(hasElectricity() ? "elec" : "agrawal_a");
  }

  private static boolean hasElectricity() {
    try {
      return DataFolder.file("electricity.arff") != null;
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  private static void compare(String name) {
    try (LabeledStream stream = StreamCatalog.open(name, EVENTS, 3)) {
      StreamSchema schema = stream.schema();
      List<LabeledExample> examples = new ArrayList<>();
      stream.forEachRemaining(examples::add);
      double ours = accuracy(HoeffdingTreeFactory.moa(), schema, examples);
      double moa = accuracy(new MoaHoeffdingTreeFactory(200, 1e-7, 0.05), schema, examples);
      assertThat(ours).as("MOA: %.2f", moa).isGreaterThan(moa - 0.5);
    }
  }

  private static double accuracy(
      ExpertFactory factory, StreamSchema schema, List<LabeledExample> examples) {
    Expert expert = factory.create(schema, 1);
    double[] distribution = new double[schema.classes()];
    int correct = 0;
    for (LabeledExample example : examples) {
      expert.predict(example.features(), distribution);
      int best = 0;
      for (int c = 1; c < distribution.length; c++) {
        best = distribution[c] > distribution[best] ? c : best;
      }
      correct += best == example.label() ? 1 : 0;
      expert.learn(example.features(), example.label(), 1);
    }
    return 100.0 * correct / examples.size();
  }
}
