// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.SplitMix64;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** The window against a list, with many equal numbers. */
final class RecentScoresProperties {
  @Provide
  Arbitrary<List<Double>> scores() {
    Arbitrary<Double> few = Arbitraries.of(0.0, -0.0, 0.25, 0.5, 1.0, Double.NaN);
    Arbitrary<Double> any = Arbitraries.doubles().between(0, 1);
    return Arbitraries.oneOf(List.of(few, any)).list().ofMaxSize(120);
  }

  private static RecentScores of(List<Double> numbers, int most) {
    RecentScores scores = new RecentScores(most);
    numbers.forEach(scores::add);
    return scores;
  }

  /** The numbers that count, in rising order. */
  private static double[] naive(List<Double> numbers, int most) {
    return numbers.subList(Math.max(0, numbers.size() - most), numbers.size()).stream()
        .mapToDouble(number -> Double.isNaN(number) ? 0 : number + 0.0)
        .sorted()
        .toArray();
  }

  /** On average over the draws, exactly the share of the numbers does not reach the bound. */
  @Property
  void theShareThatDoesNotReachTheBoundIsRight(
      @ForAll("scores") List<Double> numbers,
      @ForAll @IntRange(min = 1, max = 60) int most,
      @ForAll @DoubleRange(min = 0, max = 1) double share) {
    RecentScores scores = of(numbers, most);
    double[] kept = naive(numbers, most);
    assertThat(scores.size()).isEqualTo(kept.length);
    if (kept.length == 0 || share == 0) {
      assertThat(scores.bound(share, 0.5)).isEqualTo(Double.NEGATIVE_INFINITY);
      return;
    }
    int draws = 64;
    double below = 0;
    for (int d = 0; d < draws; d++) {
      double bound = scores.bound(share, (d + 0.5) / draws);
      for (double number : kept) {
        below += number < bound ? 1 : 0;
      }
    }
    assertThat(below / draws).isCloseTo(share * kept.length, within(kept.length / 100.0 + 0.01));
  }

  @Property
  void goesOnAfterARestart(
      @ForAll("scores") List<Double> numbers,
      @ForAll @IntRange(min = 1, max = 60) int most,
      @ForAll long seed)
      throws IOException {
    RecentScores scores = of(numbers, most);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    scores.writeTo(new DataOutputStream(bytes));
    RecentScores read = new RecentScores(most);
    read.readFrom(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    SplitMix64 random = new SplitMix64(seed);
    for (int i = 0; i < 80; i++) {
      double next = random.nextDouble() < 0.5 ? 0.25 : random.nextDouble();
      scores.add(next);
      read.add(next);
      double share = random.nextDouble();
      double draw = random.nextDouble();
      assertThat(read.bound(share, draw)).isEqualTo(scores.bound(share, draw));
    }
  }
}
