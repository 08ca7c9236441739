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
      @ForAll @IntRange(min = 1, max = 5000) int blocks) {
    int length = new StagingArrays().of(stride, blocks).length;
    assertThat(length % stride).isZero();
    assertThat(length / stride).isBetween(blocks, blocks + blocks / 8);
  }

  @Test
  void keepsTheArraysUsedLast() {
    StagingArrays arrays = new StagingArrays();
    float[] first = arrays.of(10, 1);
    for (int blocks = 2; blocks <= 4; blocks++) {
      arrays.of(10, blocks);
    }
    assertThat(arrays.of(10, 1)).isSameAs(first);
    for (int blocks = 5; blocks <= 8; blocks++) {
      arrays.of(10, blocks);
    }
    assertThat(arrays.of(10, 1)).isNotSameAs(first);
  }
}
