// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class BitWindowProperties {

  @Property(tries = 300)
  void window_isTheNaiveList(
      @ForAll @IntRange(min = 1, max = 200) int capacity, @ForAll long seed) {
    BitWindow window = new BitWindow(capacity);
    List<Integer> naive = new ArrayList<>();
    Random random = new Random(seed);
    for (int step = 0; step < 600; step++) {
      int action = random.nextInt(200);
      if (action == 0) {
        window.clear();
        naive.clear();
      } else if (action == 1) {
        int count = random.nextInt(naive.size() + 1);
        window.keepNewest(count);
        naive.subList(0, naive.size() - count).clear();
      } else {
        boolean bit = random.nextBoolean();
        window.add(bit);
        naive.add(bit ? 1 : 0);
        if (naive.size() > capacity) {
          naive.remove(0);
        }
      }
      assertThat(window.size()).isEqualTo(naive.size());
      assertThat(window.isFull()).isEqualTo(naive.size() == capacity);
      if (!naive.isEmpty()) {
        int i = random.nextInt(naive.size());
        assertThat(window.get(i)).isEqualTo(naive.get(i));
      }
    }
    for (int i = 0; i < naive.size(); i++) {
      assertThat(window.get(i)).isEqualTo(naive.get(i));
    }
  }
}
