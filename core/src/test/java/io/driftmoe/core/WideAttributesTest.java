// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class WideAttributesTest {
  /** Positions of the wide ones among attributes with so many values each, 0 for a number. */
  private static List<Integer> wide(int... values) {
    List<Attribute> attributes = new ArrayList<>();
    for (int count : values) {
      attributes.add(
          new Attribute(
              "a" + attributes.size(),
              IntStream.range(0, count).mapToObj(Integer::toString).toList()));
    }
    Domain domain = new Domain(new StreamSchema(attributes, new LabelSpace(List.of("a", "b"))));
    List<Integer> found = IntStream.range(0, values.length).filter(domain::isWide).boxed().toList();
    assertThat(domain.hasWide()).isEqualTo(!found.isEmpty());
    return found;
  }

  @Test
  void moreThan256ValuesAreWide() {
    assertThat(wide(256, 0, 2)).isEmpty();
    assertThat(wide(2, 257, 0, 10_000)).containsExactly(1, 3);
  }

  /** The flights that the published tables are about have two attributes of 229 airports. */
  @Test
  void twoAttributesOf229ValuesAreNot() {
    assertThat(wide(7, 0, 229, 229, 0)).isEmpty();
  }

  @Test
  void theWidestOfManyAreWide() {
    assertThat(wide(100, 200, 150, 200, 30)).containsExactly(1);
    assertThat(wide(100, 33, 100, 100, 100, 100, 33)).containsExactly(0);
  }

  @Test
  void fewValuesAreNeverWide() {
    int[] many = new int[600];
    Arrays.fill(many, 32);
    assertThat(wide(many)).isEmpty();
  }
}
