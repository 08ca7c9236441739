// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class DetectionScoreTest {
  // changes last over 980..1019 and 3000..3000; the first drift owns 980..1989
  private static final List<CellResult.Drift> DRIFTS =
      List.of(new CellResult.Drift(1_000, 40), new CellResult.Drift(3_000, 1));

  private static CellResult.Detection score(Long... alarms) {
    return DetectionScore.of("x", DRIFTS, 4_000, List.of(alarms));
  }

  @Test
  void firstAlarmDetects_echoesDoNotCount_everyOtherAlarmIsFalse() {
    CellResult.Detection score = score(500L, 990L, 1_000L, 1_019L, 1_020L, 2_500L, 3_100L, 3_200L);

    assertThat(score.drifts()).isEqualTo(2);
    assertThat(score.detected()).isEqualTo(2);
    assertThat(score.missed()).isZero();
    // 500; 1020, after the change was over; 2500, behind halfway; 3200, after the detection
    assertThat(score.falseAlarms()).isEqualTo(4);
    assertThat(score.meanDelay()).isCloseTo((10 + 100) / 2.0, within(1e-12));
    // going on were 980..1019 and 3000..3099
    assertThat(score.meanTimeBetweenFalseAlarms()).isCloseTo((4_000 - 140) / 4.0, within(1e-12));
    assertThat(score.quietEvents()).isEqualTo(4_000 - 140);
    assertThat(score.prompt()).isEqualTo(2);
  }

  @Test
  void withoutAlarms_allIsMissed() {
    CellResult.Detection score = score();

    assertThat(score.detected()).isZero();
    assertThat(score.missed()).isEqualTo(2);
    assertThat(score.falseAlarms()).isZero();
    assertThat(score.meanDelay()).isNaN();
    assertThat(score.meanTimeBetweenFalseAlarms()).isNaN();
  }

  @Test
  void alarmAtTheStart_hasNoDelay_andOneBeforeItIsFalse() {
    assertThat(score(980L).meanDelay()).isZero();
    assertThat(score(980L).detected()).isEqualTo(1);
    assertThat(score(979L).detected()).isZero();
    // both drifts stay undetected over all their events: quiet are 0..979 and 1990..2999
    assertThat(score(979L).meanTimeBetweenFalseAlarms()).isEqualTo(980 + 1_010);
  }

  @Test
  void halfwayToTheNextDrift_endsTheChance() {
    assertThat(score(1_989L).detected()).isEqualTo(1);
    assertThat(score(1_990L).detected()).isZero();
    assertThat(score(1_990L).falseAlarms()).isEqualTo(1);
    assertThat(score(3_999L).detected()).as("the last drift owns the rest").isEqualTo(1);
  }

  @Test
  void anAlarmAfterMoreThanAThousandEvents_detectsAndIsNotPrompt() {
    List<CellResult.Drift> drift = List.of(new CellResult.Drift(1_000, 1));
    assertThat(DetectionScore.of("x", drift, 9_000, List.of(2_000L)).prompt()).isEqualTo(1);
    assertThat(DetectionScore.of("x", drift, 9_000, List.of(2_001L)).prompt()).isZero();
    assertThat(DetectionScore.of("x", drift, 9_000, List.of(2_001L)).detected()).isEqualTo(1);
  }

  @Test
  void withoutDrifts_everyAlarmIsFalse() {
    CellResult.Detection score = DetectionScore.of("x", List.of(), 1_000, List.of(10L, 20L));

    assertThat(score.falseAlarms()).isEqualTo(2);
    assertThat(score.meanTimeBetweenFalseAlarms()).isEqualTo(500);
    assertThat(score.quietEvents()).isEqualTo(1_000);
  }
}
