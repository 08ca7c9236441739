// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Which columns have heavy tails, as far as the first 129 values tell. */
final class TailShapeTest {
  private static final int SAMPLES = 500;

  /** The share of samples of a distribution that look heavy-tailed. */
  private static double heavy(ToDoubleFunction<Random> distribution) {
    Random random = new Random(5);
    int heavy = 0;
    for (int i = 0; i < SAMPLES; i++) {
      heavy += shape(random, distribution).isHeavy() ? 1 : 0;
    }
    return (double) heavy / SAMPLES;
  }

  private static TailShape shape(Random random, ToDoubleFunction<Random> distribution) {
    double[] values = new double[MixtureOfExperts.MOST_LESSONS + 1];
    for (int i = 0; i < values.length; i++) {
      values[i] = distribution.applyAsDouble(random);
    }
    return TailShape.of(values);
  }

  private static double exponential(Random random) {
    return -Math.log(1 - random.nextDouble());
  }

  @Test
  void ordinaryColumnsAreNotHeavy() {
    assertThat(heavy(Random::nextDouble)).isZero();
    assertThat(heavy(Random::nextGaussian)).isZero();
    assertThat(heavy(TailShapeTest::exponential)).isZero();
    assertThat(heavy(random -> random.nextGaussian() + (random.nextBoolean() ? 1e6 : 0))).isZero();
  }

  @Test
  void countsAndIndicatorsAreNotHeavy() {
    assertThat(heavy(random -> 7)).isZero();
    assertThat(heavy(random -> random.nextInt(2))).isZero();
    assertThat(heavy(random -> random.nextInt(10) == 0 ? 1 : 0)).isZero();
    assertThat(heavy(random -> random.nextInt(12))).isZero();
    assertThat(heavy(random -> Math.floor(2 * exponential(random)))).isZero();
  }

  @Test
  void aMarkerAmongOrdinaryValuesIsNoTail() {
    for (double share : new double[] {0.01, 0.09, 0.11, 0.2, 0.5}) {
      assertThat(heavy(random -> random.nextDouble() < share ? -999 : random.nextGaussian()))
          .as("%s", share)
          .isZero();
    }
  }

  @Test
  void valuesOverManyOrdersOfMagnitudeAre() {
    assertThat(heavy(random -> Math.exp(12 * random.nextDouble()))).isOne();
    assertThat(heavy(random -> -Math.exp(12 * random.nextDouble()))).isOne();
    assertThat(heavy(random -> 400 - Math.exp(12 * random.nextDouble()))).isOne();
    assertThat(heavy(random -> Math.exp(3 * random.nextGaussian()))).isGreaterThan(0.95);
    assertThat(heavy(random -> Math.floor(Math.exp(8 * random.nextDouble())))).isGreaterThan(0.95);
    assertThat(heavy(random -> Math.pow(random.nextDouble(), -2))).isGreaterThan(0.9); // Pareto
    assertThat(
            heavy(
                random ->
                    random.nextInt(3) == 0 ? 0 : Math.floor(Math.exp(12 * random.nextDouble()))))
        .isGreaterThan(0.95);
  }

  @Test
  void wildValuesChangeNothing() {
    for (double wild : new double[] {-999, 1e60, Double.MAX_VALUE, -Double.MAX_VALUE}) {
      assertThat(heavy(random -> random.nextInt(50) == 0 ? wild : random.nextGaussian())).isZero();
      assertThat(
              heavy(random -> random.nextInt(50) == 0 ? wild : Math.exp(12 * random.nextDouble())))
          .isGreaterThan(0.99);
    }
  }

  @Test
  void fewValuesTellNothing() {
    assertThat(TailShape.of(new double[0]).isHeavy()).isFalse();
    assertThat(TailShape.of(new double[] {1, 1e9, 1e30, 1e60}).isHeavy()).isFalse();
  }
}
