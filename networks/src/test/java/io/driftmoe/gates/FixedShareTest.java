// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.gates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class FixedShareTest {
  private static final FixedShareConfig BAYES = new FixedShareConfig(1, 0, 0);

  @Test
  void startsEven() {
    FixedShare mix = FixedShare.create(4, FixedShareConfig.defaults());
    assertThat(weights(mix)).containsOnly(0.25);
    assertThat(mix.experts()).isEqualTo(4);
  }

  @Test
  void beginsWithTrustInTheLast_andThenMovesAlike() {
    FixedShare mix = FixedShare.trusting(3, BAYES, 0.8);
    assertThat(weights(mix)).containsExactly(new double[] {0.1, 0.1, 0.8}, within(1e-15));
    mix.update(new double[] {1, 0.5, 0.125}, 2);
    assertThat(weights(mix)).containsExactly(new double[] {0.4, 0.2, 0.4}, within(1e-15));
    assertThat(FixedShare.trusting(1, BAYES, 0.8).weight(0)).isEqualTo(1);
    for (double trust : new double[] {0, 1, -0.1, Double.NaN}) {
      assertThatThrownBy(() -> new TrustedShareGateFactory(BAYES, trust))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("trust must lie between 0 and 1");
    }
  }

  @Test
  void etaOneWithoutShareAndFloorIsBayesRule() {
    FixedShare mix = FixedShare.create(2, BAYES);
    mix.update(new double[] {0.75, 0.25}, 2);
    assertThat(mix.weight(0)).isEqualTo(0.75);
    mix.update(new double[] {0.75, 0.25}, 2);
    assertThat(mix.weight(0)).isCloseTo(0.9, within(1e-15));
  }

  @Test
  void shareBoundsEveryWeightFromBelow() {
    FixedShare mix = FixedShare.create(5, new FixedShareConfig(2, 0.1, 0));
    for (int i = 0; i < 1_000; i++) {
      mix.update(new double[] {1, 0, 0.01, 0.2, 0}, 3);
    }
    assertThat(Arrays.stream(weights(mix)).min().orElseThrow()).isBetween(0.02, 0.0201);
    assertThat(mix.weight(0)).isBetween(0.91, 0.93);
  }

  @Test
  void leaderChangesSoonAfterTheBestExpertDoes() {
    FixedShare mix = FixedShare.create(2, FixedShareConfig.defaults());
    for (int i = 0; i < 10_000; i++) {
      mix.update(new double[] {0.9, 0.3}, 2);
    }
    assertThat(mix.weight(0)).isGreaterThan(0.9);
    int events = 0;
    while (mix.weight(1) < 0.5) {
      mix.update(new double[] {0.3, 0.9}, 2);
      events++;
    }
    assertThat(events).isBetween(10, 50);
  }

  @Test
  void eventsWithoutInformationLeaveTheWeights() {
    FixedShare mix = FixedShare.create(2, BAYES);
    mix.update(new double[] {0.8, 0.2}, 2);
    double[] before = weights(mix);
    mix.update(new double[] {0, 0}, 2);
    mix.update(new double[] {0.3, 0.3}, 2);
    mix.update(new double[] {0.9, 0.1}, 2, 0);
    assertThat(weights(mix)).containsExactly(before, within(1e-15));
  }

  /** With dispersed likelihoods and a small exponent a stand-in of their mean would gain. */
  @Test
  void whoIsNotHeardKeepsItsWeight() {
    FixedShare mix = FixedShare.create(4, new FixedShareConfig(0.1, 0.01, 0.1));
    for (int i = 0; i < 200; i++) {
      mix.update(new double[] {0.6, 0.6, 0.6, 0.2}, 2); // the last one has little weight
    }
    double last = mix.weight(3);
    assertThat(last).isBetween(0.0025, 0.1);
    boolean[] heard = {true, true, true, false};
    for (int i = 0; i < 1_000; i++) {
      double[] likelihoods = {0.2, 0.2, 0.2, Double.NaN};
      likelihoods[i % 3] = 0.95;
      mix.update(likelihoods, heard, 2);
      assertThat(mix.weight(3)).isCloseTo(last, within(1e-12));
    }
    assertThat(Arrays.stream(weights(mix)).sum()).isCloseTo(1, within(1e-12));
    mix.update(new double[] {0.2, 0.95, 0.2, 0.95}, new boolean[4], 2);
    assertThat(Arrays.stream(weights(mix)).sum()).as("nobody").isCloseTo(1, within(1e-12));
  }

  @Test
  void thoseHeardFollowBayesRuleAmongThemselves() {
    FixedShare mix = FixedShare.create(4, BAYES);
    mix.update(
        new double[] {0.75, Double.NaN, 0.25, 0}, new boolean[] {true, false, true, false}, 2);
    assertThat(weights(mix)).containsExactly(0.375, 0.25, 0.125, 0.25);
  }

  /** Only the share acts then, as where all are heard. */
  @Test
  void anEventRuledOutByAllWhoWereHeardSpreadsTheirWeights() {
    FixedShare mix = FixedShare.create(3, new FixedShareConfig(1, 0.5, 0));
    mix.update(new double[] {1, 0, 0}, 2); // 2/3, 1/6, 1/6
    mix.update(new double[] {0, 0, Double.NaN}, new boolean[] {true, true, false}, 2);
    assertThat(weights(mix))
        .containsExactly(
            new double[] {2 / 6.0 + 5 / 24.0, 1 / 12.0 + 5 / 24.0, 1 / 6.0}, within(1e-15));
  }

  @Test
  void hugeWeightsPickTheBestInsteadOfUnderflowing() {
    FixedShare mix = FixedShare.create(3, FixedShareConfig.defaults());
    mix.update(new double[] {0.2, 0.4, 0.1}, 10, 1e12);
    assertThat(mix.weight(1)).isCloseTo(0.99 + 0.01 / 3, within(1e-12));
  }

  @Test
  void resetExpertGetsTheMeanAndTheOthersKeepTheirProportions() {
    FixedShare mix = FixedShare.create(3, BAYES);
    mix.update(new double[] {0.6, 0.3, 0.1}, 2);
    mix.reset(0);
    assertThat(mix.weight(0)).isEqualTo(1.0 / 3);
    assertThat(mix.weight(1)).isCloseTo(0.5, within(1e-15));
    assertThat(mix.weight(2)).isCloseTo(0.5 / 3, within(1e-15));

    FixedShare alone = FixedShare.create(2, BAYES);
    alone.update(new double[] {1, 0}, 2);
    alone.reset(0);
    assertThat(weights(alone)).containsExactly(0.5, 0.5);
    alone.update(new double[] {1, 0}, 2);
    alone.reset(1);
    assertThat(weights(alone)).containsExactly(0.5, 0.5);
  }

  @Test
  void snapshotOfAnotherNumberOfExpertsIsRejected() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    FixedShare.create(3, BAYES).writeSnapshot(new DataOutputStream(bytes));
    assertThatThrownBy(
            () ->
                FixedShare.restore(
                    4, BAYES, new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("3 weights of experts, expected 4");
  }

  @Test
  void illegalArgumentsAreRejectedByName() {
    FixedShare mix = FixedShare.create(2, BAYES);
    double[] before = weights(mix);
    for (double illegal : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThatThrownBy(() -> mix.update(new double[] {0.5, illegal}, 2))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("likelihood of expert 1 must lie between 0 and 1, got " + illegal);
    }
    assertThatThrownBy(() -> mix.update(new double[] {0.5, 0.5, 0.5}, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("likelihoods has length 3, there are 2 experts");
    boolean[] second = {false, true};
    assertThatThrownBy(() -> mix.update(new double[] {0.5, 1.1}, second, 2))
        .hasMessage("likelihood of expert 1 must lie between 0 and 1, got 1.1");
    assertThatThrownBy(() -> mix.update(new double[] {0.5, 0.5, 0.5}, second, 2))
        .hasMessage("likelihoods has length 3, there are 2 experts");
    assertThatThrownBy(() -> mix.update(new double[] {0.5, 0.5}, new boolean[3], 2))
        .hasMessage("heard has length 3, there are 2 experts");
    assertThatThrownBy(() -> mix.update(new double[] {0.5, 0.5}, second, 0))
        .hasMessage("classes must be at least 1, got 0");
    assertThatThrownBy(() -> mix.update(new double[] {0.5, 0.5}, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("classes must be at least 1, got 0");
    assertThatThrownBy(() -> mix.update(new double[] {0.5, 0.5}, 2, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("weight must be at least 0 and finite, got -1.0");
    assertThat(weights(mix)).isEqualTo(before);
    assertThatThrownBy(() -> FixedShare.create(0, BAYES))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("experts must be at least 1, got 0");
    assertThatThrownBy(() -> new FixedShareConfig(0, 0, 0)).hasMessageStartingWith("eta must");
    assertThatThrownBy(() -> new FixedShareConfig(1, 1, 0)).hasMessageStartingWith("share must");
    assertThatThrownBy(() -> new FixedShareConfig(1, 0, -1)).hasMessageStartingWith("floor must");
  }

  private static double[] weights(FixedShare mix) {
    double[] weights = new double[mix.experts()];
    mix.copyTo(weights);
    return weights;
  }
}
