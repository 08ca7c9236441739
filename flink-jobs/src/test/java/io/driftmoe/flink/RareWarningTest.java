// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RareWarningTest {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final RareWarning warning = new RareWarning(now::get);

  @Test
  void firstTime_isDueAtOnce_andThenOneInAMinute_withTheNumberOfTimes() {
    assertThat(warning.due()).isOne();

    int lines = 0;
    int times = 0;
    for (int second = 1; second <= 600; second++) {
      now.addAndGet(Duration.ofSeconds(1).toNanos());
      int due = warning.due();
      lines += due > 0 ? 1 : 0;
      times += due;
    }

    assertThat(lines).isEqualTo(10);
    assertThat(times).isEqualTo(600);
  }

  @Test
  void faultOfAnotherDay_isDueAtOnce() {
    warning.due();
    now.addAndGet(Duration.ofDays(1).toNanos());

    assertThat(warning.due()).isOne();
  }
}
