// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router.branches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** The test against one that keeps every event and every bettor. */
final class PairedTestProperties {
  /** 1 where only the challenger is right, -1 where only the champion is, else 0. */
  private static List<Integer> race(long seed, int events, double gains, double losses) {
    Random random = new Random(seed);
    List<Integer> race = new ArrayList<>();
    for (int e = 0; e < events; e++) {
      double draw = random.nextDouble();
      race.add(draw < gains ? 1 : draw < gains + losses ? -1 : 0);
    }
    return race;
  }

  private static void add(PairedTest test, int difference, boolean rightWhereEqual) {
    test.add(
        difference < 0 || difference == 0 && rightWhereEqual,
        difference > 0 || difference == 0 && rightWhereEqual);
  }

  @Property(tries = 60)
  void givesTheVerdictThatIsComputedAnewFromAllEvents(
      @ForAll long seed,
      @ForAll @IntRange(max = 150) int events,
      @ForAll @DoubleRange(max = 0.5) double gains,
      @ForAll @DoubleRange(max = 0.5) double losses,
      @ForAll @DoubleRange(max = 0.2) double smallestGain,
      @ForAll @DoubleRange(min = 0.05, max = 1) double mostFlips,
      @ForAll @DoubleRange(min = 0.01, max = 0.5) double level) {
    PairedTestOptions options = new PairedTestOptions(level, smallestGain, mostFlips);
    PairedTest test = new PairedTest(options);
    Naive naive = new Naive(options);
    Verdict first = Verdict.UNDECIDED;
    int e = 0;
    for (int difference : race(seed, events, gains, losses)) {
      add(test, difference, e % 3 == 0);
      naive.add(difference);
      first = first == Verdict.UNDECIDED ? naive.verdict() : first;
      assertThat(test.verdict()).as("after event %s", ++e).isEqualTo(first);
      assertThat(test.logEvidence()).isCloseTo(Math.log(naive.gain()), within(1e-9));
      if (first == Verdict.UNDECIDED) {
        assertThat(test.logEvidenceOfLoss()).isCloseTo(Math.log(naive.loss()), within(1e-9));
      }
    }
    assertThat(test.events()).isEqualTo(events);
    assertThat(test.positiveFlips()).isEqualTo(naive.count(1));
    assertThat(test.negativeFlips()).isEqualTo(naive.count(-1));
  }

  @Property(tries = 60)
  void goesOnBitForBitAfterARestore(
      @ForAll long seed,
      @ForAll @IntRange(max = 400) int before,
      @ForAll @DoubleRange(max = 0.5) double gains,
      @ForAll @DoubleRange(max = 0.5) double losses,
      @ForAll @DoubleRange(min = 0.02, max = 1) double mostFlips)
      throws IOException {
    PairedTestOptions options = new PairedTestOptions(0.01, 0, mostFlips);
    PairedTest whole = new PairedTest(options);
    race(seed, before, gains, losses).forEach(difference -> add(whole, difference, true));
    byte[] bytes = bytes(whole);
    PairedTest restored = restore(options, bytes);
    assertThat(bytes).hasSizeLessThan(250);
    for (int difference : race(seed + 1, 400, losses, gains)) {
      add(whole, difference, true);
      add(restored, difference, true);
      assertThat(restored.verdict()).isEqualTo(whole.verdict());
    }
    assertThat(bytes(restored)).isEqualTo(bytes(whole));
    assertThat(restored.logEvidence()).isEqualTo(whole.logEvidence());
  }

  @Property(tries = 20)
  void doesNotDependOnWhichAreRightWhereBothAgree(
      @ForAll long seed, @ForAll @DoubleRange(max = 0.5) double losses) throws IOException {
    PairedTestOptions options = new PairedTestOptions(0.05, 0.01, 0.5);
    PairedTest right = new PairedTest(options);
    PairedTest wrong = new PairedTest(options);
    for (int difference : race(seed, 500, 0.3, losses)) {
      add(right, difference, true);
      add(wrong, difference, false);
    }
    assertThat(bytes(right)).isEqualTo(bytes(wrong));
  }

  static byte[] bytes(PairedTest test) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    test.writeSnapshot(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  static PairedTest restore(PairedTestOptions options, byte[] bytes) throws IOException {
    return PairedTest.restore(options, new DataInputStream(new ByteArrayInputStream(bytes)));
  }

  /** Multiplies every bettor's wealth anew for each question. */
  private static final class Naive {
    private final PairedTestOptions options;
    private final List<Integer> differences = new ArrayList<>();

    Naive(PairedTestOptions options) {
      this.options = options;
    }

    void add(int difference) {
      differences.add(difference);
    }

    long count(int difference) {
      return differences.stream().filter(found -> found == difference).count();
    }

    Verdict verdict() {
      double needed = 1 / options.level();
      if (loss() >= needed) {
        return Verdict.WORSE;
      }
      return gain() >= needed && (options.mostNegativeFlips() == 1 || fewFlips() >= needed)
          ? Verdict.BETTER
          : Verdict.UNDECIDED;
    }

    double gain() {
      double delta = options.smallestGain();
      return mean(0, difference -> difference - delta, 1 + delta);
    }

    double fewFlips() {
      double most = options.mostNegativeFlips();
      return mean(0, difference -> most - (difference < 0 ? 1 : 0), 1 - most);
    }

    double loss() {
      double sum = 0.5 * mean(0, difference -> -difference, 1);
      for (int begin = 1; begin <= differences.size(); begin++) {
        int power = (int) Math.floor(Math.log(begin + 0.5) / Math.log(2));
        double weight = 0.5 / ((power + 1) * (power + 2)) / Math.pow(2, power);
        sum += weight * mean(begin, difference -> -difference, 1);
      }
      return sum;
    }

    private double mean(int from, IntToDoubleFunction pays, double worst) {
      double sum = 0;
      for (int bettor = 0; bettor < 20; bettor++) {
        double fraction = 0.95 / worst / Math.pow(2, bettor / 2.0);
        double wealth = 1;
        for (int difference : differences.subList(from, differences.size())) {
          wealth *= 1 + fraction * pays.applyAsDouble(difference);
        }
        sum += wealth;
      }
      return sum / 20;
    }
  }
}
