// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DelayedByHandTest {
  private static final long LATE = DelayedByHand.LATER;

  @Test
  void labelsOfTheNextEvents_areLater() {
    DelayedByHand labels = new DelayedByHand(3);
    assertThat(labels.of(0)).isEqualTo(3);
    assertThat(labels.of(1)).isEqualTo(3);

    assertThat(labels.delay()).isEqualTo(2);

    assertThat(labels.of(2)).isEqualTo(3 + LATE);
    assertThat(labels.of(1 + DelayedByHand.EVENTS)).isEqualTo(3 + LATE);
    assertThat(labels.of(2 + DelayedByHand.EVENTS)).isEqualTo(3);
  }

  @Test
  void aSecondDelay_beginsWhereTheStreamIs() {
    DelayedByHand labels = new DelayedByHand(0);
    labels.delay();
    assertThat(labels.of(5_000)).isEqualTo(LATE);
    assertThat(labels.delay()).isEqualTo(5_001);
    assertThat(labels.of(5_000 + DelayedByHand.EVENTS)).isEqualTo(LATE);
    assertThat(labels.of(5_001 + DelayedByHand.EVENTS)).isZero();
  }
}
