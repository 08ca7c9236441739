// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.experts.linear.LogisticRegressionFactory;
import io.driftmoe.experts.moa.MoaHoeffdingTreeFactory;
import io.driftmoe.experts.network.MlpClassifierFactory;
import io.driftmoe.experts.specialists.ActiveSetConfig;
import io.driftmoe.experts.specialists.RegimeLibraryFactory;
import io.driftmoe.experts.specialists.SpecialistConfig;
import io.driftmoe.experts.trees.HoeffdingTreeFactory;
import io.driftmoe.experts.trees.LeafPrediction;
import io.driftmoe.experts.trees.NaiveBayesFactory;
import io.driftmoe.gates.FixedShareConfig;
import io.driftmoe.networks.WideStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * States of before wide attributes were hashed go on. Each file holds an expert that learned 600
 * events of a stream with 300 declared values, and what it then said about 50 others.
 */
final class WideStateTest {
  private static final StreamSchema SCHEMA = WideStream.schema(300);

  static Stream<Arguments> experts() {
    return Stream.of(
        Arguments.of(
            "tree",
            new HoeffdingTreeFactory(
                50, 0.9, 0.9, LeafPrediction.NAIVE_BAYES_ADAPTIVE, 1, 700, 1 << 20),
            0.2),
        // each value counted as one more than was seen, now as one of the class's share
        Arguments.of("naive-bayes", NaiveBayesFactory.defaults(), 0.45),
        Arguments.of("network", new MlpClassifierFactory(List.of(2), 0.01, 1), 0.0),
        Arguments.of("logistic-regression", LogisticRegressionFactory.defaults(), 0.0),
        Arguments.of("moa", new MoaHoeffdingTreeFactory(50, 0.9, 0.9), 0.0),
        Arguments.of(
            "specialists",
            new RegimeLibraryFactory(
                new SpecialistConfig(
                    NaiveBayesFactory.defaults(),
                    1,
                    1,
                    new MlpClassifierFactory(List.of(), 0.01, 1),
                    new FixedShareConfig(0.3, 0.01, 0.1)),
                2,
                0.9,
                new ActiveSetConfig(0.9, 0.999, 0.1, 1000)),
            0.45));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("experts")
  void formerStatesGoOn(String name, ExpertFactory factory, double tolerance) throws IOException {
    Expert expert;
    try (DataInputStream in =
        new DataInputStream(
            new GZIPInputStream(
                Objects.requireNonNull(
                    getClass().getResourceAsStream("wide-" + name + "-v2.bin.gz"))))) {
      expert = factory.restore(SCHEMA, in);
      for (LabeledExample example : WideStream.of(50, 32)) {
        double[] distribution = new double[2];
        expert.predict(example.features(), distribution);
        double before = in.readDouble();
        assertThat(Math.abs(distribution[1] - before)).isLessThanOrEqualTo(tolerance);
      }
      assertThat(in.read()).isEqualTo(-1);
    }
    byte[] saved = ExpertContractTest.snapshot(expert);
    Expert again = factory.restore(SCHEMA, new DataInputStream(new ByteArrayInputStream(saved)));
    assertThat(ExpertContractTest.snapshot(again)).isEqualTo(saved);
    for (LabeledExample example : WideStream.of(300, 33)) {
      expert.learn(example.features(), example.label(), 1);
      again.learn(example.features(), example.label(), 1);
    }
    assertThat(ExpertContractTest.snapshot(again)).isEqualTo(ExpertContractTest.snapshot(expert));
  }
}
