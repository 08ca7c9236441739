// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

class DriftStoryTest {
  private static final long WINDOW = 100;

  @Test
  void aPlantedDrift_fromFallToRecovery() {
    DriftStory story = DriftStory.planted(1_000, 75, WINDOW);
    story.point(1_000, 10); // of the concept before
    story.point(1_050, 74.5);
    assertThat(story.text())
        .isEqualTo("Drift planted at event 1,000, no alarm yet. Accuracy has not fallen so far.");
    story.report(1_080, -1, "");
    story.report(1_090, 7, "elsewhere");
    story.point(1_100, 61.6);
    story.point(1_200, Double.NaN);
    assertThat(story.hasFallen()).isTrue();
    assertThat(story.text())
        .isEqualTo(
            "Drift planted at event 1,000, alarm 80 events later."
                + " Accuracy fell from 75.0 % to 61.6 %, and is not back yet.");
    story.point(1_300, 74.2);
    story.point(1_400, 20); // another story
    assertThat(story.isOver()).isTrue();
    assertThat(story.text())
        .endsWith("fell from 75.0 % to 61.6 % and was back at 74.2 % after 300 events.");
  }

  @Test
  void aReportedDriftWithoutAFall_isOverAfterSomeWindows() {
    DriftStory story = DriftStory.reported(500, 80, WINDOW);
    story.point(1_000, 80);
    assertThat(story.isOver()).isFalse();
    story.point(1_101, 80);
    assertThat(story.isOver()).isTrue();
    assertThat(story.text()).isEqualTo("Alarm after event 500. Accuracy did not fall.");
  }

  @Test
  void withoutAnAccuracyBefore_nothingIsSaidOfAFall() {
    DriftStory story = DriftStory.reported(5, Double.NaN, WINDOW);
    story.point(10, 3);
    assertThat(story.hasFallen()).isFalse();
  }

  @Test
  void plantedDriftsBeginInTheirOrder_andAlarmsBelongToTheOneThatGoesOn() {
    DriftStories stories =
        new DriftStories(List.of(new PlantedChange(100, 101), new PlantedChange(200, 201)));
    Series series = new Series();
    for (long learned : new long[] {90, 110, 130}) {
      series.add(
          new Series.Point(
              learned,
              0,
              learned < 100 ? 80 : 50,
              0,
              0,
              new float[0],
              new Expectation(Double.NaN, Double.NaN)));
      stories.point(series, WINDOW);
    }
    stories.alarm(alarm(140), series, WINDOW);
    stories.alarm(alarm(150), series, WINDOW);
    assertThat(stories.last().text()).startsWith("Drift planted at event 100, alarm 40 events");
    stories.alarm(alarm(205), series, WINDOW);
    assertThat(stories.last().text()).startsWith("Drift planted at event 200, alarm 5 events");
    for (int i = 0; i < 1_000; i++) {
      stories.last().end();
      stories.alarm(alarm(1_000 + i), series, WINDOW);
    }
    assertThat(stories.toJson(JsonNodeFactory.instance.arrayNode())).hasSize(DriftStories.MOST);
  }

  private static ExpertChange alarm(long learned) {
    return ExpertChange.of(Sent.alarm("a", learned));
  }
}
