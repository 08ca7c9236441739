// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SilenceTest {
  private final Silence silence = new Silence();

  @Test
  void longestOfAll_counts_butNothingBeforeTheBeginning() {
    silence.broken(100);
    silence.begin(1_000);
    silence.broken(1_400);
    silence.broken(2_000);
    silence.broken(2_100);

    assertThat(silence.longest()).isEqualTo(600);
  }

  @Test
  void eventThatWasSeenBeforeTheBeginning_isNone() {
    silence.begin(1_000);
    silence.broken(900);

    assertThat(silence.longest()).isZero();
  }
}
