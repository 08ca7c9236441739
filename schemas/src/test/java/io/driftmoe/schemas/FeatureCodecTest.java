// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.StreamSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FeatureCodecTest {
  private final FeatureCodec codec =
      new FeatureCodec(
          new StreamSchema(
              List.of(
                  Attribute.numeric("price"),
                  Attribute.nominal("day", List.of("mon", "tue", "wed")),
                  Attribute.numeric("demand")),
              new LabelSpace(List.of("UP", "DOWN"))));

  @Test
  void toFeatures_numbersNominalsAndNulls() throws InvalidEventException {
    assertThat(codec.toFeatures(Arrays.asList(0.25, "wed", null)))
        .isEqualTo(FeatureVector.of(0.25, 2, Double.NaN));
  }

  @Test
  void toFeatures_undeclaredNominalValue_isMissing() throws InvalidEventException {
    assertThat(codec.toFeatures(Arrays.asList(0.25, "sun", 1.0)).isMissing(1)).isTrue();
  }

  @Test
  void toFeatures_doesNotModifyTheList() throws InvalidEventException {
    List<Object> wire = new ArrayList<>(Arrays.asList(0.25, "sun", null));
    codec.toFeatures(wire);
    assertThat(wire).isEqualTo(Arrays.asList(0.25, "sun", null));
  }

  @Test
  void toFeatures_badContent_isRejectedNamingAttributePositionAndValue() {
    assertRejected(null, "features are missing");
    assertRejected(List.of(), "expected 3 features, got 0");
    assertRejected(List.of(1.0, "mon"), "expected 3 features, got 2");
    assertRejected(List.of(1.0, "mon", 1.0, 1.0), "expected 3 features, got 4");
    assertRejected(List.of(Double.NaN, "mon", 1.0), "feature 0 (price) must be finite, got NaN");
    assertRejected(
        List.of(1.0, "mon", Double.POSITIVE_INFINITY),
        "feature 2 (demand) must be finite, got Infinity");
    assertRejected(
        List.of(1.0, "mon", Double.NEGATIVE_INFINITY),
        "feature 2 (demand) must be finite, got -Infinity");
    assertRejected(
        List.of("12.5", "mon", 1.0), "feature 0 (price) is numeric and needs a double, got '12.5'");
    assertRejected(
        List.of(1.0, 2.0, 1.0), "feature 1 (day) is nominal and needs a string, got 2.0");
    assertRejected(
        List.of(1.0, "mon", "x".repeat(100_000)),
        "feature 2 (demand) is numeric and needs a double, got '" + "x".repeat(80) + "...'");
  }

  @Test
  void toWire_numbersNominalsAndMissing() {
    assertThat(codec.toWire(FeatureVector.of(-0.0, 1, Double.NaN)))
        .isEqualTo(Arrays.asList(-0.0, "tue", null));
  }

  @Test
  void toWire_vectorOfAnotherSchema_isRejected() {
    assertThatThrownBy(() -> codec.toWire(FeatureVector.of(1, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected 3 features, got 2");
    for (double index : new double[] {3, -1, 0.5, 1e10}) {
      assertThatThrownBy(() -> codec.toWire(FeatureVector.of(1, index, 1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("feature 1 (day) has 3 declared values, got index " + index);
    }
  }

  @Test
  void toLabel_declaredAndUndeclared() throws InvalidEventException {
    assertThat(codec.toLabel("UP")).isZero();
    assertThat(codec.toLabel("DOWN")).isEqualTo(1);
    assertThatThrownBy(() -> codec.toLabel("up"))
        .isInstanceOf(InvalidEventException.class)
        .hasMessage("label 'up' is not one of the declared classes [UP, DOWN]");
    assertThatThrownBy(() -> codec.toLabel(null))
        .isInstanceOf(InvalidEventException.class)
        .hasMessage("label is missing");
  }

  @Test
  void toLabel_whatItQuotes_isBounded() {
    FeatureCodec many =
        new FeatureCodec(
            new StreamSchema(
                List.of(Attribute.numeric("price")),
                new LabelSpace(IntStream.range(0, 10_000).mapToObj(i -> "c" + i).toList())));
    assertThatThrownBy(() -> many.toLabel("a\nb".repeat(100_000)))
        .isInstanceOf(InvalidEventException.class)
        .hasMessageStartingWith("label 'a\\u000ab")
        .hasMessageEndingWith(
            "...' is not one of the declared classes"
                + " [c0, c1, c2, c3, c4, c5, c6, c7, c8, c9] and 9990 others");
  }

  private void assertRejected(List<Object> wire, String reason) {
    assertThatThrownBy(() -> codec.toFeatures(wire))
        .isInstanceOf(InvalidEventException.class)
        .hasMessage(reason);
  }
}
