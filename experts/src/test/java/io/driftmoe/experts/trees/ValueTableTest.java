// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.trees;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.SplitMix64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ValueTableTest {
  private static final int CLASSES = 3;

  @Test
  void holdsEveryWeightWhileThereIsRoom() {
    ValueTable table = new ValueTable(CLASSES);
    Map<Integer, double[]> expected = new HashMap<>();
    SplitMix64 random = new SplitMix64(1);
    for (int i = 0; i < 20_000; i++) {
      int value = (int) (5_000 * random.nextDouble()) * 3;
      int c = i % CLASSES;
      table.add(value, c, 0.5 + i % 2, Long.MAX_VALUE);
      expected.computeIfAbsent(value, v -> new double[CLASSES])[c] += 0.5 + i % 2;
    }
    assertThat(table.size()).isEqualTo(expected.size());
    expected.forEach(
        (value, weights) -> {
          for (int c = 0; c < CLASSES; c++) {
            assertThat(table.weight(table.find(value), c)).isEqualTo(weights[c]);
          }
        });
    assertThat(table.find(1)).isEqualTo(-1);
    assertThat(table.isConsistent()).isTrue();
  }

  @Test
  void forgetsRareValuesAtItsLimit() {
    ValueTable table = new ValueTable(CLASSES);
    long most = 64 * 1024;
    for (int i = 0; i < 1_000_000; i++) {
      int value = i % 4 == 0 ? i / 4 % 100 : 100 + i; // 100 frequent ones, all others come once
      table.add(value, 0, 1, most);
    }
    assertThat(table.bytes()).isLessThanOrEqualTo(most);
    assertThat(table.isConsistent()).isTrue();
    for (int value = 0; value < 100; value++) {
      assertThat(table.total(table.find(value))).isEqualTo(2_500);
    }
  }

  @Test
  void shrinksWhenItsLimitIsLowered() {
    ValueTable table = new ValueTable(CLASSES);
    for (int value = 0; value < 3_000; value++) {
      table.add(value, 0, value, Long.MAX_VALUE);
    }
    for (int value = 3_000; value < 6_000; value++) {
      table.add(value, 0, 1, 4_096);
    }
    assertThat(table.bytes()).isLessThanOrEqualTo(4_096);
    assertThat(table.isConsistent()).isTrue();
  }
}
