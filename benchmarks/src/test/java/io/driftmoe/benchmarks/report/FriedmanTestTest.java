// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class FriedmanTestTest {
  /** The example of Demšar's paper: rank sums of four versions of C4.5 over 14 data sets. */
  private static final double[] DEMSAR = {44 / 14.0, 28 / 14.0, 40.5 / 14, 27.5 / 14};

  @Test
  void agreesWithDemsarsExample() {
    FriedmanTest test = FriedmanTest.of(DEMSAR, 14);
    assertThat(test.chiSquare()).isCloseTo(9.28, within(5e-3));
    assertThat(test.f()).isCloseTo(3.69, within(5e-3));
    // his critical value of F(3, 39) at 5 % is 2.85
    assertThat(test.fP()).isLessThan(.05).isGreaterThan(.01);
    assertThat(test.chiSquareP()).isCloseTo(.0258, within(5e-4));
  }

  @Test
  void equalRanksAreNoEvidence() {
    FriedmanTest test = FriedmanTest.of(new double[] {2, 2, 2}, 7);
    assertThat(test.chiSquare()).isZero();
    assertThat(test.chiSquareP()).isEqualTo(1);
    assertThat(test.fP()).isEqualTo(1);
  }

  @Test
  void theSameOrderOnEveryStreamIsAsMuchEvidenceAsThereIs() {
    FriedmanTest test = FriedmanTest.of(new double[] {1, 2, 3}, 5);
    assertThat(test.chiSquare()).isCloseTo(10, within(1e-9));
    assertThat(test.f()).isInfinite();
    assertThat(test.fP()).isZero();
  }

  @Test
  void needsTwoOfEach() {
    assertThatThrownBy(() -> FriedmanTest.of(new double[] {1}, 5)).hasMessageContaining("got 1");
    assertThatThrownBy(() -> FriedmanTest.of(new double[] {1, 2}, 1)).hasMessageContaining("and 1");
  }
}
