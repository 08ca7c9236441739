// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class AdwinProperties {
  private static final double[] DELTAS = {0.002, 0.05, 0.3};

  /** The naive model keeps every observation: the window must be the latest of them. */
  @Property(tries = 200)
  void window_isTheLatestObservations(
      @ForAll("streams") double[] stream, @ForAll("deltas") double delta) {
    Adwin adwin = new Adwin(delta);
    double[] sumUpTo = new double[stream.length + 1];
    for (int i = 0; i < stream.length; i++) {
      sumUpTo[i + 1] = sumUpTo[i] + stream[i];
      long widthBefore = adwin.width();
      DriftLevel level = adwin.update(stream[i]);

      int width = Math.toIntExact(adwin.width());
      if (level == DriftLevel.STABLE) {
        assertThat(width).isEqualTo(widthBefore + 1);
        assertThat(adwin.errorRose()).isFalse();
      } else {
        assertThat(level).isEqualTo(DriftLevel.DRIFT);
        assertThat(width).isBetween(7, Math.toIntExact(widthBefore));
      }
      double naive = (sumUpTo[i + 1] - sumUpTo[i + 1 - width]) / width;
      assertThat(adwin.mean()).isCloseTo(naive, within(1e-9));
    }
  }

  /** The naive model tries every place: none is clearer, and the bound is met where it says. */
  @Property(tries = 200)
  void cut_isTheClearestOne(@ForAll("streams") double[] stream, @ForAll("deltas") double delta) {
    Adwin adwin = new Adwin(delta);
    for (int i = 0; i < stream.length; i++) {
      int width = Math.toIntExact(adwin.width()) + 1;
      boolean drift = adwin.update(stream[i]) == DriftLevel.DRIFT;
      assertThat(adwin.cut().isPresent()).isEqualTo(drift);
      if (drift) {
        AdwinCut cut = adwin.cut().orElseThrow();
        double[] window = Arrays.copyOfRange(stream, i + 1 - width, i + 1);
        int before = Math.toIntExact(cut.before());
        assertThat(before + cut.since()).isEqualTo(width);
        assertThat(cut.meanBefore()).isCloseTo(mean(window, 0, before), within(1e-9));
        assertThat(cut.meanSince()).isCloseTo(mean(window, before, width), within(1e-9));
        assertThat(cut.delta()).isBetween(0.0, delta * (1 + 1e-9));
        double difference = Math.abs(cut.meanBefore() - cut.meanSince());
        if (cut.delta() > 1e-300) {
          assertThat(bound(window, before, cut.delta())).isCloseTo(difference, within(1e-6));
        }
      }
    }
  }

  private static double mean(double[] window, int from, int to) {
    return Arrays.stream(window, from, to).sum() / (to - from);
  }

  /** As the class comment of Adwin has it. */
  private static double bound(double[] window, int before, double delta) {
    double mean = mean(window, 0, window.length);
    double variance = Arrays.stream(window).map(x -> (x - mean) * (x - mean)).sum() / window.length;
    double m = 1.0 / (before - 4) + 1.0 / (window.length - before - 4);
    double d = Math.log(2 * Math.log(window.length) / delta);
    return Math.sqrt(2 * m * variance * d) + 2.0 / 3 * m * d;
  }

  @Property(tries = 200)
  void snapshot_midStream_continuesBitForBit(
      @ForAll("streams") double[] stream,
      @ForAll("deltas") double delta,
      @ForAll @IntRange(max = 3000) int cut)
      throws IOException {
    Adwin whole = new Adwin(delta);
    int middle = Math.min(cut, stream.length);
    for (int i = 0; i < middle; i++) {
      whole.update(stream[i]);
    }
    Adwin restored = copy(whole);
    assertSame(whole, restored);
    for (int i = middle; i < stream.length; i++) {
      assertThat(restored.update(stream[i])).isEqualTo(whole.update(stream[i]));
      assertSame(whole, restored);
    }
    assertThat(bytes(restored)).isEqualTo(bytes(whole));
  }

  /**
   * The theorem bounds the chance of a false cut at one search by delta; a search comes every 32
   * observations. Over 100 stationary streams of 10,000 the share of searches that cut must stay
   * below delta, for rare, ordinary and coin-flip errors.
   */
  @Example
  void update_stationaryErrors_falseAlarmsStayBelowDelta() {
    for (double rate : new double[] {0.05, 0.2, 0.5}) {
      for (double delta : DELTAS) {
        int alarms = 0;
        for (int seed = 0; seed < 100; seed++) {
          Random random = new Random(seed);
          Adwin adwin = new Adwin(delta);
          for (int i = 0; i < 10_000; i++) {
            alarms += adwin.update(bernoulli(random, rate)) == DriftLevel.DRIFT ? 1 : 0;
          }
        }
        double searches = 100 * (10_000 / 32);
        assertThat(alarms / searches).as("rate %s, delta %s", rate, delta).isLessThan(delta);
      }
    }
  }

  /**
   * An error rate that doubles from 0.2 to 0.4 after 2,000 observations: found in time, every time.
   */
  @Example
  void update_errorRateDoubles_isFoundWithin400Observations() {
    int within160 = 0;
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      Adwin adwin = new Adwin(0.002);
      for (int i = 0; i < 2000; i++) {
        adwin.update(bernoulli(random, 0.2));
      }
      int delay = 1;
      while (adwin.update(bernoulli(random, 0.4)) != DriftLevel.DRIFT) {
        delay++;
      }
      assertThat(delay).as("delay with seed %s", seed).isLessThanOrEqualTo(400);
      assertThat(adwin.errorRose()).as("error rose with seed %s", seed).isTrue();
      within160 += delay <= 160 ? 1 : 0;
    }
    assertThat(within160).as("found within 160 observations").isGreaterThan(250);
  }

  /** 0/1 errors, or real ones around the same rate; the rate jumps at random places. */
  @Provide
  Arbitrary<double[]> streams() {
    return Combinators.combine(
            Arbitraries.longs(),
            Arbitraries.integers().between(0, 3000),
            Arbitraries.integers().between(50, 1500),
            Arbitraries.of(true, false))
        .as(AdwinProperties::stream);
  }

  @Provide
  Arbitrary<Double> deltas() {
    return Arbitraries.doubles().between(0.0001, 0.9).ofScale(4);
  }

  private static double[] stream(long seed, int length, int meanRegime, boolean binary) {
    Random random = new Random(seed);
    double[] stream = new double[length];
    double rate = random.nextDouble();
    for (int i = 0; i < length; i++) {
      if (random.nextInt(meanRegime) == 0) {
        rate = random.nextDouble();
      }
      stream[i] = binary ? bernoulli(random, rate) : rate + 0.1 * random.nextGaussian();
    }
    return stream;
  }

  private static double bernoulli(Random random, double rate) {
    return random.nextDouble() < rate ? 1 : 0;
  }

  private static void assertSame(Adwin expected, Adwin actual) {
    assertThat(actual.width()).isEqualTo(expected.width());
    assertThat(Double.doubleToLongBits(actual.mean()))
        .isEqualTo(Double.doubleToLongBits(expected.mean()));
    assertThat(actual.errorRose()).isEqualTo(expected.errorRose());
  }

  private static Adwin copy(Adwin adwin) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes(adwin)));
    Adwin copy = Adwin.readSnapshot(in, adwin.delta());
    assertThat(in.available()).as("bytes left after the snapshot").isZero();
    return copy;
  }

  private static byte[] bytes(Adwin adwin) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    adwin.writeSnapshot(new DataOutputStream(out));
    return out.toByteArray();
  }
}
