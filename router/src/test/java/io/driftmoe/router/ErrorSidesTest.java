// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ErrorSidesTest {
  private static final StreamSchema SCHEMA =
      new StreamSchema(
          List.of(
              Attribute.numeric("wind"),
              Attribute.nominal("day", List.of("mon", "tue", "wed", "thu")),
              Attribute.numeric("noise")),
          new LabelSpace(List.of("a", "b")));

  private static final int BEFORE = 700;
  private static final int SINCE = 150;

  /** How probable an error is, before a change and since. */
  private interface Errors {
    double probability(double wind, int day, boolean changed);
  }

  private static ErrorSides watched(long seed, Errors errors) {
    return watched(new ErrorSides(SCHEMA), seed, errors);
  }

  private static ErrorSides watched(ErrorSides sides, long seed, Errors errors) {
    SplitMix64 random = new SplitMix64(seed);
    for (int i = 0; i < BEFORE + SINCE; i++) {
      double wind = 20 * random.nextDouble();
      int day = (int) (4 * random.nextDouble());
      double noise = random.nextDouble() < 0.1 ? Double.NaN : random.nextDouble();
      boolean wrong = random.nextDouble() < errors.probability(wind, day, i >= BEFORE);
      sides.add(FeatureVector.of(wind, day, noise), wrong, i >= 300, wrong);
    }
    return sides;
  }

  private static Alarm.Extent of(ErrorSides sides) {
    return sides.locate(ErrorSides.Of.MIXTURE, SINCE);
  }

  @Test
  void aRiseOnOneSideOfAFeatureIsLocated() {
    for (long seed = 1; seed <= 10; seed++) {
      ErrorSides sides = watched(seed, (wind, day, changed) -> changed && wind > 10 ? 0.6 : 0.05);
      for (ErrorSides.Of of : ErrorSides.Of.values()) {
        Alarm.Extent extent = sides.locate(of, SINCE);
        assertThat(extent.known()).isTrue();
        assertThat(extent.sides()).extracting(Alarm.Side::side).containsExactly("wind high");
        Alarm.Side side = extent.sides().get(0);
        assertThat(side.errorBefore()).isBetween(0.0, 0.12);
        assertThat(side.errorSince()).isBetween(0.4, 0.8);
        assertThat(side.elsewhereSince()).isBetween(0.0, 0.15);
      }
    }
  }

  @Test
  void aRiseForOneNominalValueIsLocated() {
    ErrorSides sides = watched(1, (wind, day, changed) -> changed && day == 2 ? 0.9 : 0.1);
    assertThat(of(sides).sides()).extracting(Alarm.Side::side).containsExactly("day=wed");
  }

  @Test
  void aRiseEverywhereIsNoSide() {
    for (long seed = 1; seed <= 20; seed++) {
      Alarm.Extent extent = of(watched(seed, (wind, day, changed) -> changed ? 0.5 : 0.1));
      assertThat(extent.known()).isTrue();
      assertThat(extent.sides()).isEmpty();
    }
  }

  /** One row of another order of magnitude drags the mean of its feature away. */
  @Test
  void afterAWildRow_nothingIsSaidOfEverywhere() {
    for (double wild : new double[] {1e300, -1e300, 1e9}) {
      ErrorSides sides = new ErrorSides(SCHEMA);
      sides.add(FeatureVector.of(wild, 0, 0), false, true, false);
      for (int i = 0; i < 2_000; i++) {
        sides.add(FeatureVector.of(i % 20, i % 4, 0.1 * (i % 10)), false, true, false);
      }
      Alarm.Extent extent =
          of(watched(sides, 1, (w, day, changed) -> changed && w > 10 ? 0.9 : 0.05));
      assertThat(extent.known()).isFalse();
      assertThat(extent.sides()).isEmpty();
    }
  }

  /** What was always difficult is no place where errors rose. */
  @Test
  void aSideOfManyErrorsAllTheTimeIsNotNamed() {
    for (long seed = 1; seed <= 20; seed++) {
      Alarm.Extent extent =
          of(watched(seed, (wind, day, changed) -> (wind > 10 ? 0.4 : 0.05) + (changed ? 0.3 : 0)));
      assertThat(extent.sides()).isEmpty();
    }
  }

  @Test
  void whereThereAreTooFewEventsNothingIsKnown() {
    ErrorSides sides = watched(1, (wind, day, changed) -> changed ? 0.6 : 0.1);
    assertThat(sides.locate(ErrorSides.Of.MIXTURE, 9)).isEqualTo(Alarm.Extent.UNKNOWN);
    assertThat(sides.locate(ErrorSides.Of.MIXTURE, 100_000)).isEqualTo(Alarm.Extent.UNKNOWN);
    assertThat(new ErrorSides(SCHEMA).locate(ErrorSides.Of.REFERENCE, 100))
        .isEqualTo(Alarm.Extent.UNKNOWN);
    assertThat(of(watched(1, (wind, day, changed) -> changed ? 0.2 : 0.1)).known()).isFalse();
  }

  @Test
  void manyFeaturesTakeNoMoreMemory_andMissingOnesAreOnNoSide() throws IOException {
    List<Attribute> attributes = new ArrayList<>(Collections.nCopies(300, Attribute.numeric("x")));
    for (int a = 0; a < attributes.size(); a++) {
      attributes.set(a, Attribute.numeric("x" + a));
    }
    StreamSchema wide = new StreamSchema(attributes, SCHEMA.labels());
    ErrorSides sides = new ErrorSides(wide);
    double[] values = new double[300];
    for (int i = 0; i < 3_000; i++) {
      values[0] = i % 2;
      values[1] = i % 3 == 0 ? Double.NaN : 1e300;
      sides.add(FeatureVector.of(values), i > 2_900 && i % 2 == 1, false, false);
    }
    assertThat(sides.locate(ErrorSides.Of.MIXTURE, 99).sides())
        .extracting(Alarm.Side::side)
        .containsExactly("x0 high");
    assertThat(bytes(sides)).hasSizeLessThan(18_000);
  }

  @Test
  void goesOnFromASnapshot() throws IOException {
    ErrorSides sides = watched(4, (wind, day, changed) -> changed && wind > 10 ? 0.6 : 0.05);
    byte[] bytes = bytes(sides);
    ErrorSides read = new ErrorSides(SCHEMA);
    read.readSnapshot(in(bytes));
    assertThat(bytes(read)).isEqualTo(bytes);
    for (int i = 0; i < 2_000; i++) {
      FeatureVector features = FeatureVector.of(i % 17, i % 4, i % 5);
      sides.add(features, i % 3 == 0, true, i % 2 == 0);
      read.add(features, i % 3 == 0, true, i % 2 == 0);
    }
    assertThat(bytes(read)).isEqualTo(bytes(sides));
    bytes[bytes.length - 1] = 7;
    assertThatIOException()
        .isThrownBy(() -> new ErrorSides(SCHEMA).readSnapshot(in(bytes)))
        .withMessage("an event is on side 7 of a feature");
  }

  private static byte[] bytes(ErrorSides sides) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    sides.writeSnapshot(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static DataInputStream in(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }
}
