// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LaunchPolicyTest {
  private static final long DELAY = TimeUnit.MILLISECONDS.toNanos(10);

  private final LaunchPolicy policy = new LaunchPolicy(4, Duration.ofMillis(10));

  @Test
  void nothingIsLaunchedWhereNothingWaits() {
    assertThat(policy.due(0, 0, true, 10 * DELAY)).isNull();
  }

  @Test
  void asManyAsAreGatheredAreLaunched_orAsThereAre() {
    assertThat(policy.due(3, 9, false, 0)).isNull();
    assertThat(policy.due(4, 9, false, 0)).isEqualTo(LaunchReason.FULL);
    assertThat(policy.due(2, 3, false, 0)).isNull();
    assertThat(policy.due(3, 3, false, 0)).isEqualTo(LaunchReason.FULL);
    assertThat(policy.due(1, 1, false, 0)).isEqualTo(LaunchReason.FULL);
  }

  @Test
  void fewerAreLaunchedWhenSomebodyNeedsOne() {
    assertThat(policy.due(1, 9, true, 0)).isEqualTo(LaunchReason.NEEDED);
  }

  @Test
  void theOldestWaitsNoLongerThanTheDelayWithoutWhatALaunchTakes() {
    assertThat(policy.due(1, 9, false, DELAY - 1)).isNull();
    assertThat(policy.due(1, 9, false, DELAY)).isEqualTo(LaunchReason.WAITED);
    policy.launched(DELAY / 2);
    assertThat(policy.patienceNanos()).isEqualTo(DELAY / 2);
    assertThat(policy.due(1, 9, false, DELAY / 2)).isEqualTo(LaunchReason.WAITED);
  }

  @Test
  void whatALaunchTakesIsSmoothed_andPatienceIsNeverNegative() {
    policy.launched(1_000_000);
    policy.launched(6_000_000); // 1 ms + 0.2 * (6 - 1) ms
    assertThat(policy.patienceNanos()).isEqualTo(DELAY - 2_000_000);
    policy.launched(100 * DELAY);
    assertThat(policy.patienceNanos()).isZero();
    assertThat(policy.due(1, 9, false, 0)).isEqualTo(LaunchReason.WAITED);
  }

  @Test
  void withoutDelayNothingWaits() {
    assertThat(new LaunchPolicy(4, Duration.ZERO).due(1, 9, false, 0))
        .isEqualTo(LaunchReason.WAITED);
  }
}
