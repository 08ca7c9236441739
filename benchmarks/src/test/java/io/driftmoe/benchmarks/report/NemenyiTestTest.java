// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NemenyiTestTest {
  /** Demšar's table 5 (a), which was rounded from a table of three digits. */
  @ParameterizedTest
  @CsvSource({
    "2, 1.960",
    "3, 2.343",
    "4, 2.569",
    "5, 2.728",
    "6, 2.850",
    "7, 2.949",
    "8, 3.031",
    "9, 3.102",
    "10, 3.164"
  })
  void criticalValuesAreThoseOfDemsarsTable(int learners, double q) {
    assertThat(NemenyiTest.criticalValue(learners)).isCloseTo(q, within(1.1e-3));
  }

  @Test
  void goesOnBeyondTheTable() {
    assertThat(NemenyiTest.criticalValue(30)).isBetween(NemenyiTest.criticalValue(29), 4.0);
  }

  @Test
  void theDifferenceOfDemsarsExample() {
    NemenyiTest test = NemenyiTest.of(new double[] {3.143, 2.000, 2.893, 1.964}, 14);
    assertThat(test.criticalDifference()).isCloseTo(1.25, within(5e-3));
    assertThat(test.cliques()).containsExactly(List.of(3, 1, 2, 0));
  }

  @Test
  void cliquesMayOverlapButNotContainEachOther() {
    assertThat(NemenyiTest.cliques(new double[] {1, 2, 3, 7}, 1.5))
        .containsExactly(List.of(0, 1), List.of(1, 2));
    assertThat(NemenyiTest.cliques(new double[] {1, 4, 7}, 1)).isEmpty();
  }

  @Test
  void theRangeIsADistribution() {
    assertThat(StudentizedRange.probability(0, 3)).isZero();
    assertThat(StudentizedRange.probability(20, 3)).isCloseTo(1, within(1e-9));
    assertThatThrownBy(() -> StudentizedRange.quantile(1, 3)).hasMessageContaining("got 1.0");
    assertThatThrownBy(() -> StudentizedRange.quantile(.5, 1)).hasMessageContaining("and 1");
  }
}
