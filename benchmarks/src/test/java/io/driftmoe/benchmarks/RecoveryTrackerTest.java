// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;

class RecoveryTrackerTest {
  private static final List<CellResult.Drift> ONE = List.of(new CellResult.Drift(4_000, 1));

  private static List<Long> recovery(
      List<CellResult.Drift> drifts, long events, LongPredicate right) {
    RecoveryTracker tracker = new RecoveryTracker(drifts);
    for (long i = 0; i < events; i++) {
      tracker.add(right.test(i));
    }
    return tracker.recovery();
  }

  @Test
  void windowIsATwentiethOfTheDistance_andTimeRunsFromTheStartToTheWindowsEnd() {
    // all wrong for 300 events; the window of 200 may hold 2 errors
    assertThat(recovery(ONE, 8_000, i -> i < 4_000 || i >= 4_300)).containsExactly(498L);
  }

  @Test
  void withoutADrop_ittakesOneWindow() {
    assertThat(recovery(ONE, 8_000, i -> true)).containsExactly(200L);
    assertThat(recovery(ONE, 8_000, i -> i % 2 == 0)).containsExactly(200L);
  }

  @Test
  void neverBackToTheReference_isMinusOne() {
    // 90 % before, 80 % behind
    assertThat(recovery(ONE, 8_000, i -> i % (i < 4_000 ? 10 : 5) != 0)).containsExactly(-1L);
  }

  @Test
  void onePointBelowTheReference_isEnough() {
    // reference 100 %, 99 % behind: 2 errors in every 200
    assertThat(recovery(ONE, 8_000, i -> i < 4_000 || i % 100 != 0)).containsExactly(200L);
  }

  @Test
  void gradualDrift_isJudgedBehindItsCentre_butTimedFromItsStart() {
    List<CellResult.Drift> gradual = List.of(new CellResult.Drift(4_000, 2_000));

    // starts at 3,000, so the window is 150
    assertThat(recovery(gradual, 8_000, i -> true)).containsExactly(1_000L + 150);
  }

  @Test
  void eachDriftHasItsOwnReference_andTheNextDriftEndsTheWait() {
    List<CellResult.Drift> three =
        List.of(
            new CellResult.Drift(2_000, 1),
            new CellResult.Drift(4_000, 1),
            new CellResult.Drift(6_000, 1));

    // right, then wrong, then every second one right, then as before
    assertThat(recovery(three, 8_000, i -> i < 2_000 || i >= 4_000 && i % 2 == 0))
        .containsExactly(-1L, 100L, 100L);
  }

  @Test
  void driftBeforeTheFirstWindow_hasNoReference() {
    assertThat(recovery(List.of(new CellResult.Drift(20, 1)), 1_000, i -> true))
        .containsExactly(-1L);
  }

  @Test
  void withoutDrifts_nothingRecovers() {
    assertThat(recovery(List.of(), 100, i -> true)).isEmpty();
  }
}
