// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.SplitMix64;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
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
      assertThat(count).as("seed %s", seed).isBetween(least, most);
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

  @ParameterizedTest
  @CsvSource({
    "TREE,0.2:0.2:0.2:0.2:0.2",
    "HYPERPLANE,0.2:0.2:0.2:0.2:0.2",
    "PAIR_SUM,0.2:0.2:0.2:0.2:0.2",
    "CENTROIDS,0.2:0.2:0.2:0.2:0.2",
    "TREE,0.9:0.08:0.02",
    "HYPERPLANE,0.9:0.08:0.02",
    "PAIR_SUM,0.9:0.08:0.02",
    "CENTROIDS,0.9:0.08:0.02"
  })
  void everyClassHasItsShareOfTheCube(RegimeConcept.Kind kind, String text) {
    double[] shares = Arrays.stream(text.split(":")).mapToDouble(Double::parseDouble).toArray();
    for (long seed = 1; seed <= 5; seed++) {
      SplitMix64 random = new SplitMix64(seed);
      RegimeConcept concept = RegimeConcept.draw(kind, ClassShares.of(shares), random);
      double[] found = new double[shares.length];
      for (int n = 0; n < 10_000; n++) {
        found[concept.label(random(random))] += 1 / 10_000.0;
      }
      for (int c = 0; c < shares.length; c++) {
        // bands and bounds come from 2,000 probes, and 10,000 count them here
        double deviation = Math.sqrt(shares[c] * (1 - shares[c]) * (1 / 2_000.0 + 1 / 10_000.0));
        assertThat(found[c])
            .as("seed %s, class %s", seed, c)
            .isCloseTo(shares[c], within(4 * deviation));
      }
    }
  }

  /** As far as a tree with a leaf for each class can go. */
  @ParameterizedTest
  @CsvSource({"TREE", "HYPERPLANE", "PAIR_SUM", "CENTROIDS"})
  void eightClassesAllCome(RegimeConcept.Kind kind) {
    SplitMix64 random = new SplitMix64(1);
    RegimeConcept concept = RegimeConcept.draw(kind, ClassShares.equal(8), random);
    int[] found = new int[8];
    for (int n = 0; n < 8_000; n++) {
      found[concept.label(random(random))]++;
    }
    assertThat(Arrays.stream(found)).allMatch(count -> count > 800 && count < 1_200);
  }

  @Test
  void treeHasNoMoreClassesThanLeaves() {
    assertThatThrownBy(
            () ->
                RegimeConcept.draw(
                    RegimeConcept.Kind.TREE, ClassShares.equal(9), new SplitMix64(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got 9");
  }

  private static double[] random(SplitMix64 random) {
    double[] x = new double[RegimeConcept.FEATURES];
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextDouble();
    }
    return x;
  }
}
