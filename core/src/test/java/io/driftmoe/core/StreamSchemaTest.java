// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StreamSchemaTest {

  @Test
  void rejectsRepeatedNamesNamingThem() {
    LabelSpace labels = new LabelSpace(List.of("a", "b"));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new StreamSchema(
                    List.of(Attribute.numeric("price"), Attribute.numeric("price")), labels))
        .withMessageContaining("'price'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LabelSpace(List.of("up", "up")))
        .withMessageContaining("'up'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Attribute.nominal("day", List.of("1", "1")))
        .withMessageContaining("day");
  }

  /** What no snapshot can hold is refused at once, not at the first checkpoint. */
  @Test
  void rejectsWhatCannotBeSaved() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Attribute.numeric("a\ud800"))
        .withMessageContaining("unpaired surrogate");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Attribute.nominal("a", List.of("b", "\udc00")))
        .withMessageContaining("unpaired surrogate");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LabelSpace(List.of("a", "\ud800")))
        .withMessageContaining("unpaired surrogate");
    List<String> names = IntStream.range(0, 10_001).mapToObj(Integer::toString).toList();
    assertThat(new LabelSpace(names.subList(0, 10_000)).size()).isEqualTo(10_000);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LabelSpace(names))
        .withMessage("classes must name at most 10000, got 10001");
  }

  @Test
  void needsTwoClassesAndOneAttribute() {
    assertThatIllegalArgumentException().isThrownBy(() -> new LabelSpace(List.of("only")));
    LabelSpace labels = new LabelSpace(List.of("a", "b"));
    assertThatIllegalArgumentException().isThrownBy(() -> new StreamSchema(List.of(), labels));
  }

  @Test
  void labelIndexAndNameAreInverse() {
    LabelSpace labels = new LabelSpace(List.of("UP", "DOWN"));
    assertThat(labels.indexOf(labels.name(1))).isEqualTo(1);
    assertThat(labels.indexOf("SIDEWAYS")).isEqualTo(-1);
  }

  @Test
  void featureVectorCopiesItsInputAndRejectsInfinity() {
    double[] values = {1, Double.NaN};
    FeatureVector vector = FeatureVector.of(values);
    values[0] = 7;
    assertThat(vector.get(0)).isEqualTo(1);
    assertThat(vector.isMissing(1)).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FeatureVector.of(0, Double.NEGATIVE_INFINITY))
        .withMessage("feature 1 is -Infinity");
  }
}
