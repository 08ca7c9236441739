// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SplitMix64;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WildLessonsTest {
  private static final List<Attribute> ATTRIBUTES =
      List.of(
          Attribute.numeric("x"),
          Attribute.nominal("kind", List.of("a", "b")),
          Attribute.numeric("y"));

  private final SplitMix64 random = new SplitMix64(8);

  private List<Lesson> lessons(int count) {
    List<Lesson> lessons = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lessons.add(lesson(random.nextDouble(), 1, i % 10 == 0 ? Double.NaN : 5));
    }
    return lessons;
  }

  private static Lesson lesson(double... values) {
    double[] even = {0.5, 0.5};
    return new Lesson(
        new PendingPrediction(
            FeatureVector.of(values), even, new double[] {1}, new Votes(even, 2), 7, 0),
        1);
  }

  private static double feature(List<Lesson> lessons, int i, int attribute) {
    return lessons.get(i).prediction().features().get(attribute);
  }

  @Test
  void ordinaryLessonsStayAsTheyAre() {
    assertThat(WildLessons.tamed(lessons(129), ATTRIBUTES)).isNull();
    assertThat(WildLessons.tamed(List.of(), ATTRIBUTES)).isNull();
  }

  @Test
  void aWildRowCountsAsTheNearestOrdinaryValues() {
    List<Lesson> lessons = lessons(129);
    double least =
        lessons.stream().mapToDouble(l -> l.prediction().features().get(0)).min().orElse(0);
    lessons.set(0, lesson(-999, 0, 5));
    List<Lesson> tamed = WildLessons.tamed(lessons, ATTRIBUTES);
    assertThat(tamed).hasSameSizeAs(lessons);
    assertThat(feature(tamed, 0, 0)).isBetween(least, least + 0.05);
    assertThat(feature(tamed, 0, 1)).isZero();
    assertThat(tamed.get(0).label()).isEqualTo(1);
    assertThat(tamed.subList(1, 129)).isEqualTo(lessons.subList(1, 129));
    assertThat(feature(lessons, 0, 0)).as("the lessons themselves").isEqualTo(-999);
  }

  @Test
  void aGroupOfFiveAmongAHundredIsBelieved() {
    List<Lesson> lessons = lessons(100);
    for (int i = 0; i < 100; i += 20) {
      lessons.set(i, lesson(-999, 0, 5));
    }
    assertThat(WildLessons.tamed(lessons, ATTRIBUTES)).isNull();
  }
}
