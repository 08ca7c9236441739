// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.neighbours;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.SplitMix64;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

final class NearestExamplesProperties {

  @Property(tries = 500)
  void equalsSorting(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 12) int neighbours,
      @ForAll @IntRange(min = 1, max = 60) int blocks,
      @ForAll @IntRange(min = 1, max = 1_000) int values) {
    SplitMix64 random = new SplitMix64(seed);
    int capacity = blocks * NearestExamples.BLOCK;
    NearestExamples nearest = new NearestExamples(neighbours, capacity);
    for (int round = 0; round < 3; round++) {
      // Few values make many ties.
      float[] squared = new float[capacity];
      for (int i = 0; i < capacity; i++) {
        squared[i] = (int) (random.nextDouble() * values);
      }
      int next = (int) (random.nextDouble() * capacity);
      nearest.start(squared, next);
      int shown = 0;
      while (shown < capacity) {
        int until = Math.min(capacity, shown + 1 + (int) (random.nextDouble() * capacity));
        nearest.show(shown, until);
        shown = until;
        List<Integer> ages =
            IntStream.range(0, shown)
                .boxed()
                .sorted(Comparator.comparing(age -> distance(squared, next, age))) // stable
                .limit(neighbours)
                .toList();
        assertThat(nearest.count()).isEqualTo(ages.size());
        for (int i = 0; i < ages.size(); i++) {
          assertThat(nearest.slot(i)).isEqualTo(slot(next, ages.get(i), capacity));
          assertThat(nearest.distance(i)).isEqualTo(distance(squared, next, ages.get(i)));
        }
      }
    }
  }

  private static int slot(int next, int age, int capacity) {
    return Math.floorMod(next - 1 - age, capacity);
  }

  private static float distance(float[] squared, int next, int age) {
    int slot = slot(next, age, squared.length);
    return squared[NearestExamples.position(slot, squared.length)];
  }
}
