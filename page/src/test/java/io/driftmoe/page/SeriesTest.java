// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SeriesTest {
  private final Series series = new Series();

  private Series.Added add(long learned, double accuracy, int replaced) {
    Expectation expected = new Expectation(Double.NaN, Double.NaN);
    return series.add(
        new Series.Point(learned, 0, accuracy, accuracy, replaced, new float[0], expected));
  }

  private List<Long> positions() {
    return series.points().stream().map(Series.Point::learned).toList();
  }

  @Test
  void pointsStandInOrder_andAnEqualOneTakesThePlaceOfTheLast() {
    assertThat(add(10, 70, 1)).isEqualTo(Series.Added.BEHIND);
    assertThat(add(20, 71, 2)).isEqualTo(Series.Added.BEHIND);
    assertThat(add(20, 72, 3)).isEqualTo(Series.Added.AGAIN);
    assertThat(positions()).containsExactly(10L, 20L);
    assertThat(series.last().accuracy()).isEqualTo(72);
    assertThat(series.last().replaced()).isEqualTo(5);
  }

  @Test
  void aJobThatGoesOnFromEarlier_takesBackWhatCameAfter() {
    add(10, 70, 0);
    add(20, 71, 0);
    add(30, 72, 0);
    assertThat(add(15, 73, 0)).isEqualTo(Series.Added.WENT_BACK);
    assertThat(positions()).containsExactly(10L, 15L);
  }

  @Test
  void aLongCourseIsThinned_butAFallStays_andNoReplacementIsLost() {
    int count = 10 * Series.CAPACITY;
    for (int i = 0; i < count; i++) {
      add(i, i == 777 ? 40 : 80, 1);
      assertThat(series.size()).isLessThanOrEqualTo(Series.CAPACITY);
    }
    assertThat(series.points()).anyMatch(point -> point.accuracy() == 40);
    assertThat(series.points().stream().mapToInt(Series.Point::replaced).sum()).isEqualTo(count);
    assertThat(positions()).isSorted().contains((long) count - 1);
  }

  @Test
  void noNumberAndNoPoint_isNoNumber() {
    assertThat(series.accuracyAt(5)).isNaN();
    add(10, Double.NaN, 0);
    add(20, 66, 0);
    assertThat(series.accuracyAt(15)).isNaN();
    assertThat(series.accuracyAt(25)).isEqualTo(66);
  }
}
