// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SplitMix64Test {

  @Test
  void matchesTheReferenceSequence() {
    SplitMix64 ours = new SplitMix64(42);
    SplittableRandom reference = new SplittableRandom(42);
    for (int i = 0; i < 1000; i++) {
      assertThat(ours.nextLong()).isEqualTo(reference.nextLong());
    }
  }

  @Test
  void continuesFromItsState() {
    SplitMix64 first = new SplitMix64(7);
    first.nextLong();
    SplitMix64 second = new SplitMix64(first.state());
    assertThat(second.nextDouble()).isEqualTo(first.nextDouble());
    assertThat(second.nextFloat()).isEqualTo(first.nextFloat()).isBetween(0f, 1f);
  }
}
