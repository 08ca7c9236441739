// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.SplitMix64;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegimeConceptTest {
  /** Moving one feature through its range changes the class for so many of the ten features. */
  @ParameterizedTest
  @CsvSource({"TREE,7,7", "HYPERPLANE,8,10", "PAIR_SUM,2,2", "CENTROIDS,10,10"})
  void classDependsOnAsManyFeaturesAsTheKindHas(RegimeConcept.Kind kind, int least, int most) {
    for (long seed = 1; seed <= 10; seed++) {
      SplitMix64 random = new SplitMix64(seed);
      RegimeConcept concept = RegimeConcept.draw(kind, ClassShares.equal(2), random);
      boolean[] matters = new boolean[RegimeConcept.FEATURES];
      for (int n = 0; n < 3_000; n++) {
        double[] x = random(random);
        int label = concept.label(x);
        int i = n % RegimeConcept.FEATURES;
        x[i] = random.nextDouble();
        matters[i] |= concept.label(x) != label;
      }
      int count = 0;
      for (boolean matter : matters) {
        count += matter ? 1 : 0;
      }
      assertThat(count).as("seed %d", seed).isBetween(least, most);
    }
  }

  @ParameterizedTest
  @CsvSource({"TREE", "HYPERPLANE", "PAIR_SUM", "CENTROIDS"})
  void sameSeedSameConcept_inputStaysAsItIs(RegimeConcept.Kind kind) {
    RegimeConcept first = RegimeConcept.draw(kind, ClassShares.equal(2), new SplitMix64(3));
    RegimeConcept second = RegimeConcept.draw(kind, ClassShares.equal(2), new SplitMix64(3));
    SplitMix64 random = new SplitMix64(4);
    int ones = 0;
    for (int n = 0; n < 500; n++) {
      double[] x = random(random);
      double[] copy = x.clone();
      int label = first.label(x);
      assertThat(label).isEqualTo(second.label(x)).isBetween(0, 1);
      assertThat(Arrays.equals(x, copy)).isTrue();
      ones += label;
    }
    assertThat(ones).isBetween(50, 450);
  }

  private static double[] random(SplitMix64 random) {
    double[] x = new double[RegimeConcept.FEATURES];
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextDouble();
    }
    return x;
  }
}
