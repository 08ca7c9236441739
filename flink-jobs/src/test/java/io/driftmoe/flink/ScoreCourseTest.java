// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScoreCourseTest {
  @Test
  void rightPredictionsAndFlipsAreCountedByTime() {
    ScoreCourse course = new ScoreCourse(2);
    course.add(-1, new boolean[] {true, false});
    course.add(0, new boolean[] {true, true});
    course.add(0, new boolean[] {false, true});
    course.add(0, new boolean[] {true, false});
    assertThat(course.toWindows())
        .containsExactly(
            new VariantWindow(-1, 1, List.of(1L, 0L), List.of(0L, 1L)),
            new VariantWindow(0, 3, List.of(2L, 2L), List.of(0L, 1L)));
  }

  /** Whatever the lengths of time that threads have seen. */
  @ParameterizedTest
  @ValueSource(longs = {1, 100, 1_000_000_000L, Long.MAX_VALUE / 20_000})
  void anyLengthOfTimeTakesTheSameRoom_andNothingIsLost(long step) {
    Random random = new Random(1);
    ScoreCourse whole = new ScoreCourse(3);
    ScoreCourse first = new ScoreCourse(3);
    ScoreCourse second = new ScoreCourse(3);
    for (int i = 0; i < 10_000; i++) {
      boolean[] right = {random.nextBoolean(), random.nextBoolean(), random.nextBoolean()};
      long time = step * (i - 5_000);
      whole.add(time, right);
      (i < 9_900 ? first : second).add(time, right);
    }
    List<VariantWindow> windows = whole.toWindows();
    assertThat(windows).hasSizeBetween(ScoreCourse.MOST / 2, ScoreCourse.MOST);
    assertThat(windows.stream().mapToLong(VariantWindow::labels).sum()).isEqualTo(10_000);
    assertThat(windows).extracting(VariantWindow::from).isSorted();

    ScoreCourse shorter = new ScoreCourse(3);
    shorter.add(second);
    shorter.add(first);
    first.add(second);
    assertThat(first.toWindows()).isEqualTo(windows);
    assertThat(shorter.toWindows()).isEqualTo(windows);
  }
}
