// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.opencl;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class StagingArraysTest {

  @Property
  void holdsAllBlocksAndAtMostAnEighthMore(
      @ForAll @IntRange(min = 1, max = 50) int stride,
      @ForAll @IntRange(min = 1, max = 5000) int blocks,
      @ForAll @IntRange(min = 0, max = 300) int spare) {
    int length = new StagingArrays().of(stride, blocks, blocks + spare).length;
    assertThat(length % stride).isZero();
    assertThat(length / stride).isBetween(blocks, blocks + Math.min(spare, blocks / 8));
  }

  @Test
  void keepsTheTwoUsedLast() {
    StagingArrays arrays = new StagingArrays();
    float[] first = arrays.of(10, 1, 9);
    float[] second = arrays.of(10, 2, 9);
    assertThat(arrays.of(10, 1, 9)).isSameAs(first);
    arrays.of(10, 3, 9);
    assertThat(arrays.of(10, 1, 9)).isSameAs(first);
    assertThat(arrays.of(10, 2, 9)).isNotSameAs(second);
  }
}
