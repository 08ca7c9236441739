// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.trees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Scale;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FastFunctionsProperties {

  @Property
  void log2IsThatOfStrictMath(@ForAll @Scale(8) @DoubleRange(min = -300, max = 300) double power) {
    double x = StrictMath.pow(10, power);
    double exact = StrictMath.log(x) / StrictMath.log(2);
    assertThat(FastLog2.log2(x)).isCloseTo(exact, within(1e-11));
    assertThat(FastLog2.xLog2(x)).isCloseTo(x * exact, within(x * 1e-11));
  }

  @Test
  void xLog2OfSmallWholeNumbersComesFromATable() {
    assertThat(FastLog2.xLog2(0)).isZero();
    assertThat(FastLog2.xLog2(1)).isZero();
    assertThat(FastLog2.xLog2(Double.MIN_VALUE)).isZero();
    for (int x = 2; x < 5_000; x++) {
      double exact = x * StrictMath.log(x) / StrictMath.log(2);
      assertThat(FastLog2.xLog2(x)).isCloseTo(exact, withinPercentage(1e-10));
    }
  }

  @ParameterizedTest
  @CsvSource({
    // from tables of the standard normal distribution
    "0, 0.5",
    "1, 0.841344746068543",
    "-1, 0.158655253931457",
    "1.959963984540054, 0.975",
    "-2.326347874040841, 0.01",
    "3, 0.998650101968370",
    "-5, 2.866515719235352e-7"
  })
  void normalProbabilities(double z, double expected) {
    assertThat(NormalTable.below(z, NormalTable.index(z))).isCloseTo(expected, within(1e-8));
  }

  @Property
  void normalProbabilityAndEntropy(@ForAll @Scale(8) @DoubleRange(min = -9, max = 9) double z) {
    double p = integral(z);
    int index = NormalTable.index(z);
    assertThat(NormalTable.below(z, index)).isCloseTo(p, within(1e-8));
    double q = integral(-z);
    double entropy = -(p * StrictMath.log(p) + q * StrictMath.log(q)) / StrictMath.log(2);
    assertThat(NormalTable.entropy(z, index)).isCloseTo(entropy, within(2e-6));
  }

  @Test
  void nothingIsDividedFarOut() {
    for (double z : new double[] {-8.5, -1e300, Double.NEGATIVE_INFINITY}) {
      assertThat(NormalTable.below(z, NormalTable.index(z))).isZero();
      assertThat(NormalTable.below(-z, NormalTable.index(-z))).isEqualTo(1);
      assertThat(NormalTable.entropy(z, NormalTable.index(z))).isZero();
    }
  }

  /** Midpoint rule from 12 below up to z. */
  private static double integral(double z) {
    int steps = 20_000;
    double h = (z + 12) / steps;
    double sum = 0;
    for (int i = 0; i < steps; i++) {
      double x = -12 + (i + 0.5) * h;
      sum += StrictMath.exp(-0.5 * x * x);
    }
    return sum * h / StrictMath.sqrt(2 * StrictMath.PI);
  }

  @Property
  void scaledProductIsTheSumOfLogarithms(
      @ForAll @Size(min = 1, max = 300) double[] powers, @ForAll boolean root) {
    ScaledProduct product = new ScaledProduct();
    double sum = 0;
    for (double power : powers) {
      double limited = power % 300;
      product.times(StrictMath.exp(limited));
      sum += limited;
    }
    if (root) {
      product.squareRoot();
      sum /= 2;
    }
    assertThat(product.significand()).isBetween(1.0, 2.0);
    double found = StrictMath.log(product.significand()) + product.power();
    assertThat(found).isCloseTo(sum, within(1e-8));
  }
}
