// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.flink.api.common.JobID;
import org.junit.jupiter.api.Test;

class JobMemoryTest {

  /** Whoever holds little goes on, and whoever holds much makes room. */
  @Test
  void overTheLimitThoseParkThatHoldMoreThanTheirPart() {
    JobMemory memory = new JobMemory();
    JobMemory.Share large = memory.open();
    JobMemory.Share small = memory.open();
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

  /** Jobs may share a class loader; their budgets are their own. */
  @Test
  void subtasksShareTheMemoryOfTheirJobOnly() {
    JobID job = new JobID();
    JobMemory.Share first = JobMemory.open(job);
    JobMemory.Share second = JobMemory.open(job);
    JobMemory.Share other = JobMemory.open(new JobID());
    first.add(80);
    other.add(10);
    assertThat(first.partOf(100)).isEqualTo(50);
    assertThat(other.partOf(100)).isEqualTo(100);
    assertThat(first.isOver(79)).isTrue();
    assertThat(other.isOver(50)).isFalse();
    first.close();
    second.close();
    JobMemory.Share again = JobMemory.open(job);
    assertThat(again.partOf(100)).isEqualTo(100);
    again.close();
    other.close();
  }

  /** There is memory for both, however many are parked. */
  @Test
  void parkedModelsLeaveLessForLiveOnes() {
    JobMemory memory = new JobMemory();
    JobMemory.Share share = memory.open();
    assertThat(memory.limit(800)).isEqualTo(400);
    share.addParked(200);
    assertThat(memory.limit(800)).isEqualTo(400);
    share.addParked(150);
    assertThat(memory.limit(800)).isEqualTo(250);
    share.addWaiting(50);
    assertThat(memory.limit(800)).isEqualTo(200);
    share.addRecentIds(30);
    assertThat(memory.limit(800)).isEqualTo(170);
    share.addParked(1_000);
    assertThat(memory.limit(800)).isEqualTo(100);
    share.close();
    assertThat(memory.limit(800)).isEqualTo(400);
  }
}
