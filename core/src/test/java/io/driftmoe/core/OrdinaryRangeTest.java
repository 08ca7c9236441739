// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OrdinaryRangeTest {
  private final OrdinaryRange range = new OrdinaryRange();
  private final SplitMix64 random = new SplitMix64(5);

  private double uniform() {
    return random.nextDouble();
  }

  /** How many of these values count as others. */
  private int wild(int values, DoubleSupplier source) {
    int wild = 0;
    for (int i = 0; i < values; i++) {
      double value = source.getAsDouble();
      wild += range.observe(value) == value ? 0 : 1;
    }
    return wild;
  }

  @Test
  void valuesOfOneKindCountAsTheyAre() {
    assertThat(wild(20_000, this::uniform)).as("uniform").isZero();
    OrdinaryRangeTest other = new OrdinaryRangeTest();
    int wild = other.wild(20_000, () -> -StrictMath.log(1 - other.uniform()));
    assertThat(wild).as("exponential").isLessThan(5);
  }

  @Test
  void aTrendCountsAsItIs() {
    double[] time = new double[1];
    assertThat(wild(20_000, () -> time[0]++)).isZero();
  }

  @Test
  void aRareIndicatorCountsAsItIs() {
    assertThat(wild(50_000, () -> uniform() < 1e-3 ? 1 : 0)).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {-999, 1e6, -1e12, 1e100})
  void aWildValueCountsAsTheNearestOrdinaryOne(double value) {
    for (int i = 0; i < 100; i++) {
      range.observe(uniform());
    }
    double counted = range.observe(value);
    assertThat(counted).isBetween(0.0, 1.0).isEqualTo(range.cut(value));
    assertThat(range.observe(value > 0 ? 2 : -2)).as("less far").isEqualTo(value > 0 ? 2 : -2);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 7})
  void aWildValueAmongTheFirstIsFoundLater(int at) {
    List<Double> values = new ArrayList<>();
    boolean restated = false;
    for (int i = 0; i < 8; i++) {
      values.add(i == at ? 1e9 : uniform());
      range.observe(values.get(i));
      restated |= range.takeRestated();
    }
    assertThat(restated).isTrue();
    List<Double> counted = new ArrayList<>();
    range.restate(counted::add);
    double most = values.stream().filter(v -> v < 1e9).max(Double::compare).orElseThrow();
    values.set(at, most);
    assertThat(counted).containsExactlyElementsOf(values);
    assertThat(range.takeRestated()).as("once").isFalse();
  }

  @Test
  void aWildFirstValueOfAnIndicatorIsFoundLater() {
    range.observe(1e9);
    boolean restated = false;
    for (int i = 0; i < 400 && !restated; i++) {
      range.observe(i % 20 == 19 ? 1 : 0);
      restated = range.takeRestated();
    }
    assertThat(restated).isTrue();
    List<Double> counted = new ArrayList<>();
    range.restate(counted::add);
    assertThat(counted).containsOnly(0.0, 1.0);
  }

  @Test
  void onePercentOfWildValuesIsNeverBelieved() {
    int wild = wild(50_000, () -> uniform() < 0.01 ? 1e9 * uniform() : uniform());
    assertThat(wild).isBetween(430, 570);
  }

  @Test
  void aGroupOfFivePercentIsBelieved() {
    DoubleSupplier source = () -> uniform() < 0.05 ? -999 : uniform();
    wild(10_000, source);
    assertThat(wild(10_000, source)).isZero();
  }

  @Test
  void aQuantityThatJumpsIsFollowed() {
    wild(5_000, this::uniform);
    assertThat(wild(1_000, () -> 1e9 + uniform())).as("until it is believed").isBetween(8, 64);
    assertThat(wild(1_000, () -> 1e9 + uniform())).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-3, 1e3})
  void aChangeOfUnitIsFollowedWithinAHundredValues(double unit) {
    wild(5_000, this::uniform);
    wild(100, () -> unit * uniform());
    assertThat(wild(5_000, () -> unit * uniform())).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {-300, -200, 200, 300})
  void unitsDoNotMatter(int exponent) {
    OrdinaryRange other = new OrdinaryRange();
    for (int i = 0; i < 5_000; i++) {
      double value = uniform() < 0.02 ? 1e3 * uniform() : uniform() - 0.5;
      assertThat(other.observe(Math.scalb(value, exponent)))
          .isEqualTo(Math.scalb(range.observe(value), exponent));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, 7, 8, 15, 16, 31, 500, 3_000})
  void aRestoredRangeContinuesBitForBit(int values) throws IOException {
    DoubleSupplier source =
        () -> uniform() < 0.02 ? 1e6 * uniform() : StrictMath.rint(20 * uniform());
    wild(values, source);
    OrdinaryRange restored = restored(snapshot(range));
    for (int i = 0; i < 3_000; i++) {
      double value = source.getAsDouble();
      assertThat(restored.cut(value)).isEqualTo(range.cut(value));
      assertThat(restored.observe(value)).as("value %d", i).isEqualTo(range.observe(value));
      assertThat(restored.takeRestated()).isEqualTo(range.takeRestated());
    }
    assertThat(snapshot(restored)).isEqualTo(snapshot(range));
  }

  @Test
  void aDamagedSnapshotIsRejected() throws IOException {
    wild(100, () -> uniform() < 0.05 ? 1e9 : uniform());
    byte[] snapshot = snapshot(range);
    for (int length = 0; length < snapshot.length; length++) {
      byte[] cut = Arrays.copyOf(snapshot, length);
      assertThatThrownBy(() -> restored(cut)).isInstanceOf(IOException.class);
    }
    snapshot[1] = -1;
    assertThatThrownBy(() -> restored(snapshot)).hasMessageContaining("values seen");
  }

  @Test
  void whatIsMissingStaysSo() {
    assertThat(range.cut(Double.NaN)).isNaN();
    wild(100, this::uniform);
    assertThat(range.cut(Double.NaN)).isNaN();
  }

  private static byte[] snapshot(OrdinaryRange range) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    range.writeTo(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static OrdinaryRange restored(byte[] snapshot) throws IOException {
    OrdinaryRange range = new OrdinaryRange();
    range.readFrom(new DataInputStream(new ByteArrayInputStream(snapshot)));
    return range;
  }
}
