// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.benchmarks.Cell;
import io.driftmoe.benchmarks.LabelArrival;
import io.driftmoe.benchmarks.LearnerCatalog;
import io.driftmoe.benchmarks.StreamSource;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimeLeftTest {
  private static final long SECOND = 1_000_000_000;

  private final Cell quick = cell("majority", 1);
  private final Cell quickToo = cell("majority", 2);
  private final Cell slow = cell("ARF-10", 1);
  private final Cell slowToo = cell("ARF-10", 2);

  private long now;

  private final TimeLeft left = new TimeLeft(List.of(quick, quickToo, slow, slowToo), () -> now);

  private static Cell cell(String learner, long seed) {
    return new Cell(
        StreamSource.catalogued("led_a"),
        LearnerCatalog.named(learner),
        seed,
        1_000,
        LabelArrival.IMMEDIATE,
        1,
        100,
        List.of(),
        0);
  }

  @Test
  void knowsNothingBeforeAnyProgress() {
    assertThat(left.estimate()).isEmpty();
    left.started(quick);
    assertThat(left.estimate()).isEmpty();
  }

  @Test
  void learnersAreJudgedByTheirOwnSpeed_theUnknownByTheMean() {
    left.started(quick);
    now += 2 * SECOND;
    left.finished(quick, false);
    left.started(slow);
    now += 10 * SECOND;
    left.progressed(slow, 100);

    // 900 events of the slow one at 0.1 s, 1,000 more of it, and 1,000 of the quick one at 2 ms:
    // progress was never told for the quick one, so its speed is the mean of what is known, 0.1 s
    assertThat(left.estimate()).contains(Duration.ofSeconds(90 + 100 + 100));
  }

  @Test
  void finishedCells_speakForTheirLearner() {
    left.started(quick);
    left.progressed(quick, 1_000);
    now += 2 * SECOND;
    left.finished(quick, false);
    left.started(slow);
    now += 10 * SECOND;
    left.progressed(slow, 100);

    assertThat(left.estimate()).contains(Duration.ofSeconds(90 + 100 + 2));
  }

  @Test
  void severalAtATime_shareTheRest() {
    left.started(quick);
    left.started(slow);
    now += SECOND;
    left.progressed(quick, 500);
    left.progressed(slow, 100);

    assertThat(left.estimate()).contains(Duration.ofMillis((1_000 + 2_000 + 9_000 + 10_000) / 2));
  }

  @Test
  void reusedCells_tookNoTime_andLeaveNone() {
    left.finished(slow, true);
    left.finished(slowToo, true);
    left.started(quick);
    now += SECOND;
    left.progressed(quick, 1_000);
    left.finished(quick, false);

    assertThat(left.estimate()).contains(Duration.ofSeconds(1));
    left.finished(quickToo, true);
    assertThat(left.estimate()).contains(Duration.ZERO);
  }
}
