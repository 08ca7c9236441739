// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.moa;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MoaUnitsTest {
  private static final StreamSchema SCHEMA =
      new StreamSchema(
          List.of(Attribute.numeric("x"), Attribute.nominal("kind", List.of("a", "b"))),
          new LabelSpace(List.of("u", "v")));

  private final MoaUnits units = new MoaUnits(SCHEMA);
  private final SplitMix64 random = new SplitMix64(4);

  /** Whether a tree should have begun anew in the meantime. */
  private boolean observe(int values, double unit) {
    boolean anew = false;
    for (int i = 0; i < values; i++) {
      anew |= units.observe(FeatureVector.of(unit * random.nextDouble(), 1));
    }
    return anew;
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-4, 1, 1e5})
  void ordinaryNumbersPassAsTheyAre(double unit) {
    assertThat(observe(2_000, unit)).isFalse();
    for (double value : new double[] {0.5 * unit, -999, 1e300}) {
      assertThat(units.of(0, value)).isEqualTo(value);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-60, 1e-9, 1e9, 1e60})
  void farUnitsAreBroughtNear(double unit) {
    assertThat(observe(20, unit)).isTrue();
    assertThat(observe(200, unit)).isFalse();
    assertThat(units.of(0, 0.5 * unit)).isBetween(0.1, 10.0);
    assertThat(units.of(0, Double.MAX_VALUE)).isBetween(1.0, 1e100);
    assertThat(units.of(0, Double.NaN)).isNaN();
    assertThat(units.of(1, 1)).isEqualTo(1);
  }

  @Test
  void aWildFirstValueDoesNotChooseTheUnit() {
    units.observe(FeatureVector.of(1e300, 1));
    assertThat(observe(200, 1)).isFalse();
    assertThat(units.of(0, 0.5)).isEqualTo(0.5);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 20, 100})
  void restoredUnitsGoOn(int values) throws IOException {
    observe(values, 1e-60);
    MoaUnits restored = new MoaUnits(SCHEMA);
    restored.readFrom(new DataInputStream(new ByteArrayInputStream(snapshot(units))));
    for (int i = 0; i < 100; i++) {
      FeatureVector features = FeatureVector.of(random.nextDouble() * 1e-60, 0);
      assertThat(restored.of(0, features.get(0))).isEqualTo(units.of(0, features.get(0)));
      assertThat(restored.observe(features)).isEqualTo(units.observe(features));
    }
    assertThat(snapshot(restored)).isEqualTo(snapshot(units));
  }

  private static byte[] snapshot(MoaUnits units) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    units.writeTo(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }
}
