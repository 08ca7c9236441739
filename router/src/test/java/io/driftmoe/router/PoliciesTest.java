// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.experts.moa.MoaHoeffdingTreeFactory;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

final class PoliciesTest {
  private static final StreamSchema SCHEMA =
      new StreamSchema(
          List.of(Attribute.numeric("x")), new LabelSpace(List.of("red", "green", "blue")));

  private static final ExpertFactory EXPERT = MoaHoeffdingTreeFactory.paper();

  private static Votes votes(double[]... rows) {
    double[] values = new double[rows.length * rows[0].length];
    for (int e = 0; e < rows.length; e++) {
      System.arraycopy(rows[e], 0, values, e * rows[0].length, rows[0].length);
    }
    return new Votes(values, rows[0].length);
  }

  @Nested
  final class Regimes {
    private final RoutingPolicy policy =
        RoutingPolicy.of(Division.Data.alike(4, EXPERT, 3), SCHEMA);
    private final Votes votes =
        votes(
            new double[] {0.5, 0.3, 0.2},
            new double[] {0.2, 0.7, 0.1},
            new double[] {0.6, 0.4, 0.0},
            new double[] {0.3, 0.4, 0.3});
    private final boolean[] mask = new boolean[4];

    @Test
    void predictsWithTheExpertOfTheHighestWeightAlone() {
      double[] probabilities = new double[3];
      policy.combine(new double[] {0.2, 0.4, 0.3, 0.1}, votes, probabilities);
      assertThat(probabilities).containsExactly(0.2, 0.7, 0.1);
    }

    @Test
    void equalWeightsLetTheLowestIndexPredict() {
      double[] probabilities = new double[3];
      policy.combine(new double[] {0.1, 0.3, 0.3, 0.3}, votes, probabilities);
      assertThat(probabilities).containsExactly(0.2, 0.7, 0.1);
    }

    @Test
    void softCombinationIsTheWeightedMean() {
      assertThat(combined(new Combination.Soft(), 0.2, 0.4, 0.3, 0.1))
          .containsExactly(new double[] {0.39, 0.5, 0.11}, within(1e-12));
    }

    @Test
    void topCombinationIsTheWeightedMeanOfTheHighestWeights() {
      assertThat(combined(new Combination.TopK(2), 0.2, 0.4, 0.3, 0.1))
          .containsExactly(new double[] {0.26 / 0.7, 0.4 / 0.7, 0.04 / 0.7}, within(1e-12));
      assertThat(combined(new Combination.TopK(9), 0.2, 0.4, 0.3, 0.1))
          .isEqualTo(combined(new Combination.Soft(), 0.2, 0.4, 0.3, 0.1));
    }

    private double[] combined(Combination combination, double... weights) {
      double[] probabilities = new double[3];
      RoutingPolicy.of(new Division.Data(Collections.nCopies(4, EXPERT), 4, combination), SCHEMA)
          .combine(weights, votes, probabilities);
      return probabilities;
    }

    @Test
    void marksEveryExpertThatIsRight() {
      policy.correctness(votes, 0, mask);
      assertThat(mask).containsExactly(true, false, true, false);
      policy.correctness(votes, 1, mask);
      assertThat(mask).containsExactly(false, true, false, true);
    }

    @Test
    void marksTheClosestExpertWhenNoneIsRight() {
      policy.correctness(votes, 2, mask);
      assertThat(mask).containsExactly(false, false, false, true);
    }

    @Test
    void marksTheLowestIndexAmongEquallyCloseExperts() {
      Votes level =
          votes(
              new double[] {0.6, 0.3, 0.1},
              new double[] {0.5, 0.3, 0.2},
              new double[] {0.4, 0.4, 0.2},
              new double[] {0.9, 0.0, 0.1});
      policy.correctness(level, 2, mask);
      assertThat(mask).containsExactly(false, true, false, false);
    }

    @Test
    void expertsThatKnowNothingCountAsVotingForClassZero() {
      double third = 1.0 / 3;
      double[] nothing = {third, third, third};
      Votes untrained = votes(nothing, nothing, nothing, nothing);
      policy.correctness(untrained, 0, mask);
      assertThat(mask).containsExactly(true, true, true, true);
      policy.correctness(untrained, 2, mask);
      assertThat(mask).containsExactly(true, false, false, false);
    }

    @Test
    void theThreeHighestWeightsLearn() {
      double[] lessons = new double[4];
      policy.select(new double[] {0.4, 0.1, 0.2, 0.3}, lessons);
      assertThat(lessons).containsExactly(1, 0, 1, 1);
      policy.select(new double[] {0.25, 0.25, 0.25, 0.25}, lessons);
      assertThat(lessons).containsExactly(1, 1, 1, 0);
    }

    @Test
    void expertsLearnTheLabelOfTheStream() {
      assertThat(policy.experts()).isEqualTo(4);
      assertThat(policy.schemaOf(3)).isEqualTo(SCHEMA);
      assertThat(policy.labelFor(3, 2)).isEqualTo(2);
    }
  }

  @Nested
  final class Classes {
    private final RoutingPolicy policy = RoutingPolicy.of(new Division.Task(EXPERT), SCHEMA);

    @Test
    void gateWeightsAreTheClassProbabilitiesWhateverTheExpertsSay() {
      double[] probabilities = new double[3];
      double[] yes = {0, 1};
      policy.combine(new double[] {0.2, 0.5, 0.3}, votes(yes, yes, yes), probabilities);
      assertThat(probabilities).containsExactly(0.2, 0.5, 0.3);
    }

    @Test
    void maskIsAlwaysOneHotOfTheLabel() {
      SplitMix64 random = new SplitMix64(5);
      boolean[] mask = new boolean[3];
      for (int i = 0; i < 200; i++) {
        double[][] rows = new double[3][];
        for (int e = 0; e < 3; e++) {
          double p = random.nextDouble();
          rows[e] = new double[] {1 - p, p};
        }
        int label = (int) (3 * random.nextDouble());
        policy.correctness(votes(rows), label, mask);
        for (int c = 0; c < 3; c++) {
          assertThat(mask[c]).isEqualTo(c == label);
        }
      }
    }

    @Test
    void allExpertsLearnTheirOneVsRestLabel() {
      double[] lessons = new double[3];
      policy.select(new double[] {1, 0, 0}, lessons);
      assertThat(lessons).containsExactly(1, 1, 1);
      assertThat(policy.experts()).isEqualTo(3);
      assertThat(policy.schemaOf(1).labels().names()).containsExactly("no", "yes");
      assertThat(policy.schemaOf(1).attributes()).isEqualTo(SCHEMA.attributes());
      assertThat(policy.labelFor(1, 1)).isEqualTo(1);
      assertThat(policy.labelFor(0, 1)).isZero();
      assertThat(policy.labelFor(2, 1)).isZero();
    }
  }
}
