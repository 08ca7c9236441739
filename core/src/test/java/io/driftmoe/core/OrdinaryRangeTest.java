// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

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
  void aWildValueCountsAsOneJustBeyondTheOrdinaryOnes(double value) {
    for (int i = 0; i < 100; i++) {
      range.observe(uniform());
    }
    double counted = range.observe(value);
    assertThat(counted).isEqualTo(range.cut(value));
    if (value > 0) {
      assertThat(counted).isBetween(1.0, 1.5);
    } else {
      assertThat(counted).isBetween(-0.5, 0.0);
    }
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
    values.set(at, range.cut(1e9));
    assertThat(values.get(at)).isLessThan(1.5);
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
    assertThat(counted).contains(0.0, 1.0).allMatch(value -> value >= 0 && value <= 1.5);
  }

  @Test
  void wildValuesKeepTheirOrder() {
    wild(100, this::uniform);
    double before = 1;
    for (double value : new double[] {50, 100, 500, 1e6, 1e9, 1e30, 1e300, Double.MAX_VALUE}) {
      assertThat(range.cut(value)).isGreaterThan(before).isLessThan(1.5);
      assertThat(range.cut(1 - value)).isCloseTo(1 - range.cut(value), within(0.05));
      before = range.cut(value);
    }
  }

  @Test
  void whatIsAskedIsWildWhereAValueWasWildBefore() {
    wild(100, this::uniform);
    assertThat(range.cutWhereWild(1e9)).isEqualTo(1e9);
    range.observe(1e6);
    assertThat(range.hadWild()).isTrue();
    assertThat(range.cutWhereWild(1e9)).isEqualTo(range.cut(1e9)).isLessThan(1.5);
    assertThat(range.cutWhereWild(-1e9)).as("the other side").isEqualTo(-1e9);
    assertThat(range.cutWhereWild(0.5)).isEqualTo(0.5);
    assertThat(range.cutWhereWild(Double.NaN)).isNaN();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.05})
  void someWildValuesAreNeverOrdinary(double share) {
    int wild = wild(50_000, () -> uniform() < share ? 1e9 * uniform() : uniform());
    assertThat(wild / 50_000.0).isBetween(0.85 * share, 1.15 * share);
  }

  /** A block of wild values, or another unit. */
  @ParameterizedTest
  @ValueSource(doubles = {1e-3, 1})
  void whatIsOverIsCountedAnew(double unit) {
    wild(5_000, this::uniform);
    assertThat(range.takeRestated()).isFalse();
    if (unit == 1) {
      wild(200, () -> -999);
    }
    boolean restated = false;
    for (int i = 0; i < 1_500 && !restated; i++) {
      range.observe(unit * uniform());
      restated = range.takeRestated();
    }
    assertThat(restated).isTrue();
    List<Double> counted = new ArrayList<>();
    range.restate(counted::add);
    assertThat(counted).hasSize(16).allMatch(value -> value >= 0 && value <= unit);
    assertThat(range.fits(0.5 * unit, 0.3 * unit)).isTrue();
    assertThat(range.fits(-999 * unit, 0.3 * unit)).isFalse();
    assertThat(range.fits(0.5 * unit, 100 * unit)).isFalse();
    assertThat(range.cut(-999)).isBetween(-0.5 * unit, 0.0);
  }

  /** A sensor that was out for an hour is no jump. */
  @ParameterizedTest
  @ValueSource(doubles = {-999, 1e9, Double.MAX_VALUE})
  void aBlockOfWildValuesLeavesTheRangeAsItIs(double value) {
    wild(500, this::uniform);
    double most = range.cut(1e6);
    assertThat(wild(60, () -> value)).isEqualTo(60);
    assertThat(wild(5_000, this::uniform)).isZero();
    assertThat(range.takeRestated()).isFalse();
    assertThat(range.cut(1e6)).isCloseTo(most, within(0.1));
  }

  @Test
  void aQuantityThatJumpsIsFollowed() {
    wild(5_000, this::uniform);
    assertThat(wild(1_000, () -> 1e9 + uniform())).as("until it is believed").isBetween(64, 96);
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

  /** Also when it was saved while it shrank. */
  @ParameterizedTest
  @ValueSource(ints = {10, 40, 100, 200, 400, 600})
  void aRestoredRangeIsSavedLikeTheOther(int values) throws IOException {
    wild(2_000, () -> 1e3 * uniform());
    wild(values, this::uniform);
    OrdinaryRange restored = restored(snapshot(range));
    for (int i = 0; i < 3_000; i++) {
      double value = uniform();
      assertThat(restored.observe(value)).isEqualTo(range.observe(value));
      assertThat(restored.takeRestated()).isEqualTo(range.takeRestated());
    }
    assertThat(snapshot(restored)).isEqualTo(snapshot(range));
  }

  /** Values that came again were believed once, and counted for that. */
  @Test
  void readsWhatWasSavedWithValuesThatWereBelieved() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte(2 | 4);
    out.writeLong(5_000);
    SnapshotArrays.writeDoubles(out, new double[0]);
    out.writeByte(16);
    out.writeByte(3);
    SnapshotArrays.writeDoubles(out, new double[] {0, 1, 0.5, 0.3, 0.4, 0.2});
    out.writeLong(4_990);
    out.writeInt(1);
    for (double distance : new double[] {0, 1e6}) {
      out.writeLong(4);
      out.writeInt(distance > 0 ? 3 : 0);
      out.writeDouble(distance);
      out.writeDouble(4 * distance);
    }
    OrdinaryRange restored = restored(bytes.toByteArray());
    assertThat(restored.cut(4.9)).isEqualTo(4.9);
    assertThat(restored.cutWhereWild(1e6)).as("wild before").isBetween(1.0, 1.5);
    assertThat(restored.cutWhereWild(-1e6)).as("never wild").isEqualTo(-1e6);
    for (int i = 0; i < 2_000; i++) {
      double value = uniform();
      assertThat(restored.observe(value)).isEqualTo(value);
      assertThat(restored.takeRestated()).isFalse();
    }
  }

  /** Calm values that are counted together leave, and write, what each of them would. */
  @Test
  void skippedValuesCountLikeObservedOnes() throws IOException {
    OrdinaryRange skipping = new OrdinaryRange();
    int skipped = 0;
    long all = 0;
    for (int i = 0; i < 20_000; i++) {
      double value = uniform() < 0.01 ? 1e6 * uniform() : (i < 10_000 ? 1 : 1e-3) * uniform();
      range.observe(value);
      boolean calm = value >= skipping.calmLow() && value <= skipping.calmHigh();
      if (calm && skipped < skipping.calmCount()) {
        skipped++;
        all++;
      } else {
        skipping.skip(skipped);
        skipped = 0;
        skipping.observe(value);
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      skipping.writeTo(new DataOutputStream(bytes), skipped);
      assertThat(bytes.toByteArray()).isEqualTo(snapshot(range));
    }
    assertThat(all).isGreaterThan(15_000);
  }

  @Test
  void aDamagedSnapshotIsRejected() throws IOException {
    wild(70_000, () -> uniform() < 0.05 ? 1e9 : uniform());
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
