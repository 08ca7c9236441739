// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router.branches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PairedTestTest {
  private static final PairedTestOptions PLAIN = new PairedTestOptions(0.05, 0, 1);

  private static PairedTest after(PairedTestOptions options, int... differences) {
    PairedTest test = new PairedTest(options);
    for (int difference : differences) {
      test.add(difference < 0, difference > 0);
    }
    return test;
  }

  @Test
  void example_ofTheComment() {
    PairedTest test = new PairedTest(PLAIN);
    for (int event = 0; event < 8; event++) {
      test.add(false, true);
      assertThat(test.verdict()).isEqualTo(Verdict.UNDECIDED);
    }
    test.add(false, true);
    assertThat(test.verdict()).isEqualTo(Verdict.BETTER);
  }

  @Test
  void verdict_stands() {
    PairedTest test = after(PLAIN, 1, 1, 1, 1, 1, 1, 1, 1, 1);
    for (int event = 0; event < 1_000; event++) {
      test.add(true, false);
    }
    assertThat(test.verdict()).isEqualTo(Verdict.BETTER);
    assertThat(test.negativeFlips()).isEqualTo(1_000);
    assertThat(test.events()).isEqualTo(1_009);
  }

  @Test
  void loss_isFoundLongAfterAGain() {
    // With a smallest gain that is never reached, 10,000 gains decide nothing.
    PairedTest test = new PairedTest(new PairedTestOptions(0.05, 0.5, 1));
    for (int event = 0; event < 50_000; event++) {
      test.add(event % 5 != 0, true);
    }
    assertThat(test.verdict()).isEqualTo(Verdict.UNDECIDED);
    int delay = 0;
    while (test.verdict() == Verdict.UNDECIDED) {
      test.add(true, delay++ % 5 != 0);
    }
    // On the whole, the challenger still has 10,000 more right.
    assertThat(test.verdict()).isEqualTo(Verdict.WORSE);
    assertThat(delay).isBetween(40, 200);
  }

  @Test
  void gain_inOneStretchIsNoGainOnTheWhole() {
    // 10,000 events of loss, then gains that do not make up for it until the 10,000th.
    PairedTest test = new PairedTest(new PairedTestOptions(1e-300, 0, 1));
    for (int event = 0; event < 10_000; event++) {
      test.add(true, event % 10 != 0);
    }
    for (int event = 0; event < 10_000; event++) {
      test.add(event % 10 != 0, true);
    }
    assertThat(test.logEvidence()).isLessThan(0);
  }

  @Test
  void flips_keepABetterChallengerBack() {
    PairedTestOptions few = new PairedTestOptions(0.05, 0, 0.1);
    PairedTest many = new PairedTest(few);
    PairedTest rare = new PairedTest(few);
    for (int event = 0; event < 20_000; event++) {
      int mixed = event * 37 % 100;
      boolean positive = mixed >= 50;
      many.add(!positive, mixed >= 11);
      rare.add(!positive, mixed >= 8);
    }
    assertThat(many.verdict()).isEqualTo(Verdict.UNDECIDED);
    assertThat(many.logEvidence()).isGreaterThan(1_000);
    assertThat(rare.verdict()).isEqualTo(Verdict.BETTER);
  }

  @Test
  void smallestGain_keepsASmallerOneBack() {
    PairedTest test = new PairedTest(new PairedTestOptions(0.05, 0.02, 1));
    PairedTest enough = new PairedTest(new PairedTestOptions(0.05, 0.02, 1));
    for (int event = 0; event < 50_000; event++) {
      test.add(event % 100 != 0, true);
      enough.add(event % 100 >= 4, true);
    }
    assertThat(test.verdict()).isEqualTo(Verdict.UNDECIDED);
    assertThat(enough.verdict()).isEqualTo(Verdict.BETTER);
  }

  @Test
  void draws_decideNothing() {
    PairedTest test = new PairedTest(PLAIN);
    for (int event = 0; event < 100_000; event++) {
      test.add(true, true);
    }
    assertThat(test.verdict()).isEqualTo(Verdict.UNDECIDED);
    assertThat(test.logEvidence()).isCloseTo(0, within(1e-12));
    assertThat(Math.exp(test.logEvidenceOfLoss())).isLessThanOrEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 1, level",
    "1, 0, 1, level",
    "NaN, 0, 1, level",
    "0.1, -0.1, 1, smallestGain",
    "0.1, 1, 1, smallestGain",
    "0.1, NaN, 1, smallestGain",
    "0.1, 0, 0, mostNegativeFlips",
    "0.1, 0, 1.1, mostNegativeFlips",
    "0.1, 0, NaN, mostNegativeFlips"
  })
  void options_outOfRangeAreNamed(double level, double gain, double flips, String field) {
    assertThatThrownBy(() -> new PairedTestOptions(level, gain, flips))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(field);
  }

  @Test
  void attempts_shareTheLevel() {
    double sum = 0;
    for (int attempt = 1; attempt <= 10_000; attempt++) {
      sum += PLAIN.ofAttempt(attempt).level();
    }
    assertThat(sum).isBetween(0.0499, 0.05);
    assertThat(PLAIN.ofAttempt(2)).isEqualTo(new PairedTestOptions(0.05 / 6, 0, 1));
    assertThatThrownBy(() -> PLAIN.ofAttempt(0)).hasMessageContaining("attempt");
  }

  @Test
  void restore_refusesWhatCannotBe() throws IOException {
    byte[] good = PairedTestProperties.bytes(after(PLAIN, 1, -1, 0, 1));
    assertThatThrownBy(() -> restoreWith(good, 0, 1)).hasMessageContaining("tag");
    assertThatThrownBy(() -> restoreWith(good, 5, 9)).hasMessageContaining("version 9");
    assertThatThrownBy(() -> restoreWith(good, 6, -1)).hasMessageContaining("events");
    assertThatThrownBy(() -> restoreWith(good, 21, 5)).hasMessageContaining("positive flips 5");
    assertThatThrownBy(() -> restoreWith(good, 29, 3)).hasMessageContaining("negative flips 3");
    assertThatThrownBy(() -> restoreWith(good, 31, 3)).hasMessageContaining("verdict 3");
    assertThatThrownBy(() -> restoreWith(good, 32, -1)).hasMessageContaining("wealth");
  }

  private static PairedTest restoreWith(byte[] good, int at, int value) throws IOException {
    byte[] bad = good.clone();
    bad[at] = (byte) value;
    return PairedTestProperties.restore(PLAIN, bad);
  }

  /**
   * The largest mean wealth that anybody can stop at, within so many events, against a world that
   * chooses each event's chances from a list, all true under the null, knowing all before.
   */
  private static double value(
      int left, int[] past, double[][] worlds, ToDoubleFunction<int[]> wealth) {
    double stopNow = wealth.applyAsDouble(past);
    if (left == 0) {
      return stopNow;
    }
    double[] next = new double[3];
    for (int difference = -1; difference <= 1; difference++) {
      int[] longer = Arrays.copyOf(past, past.length + 1);
      longer[past.length] = difference;
      next[difference + 1] = value(left - 1, longer, worlds, wealth);
    }
    double best = stopNow;
    for (double[] world : worlds) {
      double goOn = world[0] * next[0] + world[1] * next[1] + world[2] * next[2];
      best = Math.max(best, goOn);
    }
    return best;
  }

  /** Chances of a loss, a draw and a gain with mean gain at most delta. */
  private static double[][] worlds(double delta) {
    return new double[][] {
      {0, 1, 0},
      {0, 1 - delta, delta},
      {(1 - delta) / 2, 0, (1 + delta) / 2},
      {0.1, 0.8 - delta, 0.1 + delta},
      {0.4, 0.4, 0.2},
      {1, 0, 0},
    };
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.05, 0.2})
  void wealth_hasMeanOfAtMostOneUnderTheNullWheneverOneStops(double delta) {
    PairedTestOptions options = new PairedTestOptions(1e-9, delta, 1);
    double most =
        value(7, new int[0], worlds(delta), past -> Math.exp(after(options, past).logEvidence()));
    assertThat(most).isCloseTo(1, within(1e-12));
  }

  @Test
  void wealth_ofLossHasMeanOfAtMostOneUnderTheNullWheneverOneStops() {
    // The same worlds with gains and losses exchanged.
    double most =
        value(
            7,
            new int[0],
            worlds(0),
            past -> {
              PairedTest test = new PairedTest(new PairedTestOptions(1e-9, 0, 1));
              for (int difference : past) {
                test.add(difference > 0, difference < 0);
              }
              return Math.exp(test.logEvidenceOfLoss());
            });
    // What begins later than the seventh event is missing from 1.
    assertThat(most).isCloseTo(0.5 + 0.5 * (1 - 1 / 4.0), within(1e-12));
  }

  @Test
  void wealth_exceedsOneWhereTheNullIsFalse() {
    double[][] better = {{0.2, 0.4, 0.4}};
    double most = value(7, new int[0], better, past -> Math.exp(after(PLAIN, past).logEvidence()));
    assertThat(most).isGreaterThan(1.2);
  }

  /**
   * The chance that a race of equals, with no draws, is ever called better; exact: the chances of
   * all counts of gains, event by event, without those already called.
   */
  @Test
  void chance_ofAWrongPromotionIsBelowTheLevelExactly() {
    Bets bets = new Bets(1, 0, -1);
    double needed = -StrictMath.log(0.05);
    int events = 3_000;
    double[] chances = {1};
    double called = 0;
    for (int n = 1; n <= events; n++) {
      double[] next = new double[n + 1];
      for (int gains = 0; gains < n; gains++) {
        next[gains] += chances[gains] / 2;
        next[gains + 1] += chances[gains] / 2;
      }
      for (int gains = n / 2; gains <= n; gains++) {
        if (next[gains] > 0 && bets.reaches(needed, gains, 0, n - gains)) {
          called += next[gains];
          next[gains] = 0;
        }
      }
      chances = next;
    }
    assertThat(called).isBetween(0.02, 0.05);
  }

  /**
   * Gains that swing: a world that loses in some stretches, and gains in others as long as the sum
   * of expected gains stays at or below 0. At no event is the mean expected gain above 0, though it
   * is at many events taken by themselves.
   */
  @Test
  void chance_ofAWrongPromotionIsBelowTheLevelWhereGainsSwing() {
    Bets bets = new Bets(1, 0, -1);
    double needed = -StrictMath.log(0.05);
    int half = 200;
    double[] chances = {1};
    double called = 0;
    double calledByAWindow = 0;
    for (int n = 1; n <= 3_000; n++) {
      double gain = (n - 1) / half % 2 == 0 ? 0.2 : 0.8;
      double[] next = new double[n + 1];
      for (int gains = 0; gains < n; gains++) {
        next[gains] += chances[gains] * (1 - gain);
        next[gains + 1] += chances[gains] * gain;
      }
      for (int gains = 0; gains <= n; gains++) {
        if (next[gains] > 0 && bets.reaches(needed, gains, 0, n - gains)) {
          called += next[gains];
          next[gains] = 0;
        }
      }
      chances = next;
      calledByAWindow = Math.max(calledByAWindow, bets.logWealth(160, 0, 40));
    }
    assertThat(called).isLessThan(0.05);
    // The test can fail: the evidence of one stretch of gains, alone, is overwhelming.
    assertThat(calledByAWindow).isGreaterThan(20);
  }
}
