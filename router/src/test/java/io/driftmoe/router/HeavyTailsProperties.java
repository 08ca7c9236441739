// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

final class HeavyTailsProperties {
  private static final List<Attribute> ATTRIBUTES =
      List.of(
          Attribute.numeric("heavy"),
          Attribute.numeric("even"),
          Attribute.nominal("letter", List.of("a", "b")));

  private static HeavyTails tails(double unit, long seed) {
    Random random = new Random(seed);
    List<FeatureVector> events = new ArrayList<>();
    for (int i = 0; i < 129; i++) {
      double heavy = Math.exp(12 * random.nextDouble()) * unit;
      events.add(FeatureVector.of(heavy, random.nextDouble(), random.nextInt(2)));
    }
    return HeavyTails.among(events, ATTRIBUTES);
  }

  private static double read(HeavyTails tails, double value) {
    return tails.of(FeatureVector.of(value, 0, 0)).get(0);
  }

  /** Also of numbers that were in no lesson; a double is never too far. */
  @Property(tries = 300)
  void theOrderOfValuesStays(
      @ForAll long seed, @ForAll double one, @ForAll double other, @ForAll boolean close) {
    HeavyTails tails = tails(1, seed);
    double next = close ? Math.nextUp(one) : other;
    double low = Math.min(one, next);
    double high = Math.max(one, next);
    if (Double.isNaN(low) || Double.isInfinite(low) || Double.isInfinite(high)) {
      return;
    }
    assertThat(read(tails, low)).isFinite().isLessThanOrEqualTo(read(tails, high));
    assertThat(Math.abs(read(tails, low))).isLessThan(710);
  }

  @Property(tries = 100)
  void unitsDoNotMatter(
      @ForAll long seed,
      @ForAll @IntRange(min = -200, max = 200) int exponent,
      @ForAll @IntRange(min = -1_000_000, max = 1_000_000) int value) {
    double unit = Math.scalb(1.0, exponent);
    assertThat(read(tails(unit, seed), value * unit)).isEqualTo(read(tails(1, seed), value));
  }

  @Property(tries = 30)
  void otherColumnsAndMissingValuesStay(@ForAll long seed) {
    HeavyTails tails = tails(1, seed);
    assertThat(tails.any()).isTrue();
    FeatureVector missing = FeatureVector.of(Double.NaN, -1e300, 1);
    assertThat(tails.of(missing)).isEqualTo(missing);
    assertThat(HeavyTails.NONE.of(missing)).isSameAs(missing);
  }

  @Property(tries = 30)
  void bytesKeepIt(@ForAll long seed, @ForAll @IntRange(max = 1_000_000) int value)
      throws IOException {
    HeavyTails tails = tails(1, seed);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    tails.writeTo(new DataOutputStream(bytes));
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
    assertThat(read(HeavyTails.readFrom(in, ATTRIBUTES.size()), value))
        .isEqualTo(read(tails, value));
    assertThat(in.read()).isEqualTo(-1);
  }
}
