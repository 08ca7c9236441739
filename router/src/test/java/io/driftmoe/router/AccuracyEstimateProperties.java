// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.SplitMix64;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** The bias against sums over all labels. */
final class AccuracyEstimateProperties {
  @Provide
  Arbitrary<List<Double>> outcomes() {
    return Arbitraries.doubles().between(0, 1).list().ofMaxSize(450);
  }

  /** Against sums over all labels, taken anew. */
  @Property(tries = 200)
  void equalsSumsOverAllLabels(
      @ForAll("outcomes") List<Double> probabilities,
      @ForAll @IntRange(min = 10, max = 300) int memory,
      @ForAll long seed) {
    AccuracyEstimate estimate = new AccuracyEstimate(memory);
    SplitMix64 random = new SplitMix64(seed);
    List<Double> differences = new ArrayList<>();
    for (double p : probabilities) {
      PendingPrediction made = AccuracyEstimateTest.sure(p);
      int label = random.nextDouble() < 0.5 ? 0 : 1;
      double said = made.probabilities()[made.predictedClass()];
      differences.add((label == made.predictedClass() ? 1 : 0) - said);
      estimate.learn(made, label);
    }
    double sum = 0;
    double count = 0;
    for (int i = 0; i < differences.size(); i++) {
      double weight = Math.pow(1 - 1.0 / memory, differences.size() - 1 - i);
      sum += weight * differences.get(i);
      count += weight;
    }
    double expected = Math.max(0, Math.min(1, 0.75 + sum / (count + 2 * memory)));
    assertThat(estimate.expected(AccuracyEstimateTest.sure(0.75)))
        .isCloseTo(expected, within(1e-9));
  }
}
