// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PacerTest {
  private static double secondsFor(double rate, int events) throws InterruptedException {
    Pacer pacer = new Pacer(rate);
    long start = System.nanoTime();
    for (int i = 0; i < events; i++) {
      pacer.awaitTurn(i);
    }
    return (System.nanoTime() - start) / 1e9;
  }

  @Test
  void events_areNeverEarly() throws InterruptedException {
    // the last of 101 events is due 100 / 500 s after the first
    assertThat(secondsFor(500, 101)).isGreaterThanOrEqualTo(0.2);
  }

  @Test
  void rateZero_neverWaits() throws InterruptedException {
    // any waiting at all would add up to minutes
    assertThat(secondsFor(0, 1_000_000)).isLessThan(5);
  }

  @Test
  void interruptedThread_stopsWaiting() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> secondsFor(1e-6, 2)).isInstanceOf(InterruptedException.class);
  }
}
