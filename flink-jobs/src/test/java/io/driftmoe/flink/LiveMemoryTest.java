// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LiveMemoryTest {

  /** Whoever holds little goes on, and whoever holds much makes room. */
  @Test
  void overTheLimitThoseParkThatHoldMoreThanTheirPart() {
    LiveMemory memory = new LiveMemory();
    LiveMemory.Share large = memory.open();
    LiveMemory.Share small = memory.open();
    large.add(80);
    small.add(20);
    assertThat(large.isOver(100)).isFalse();
    small.add(10);
    assertThat(large.isOver(100)).isTrue();
    assertThat(small.isOver(100)).isFalse();
    large.add(-10);
    assertThat(large.isOver(100)).isFalse();
    large.close();
    large.close();
    small.add(70);
    assertThat(small.isOver(100)).isFalse();
    small.add(1);
    assertThat(small.isOver(100)).isTrue();
  }

  /** There is memory for both, however many are parked. */
  @Test
  void parkedModelsLeaveLessForLiveOnes() {
    LiveMemory memory = new LiveMemory();
    LiveMemory.Share share = memory.open();
    assertThat(memory.limit(800)).isEqualTo(400);
    share.addParked(200);
    assertThat(memory.limit(800)).isEqualTo(400);
    share.addParked(150);
    assertThat(memory.limit(800)).isEqualTo(250);
    share.addParked(1_000);
    assertThat(memory.limit(800)).isEqualTo(100);
    share.close();
    assertThat(memory.limit(800)).isEqualTo(400);
  }
}
