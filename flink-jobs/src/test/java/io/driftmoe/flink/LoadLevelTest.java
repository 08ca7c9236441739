// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoadLevelTest {
  private static final long SECOND = 1_000_000;

  private final LoadLevel load =
      new LoadLevel(new JobOptions.Load(2, Duration.ofMillis(100), Duration.ofMillis(10)));

  private long now = 1_700_000_000L * SECOND;

  /** Events for so many seconds, each so many milliseconds on its way. */
  private void seconds(int count, long waitedMillis) {
    for (int i = 0; i < count * 20; i++) {
      load.came(now - 1_000 * waitedMillis, now);
      now += SECOND / 20;
    }
    load.came(now - 1_000 * waitedMillis, now);
  }

  @Test
  void itRisesByOneASecond_andFallsByOneInFive() {
    seconds(3, 1);
    assertThat(load.level()).isZero();
    seconds(1, 200);
    assertThat(load.level()).isEqualTo(1);
    seconds(1, 200);
    assertThat(load.level()).isEqualTo(2);
    seconds(3, 200);
    assertThat(load.level()).isEqualTo(2); // there are no more
    seconds(20, 50); // neither behind nor recovered
    assertThat(load.level()).isEqualTo(2);
    seconds(5, 1);
    assertThat(load.level()).isEqualTo(1);
    seconds(5, 1);
    assertThat(load.level()).isZero();
  }

  @Test
  void whereNothingComes_itHasRecovered() {
    seconds(2, 500);
    assertThat(load.level()).isEqualTo(2);
    now += 60 * SECOND;
    seconds(1, 1);
    assertThat(load.level()).isZero();
  }

  @Test
  void theLevelFallsWithTime_alsoWhereNothingComes() {
    seconds(2, 500);
    assertThat(load.levelAt(now)).isEqualTo(2);
    assertThat(load.levelAt(now + 7 * SECOND)).isEqualTo(1);
    assertThat(load.levelAt(now + 60 * SECOND)).isZero();
  }

  @Test
  void whatWasHeldUp_isNoCalm() {
    seconds(2, 500);
    now += 20 * SECOND; // the operator stood still, and the buffers are full
    load.came(now - 15 * SECOND, now);
    assertThat(load.level()).isEqualTo(2);
  }

  @Test
  void aClockThatIsSetBack_isNoLoad() {
    seconds(1, 1);
    now -= 3_600 * SECOND;
    load.came(now + 3_600 * SECOND, now); // received by the clock of before
    seconds(3, 1);
    assertThat(load.level()).isZero();
  }

  @Test
  void whatIsWrong_isRefusedByItsKey() {
    assertRefused("load.levels", "4", "load.levels must be from 0 to 3, got 4");
    assertRefused("load.behind", "0 s", "load.behind must be above 0");
    assertRefused("load.recovered", "200 ms", "load.recovered must be at least 0 and below");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Events.options(Map.of("load.levels", "1", "learner.preset", "paper-task")))
        .withMessageContaining("load.levels is 1, and the learner has an expert for each class");
    JobOptions options = Events.options(Map.of("load.levels", "2", "load.behind", "1 s"));
    assertThat(JobOptions.parse(options.toYaml(), Map.of())).isEqualTo(options);
    assertThat(Events.options(Map.of()).load().levels()).isZero();
  }

  private static void assertRefused(String key, String value, String words) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Events.options(Map.of(key, value)))
        .withMessageContaining(words);
  }
}
