// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.benchmarks.CellResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class RankingProperties {
  /** Few values, so that ties are common. */
  @Provide
  Arbitrary<double[][]> accuracies() {
    return Arbitraries.integers()
        .between(1, 5)
        .flatMap(
            learners ->
                Arbitraries.integers()
                    .between(0, 6)
                    .map(value -> 10.0 * value)
                    .array(Double[].class)
                    .ofSize(learners)
                    .map(row -> Arrays.stream(row).mapToDouble(Double::doubleValue).toArray())
                    .array(double[][].class)
                    .ofMinSize(1)
                    .ofMaxSize(5));
  }

  @Property(tries = 200)
  void agreesWithCountingWhoIsBetter(@ForAll("accuracies") double[][] accuracies) {
    List<CellResult> results = new ArrayList<>();
    for (int s = 0; s < accuracies.length; s++) {
      for (int l = 0; l < accuracies[s].length; l++) {
        results.add(Fixture.done(Fixture.cell("stream" + s, "learner" + l, 1), accuracies[s][l]));
      }
    }
    Ranking ranking = Ranking.of(new Results(results), Measure.ACCURACY);
    for (int l = 0; l < accuracies[0].length; l++) {
      double sum = 0;
      for (double[] row : accuracies) {
        double mine = row[l];
        long better = Arrays.stream(row).filter(other -> other > mine).count();
        long equal = Arrays.stream(row).filter(other -> other == mine).count();
        sum += better + (equal + 1) / 2.0;
      }
      assertThat(ranking.average("learner" + l).orElseThrow())
          .isCloseTo(sum / accuracies.length, within(1e-12));
    }
    double all = Arrays.stream(ranking.averages()).sum();
    int k = accuracies[0].length;
    assertThat(all).isCloseTo(k * (k + 1) / 2.0, within(1e-9));
  }

  @Property(tries = 200)
  void cliquesHoldExactlyTheNeighboursThatDoNotDiffer(
      @ForAll("accuracies") double[][] values, @ForAll("difference") double difference) {
    double[] ranks = values[0];
    List<List<Integer>> cliques = NemenyiTest.cliques(ranks, difference);
    for (int a = 0; a < ranks.length; a++) {
      for (int b = 0; b < ranks.length; b++) {
        int first = a;
        int second = b;
        boolean together = cliques.stream().anyMatch(c -> c.contains(first) && c.contains(second));
        if (a != b) {
          assertThat(together).isEqualTo(Math.abs(ranks[a] - ranks[b]) < difference);
        }
      }
    }
    for (List<Integer> one : cliques) {
      assertThat(cliques.stream().filter(other -> other.containsAll(one))).hasSize(1);
    }
  }

  @Provide
  Arbitrary<Double> difference() {
    return Arbitraries.of(0.5, 10.0, 15.0, 25.0, 100.0);
  }
}
