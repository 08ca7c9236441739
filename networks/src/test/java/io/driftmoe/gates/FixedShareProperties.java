// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.gates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.SplitMix64;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

final class FixedShareProperties {

  /** The formulas as they stand, sums in high precision. */
  private static double[] naive(
      double[] weights, double[] likelihoods, int classes, double weight, FixedShareConfig config) {
    double[] next = new double[weights.length];
    BigDecimal sum = BigDecimal.ZERO;
    for (int e = 0; e < next.length; e++) {
      double l = (1 - config.floor()) * likelihoods[e] + config.floor() / classes;
      next[e] = weights[e] * Math.exp(config.eta() * weight * Math.log(l));
      sum = sum.add(BigDecimal.valueOf(next[e]), MathContext.DECIMAL128);
    }
    for (int e = 0; e < next.length; e++) {
      next[e] = (1 - config.share()) * next[e] / sum.doubleValue() + config.share() / next.length;
    }
    return next;
  }

  @Property(tries = 300)
  void equalsTheNaiveModel(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 9) int experts,
      @ForAll @IntRange(min = 2, max = 12) int classes,
      @ForAll @DoubleRange(min = 0.01, max = 2) double eta,
      @ForAll @DoubleRange(min = 0, max = 0.5) double share,
      @ForAll @DoubleRange(min = 0.01, max = 0.9) double floor)
      throws IOException {
    FixedShareConfig config = new FixedShareConfig(eta, share, floor);
    SplitMix64 random = new SplitMix64(seed);
    FixedShare mix = FixedShare.create(experts, config);
    double[] expected = new double[experts];
    mix.copyTo(expected);
    double[] likelihoods = new double[experts];
    for (int event = 0; event < 60; event++) {
      for (int e = 0; e < experts; e++) {
        likelihoods[e] = random.nextDouble() < 0.2 ? e % 2 : random.nextDouble();
      }
      double weight = event % 3 == 0 ? 3 * random.nextDouble() : 1;
      mix.update(likelihoods, classes, weight);
      expected = naive(expected, likelihoods, classes, weight, config);
      double sum = 0;
      for (int e = 0; e < experts; e++) {
        assertThat(mix.weight(e)).isCloseTo(expected[e], within(1e-11));
        assertThat(mix.weight(e)).isGreaterThanOrEqualTo(share / experts);
        sum += mix.weight(e);
      }
      assertThat(sum).isCloseTo(1, within(1e-12));
      if (event % 20 == 10) {
        mix.reset(event % experts);
        assertThat(mix.weight(event % experts)).isEqualTo(1.0 / experts);
        mix.copyTo(expected);
        mix = restored(mix, config);
      }
    }
  }

  /** The same of those that were heard, who keep among themselves what they have together. */
  private static double[] naive(
      double[] weights,
      double[] likelihoods,
      boolean[] heard,
      int classes,
      FixedShareConfig config) {
    BigDecimal mass = BigDecimal.ZERO;
    BigDecimal sum = BigDecimal.ZERO;
    double[] moved = new double[weights.length];
    int count = 0;
    for (int e = 0; e < moved.length; e++) {
      if (heard[e]) {
        double l = (1 - config.floor()) * likelihoods[e] + config.floor() / classes;
        moved[e] = weights[e] * Math.exp(config.eta() * Math.log(l));
        mass = mass.add(BigDecimal.valueOf(weights[e]), MathContext.DECIMAL128);
        sum = sum.add(BigDecimal.valueOf(moved[e]), MathContext.DECIMAL128);
        count++;
      }
    }
    double[] next = weights.clone();
    for (int e = 0; e < next.length; e++) {
      if (heard[e]) {
        double ofTheHeard =
            (1 - config.share()) * moved[e] / sum.doubleValue() + config.share() / count;
        next[e] = mass.doubleValue() * ofTheHeard;
      }
    }
    return next;
  }

  @Property(tries = 300)
  void equalsTheNaiveModelWhereSomeAreNotHeard(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 9) int experts,
      @ForAll @IntRange(min = 2, max = 12) int classes,
      @ForAll @DoubleRange(min = 0.01, max = 2) double eta,
      @ForAll @DoubleRange(min = 0, max = 0.5) double share,
      @ForAll @DoubleRange(min = 0.01, max = 0.9) double floor,
      @ForAll @DoubleRange(min = 0, max = 1) double attendance) {
    FixedShareConfig config = new FixedShareConfig(eta, share, floor);
    SplitMix64 random = new SplitMix64(seed);
    FixedShare mix = FixedShare.create(experts, config);
    double[] expected = new double[experts];
    mix.copyTo(expected);
    for (int event = 0; event < 60; event++) {
      double[] likelihoods = new double[experts];
      boolean[] heard = new boolean[experts];
      for (int e = 0; e < experts; e++) {
        heard[e] = random.nextDouble() < attendance;
        likelihoods[e] = heard[e] ? random.nextDouble() : Double.NaN;
      }
      double[] before = new double[experts];
      mix.copyTo(before);
      mix.update(likelihoods, heard, classes);
      expected = naive(expected, likelihoods, heard, classes, config);
      double sum = 0;
      for (int e = 0; e < experts; e++) {
        assertThat(mix.weight(e)).isCloseTo(expected[e], within(1e-11));
        if (!heard[e]) {
          assertThat(mix.weight(e)).isEqualTo(before[e]);
        }
        sum += mix.weight(e);
      }
      assertThat(sum).isCloseTo(1, within(1e-12));
    }
  }

  @Property(tries = 100)
  void equalsThePlainUpdateBitForBitWhereAllAreHeard(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 9) int experts,
      @ForAll @DoubleRange(min = 0.01, max = 2) double eta,
      @ForAll @DoubleRange(min = 0, max = 0.5) double share,
      @ForAll @DoubleRange(min = 0, max = 0.9) double floor) {
    FixedShareConfig config = new FixedShareConfig(eta, share, floor);
    SplitMix64 random = new SplitMix64(seed);
    FixedShare plain = FixedShare.create(experts, config);
    FixedShare heard = FixedShare.create(experts, config);
    boolean[] all = new boolean[experts];
    Arrays.fill(all, true);
    for (int event = 0; event < 60; event++) {
      double[] likelihoods = new double[experts];
      for (int e = 0; e < experts; e++) {
        likelihoods[e] = random.nextDouble() < 0.3 ? 0 : random.nextDouble();
      }
      plain.update(likelihoods, 3);
      heard.update(likelihoods, all, 3);
      for (int e = 0; e < experts; e++) {
        assertThat(heard.weight(e)).isEqualTo(plain.weight(e));
      }
    }
  }

  private static FixedShare restored(FixedShare mix, FixedShareConfig config) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    mix.writeSnapshot(new DataOutputStream(bytes));
    ByteArrayInputStream in = new ByteArrayInputStream(bytes.toByteArray());
    FixedShare restored = FixedShare.restore(mix.experts(), config, new DataInputStream(in));
    assertThat(in.read()).isEqualTo(-1);
    for (int e = 0; e < mix.experts(); e++) {
      assertThat(restored.weight(e)).isEqualTo(mix.weight(e));
    }
    return restored;
  }
}
