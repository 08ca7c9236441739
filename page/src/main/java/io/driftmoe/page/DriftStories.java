// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The latest drifts of one model, in their order. Only the last one may go on. */
final class DriftStories {
  static final int MOST = 40;

  private final List<PlantedChange> planted;
  private final Deque<DriftStory> stories = new ArrayDeque<>();
  private int nextPlanted;

  DriftStories(List<PlantedChange> planted) {
    this.planted = planted;
  }

  /**
   * Takes note of an alarm of the whole mixture.
   *
   * @param alarm what is known of it
   * @param series the course so far
   * @param windowSize of its accuracies, in labels
   */
  void alarm(ExpertChange alarm, Series series, long windowSize) {
    long learned = alarm.learned();
    begin(learned, series, windowSize);
    DriftStory last = stories.peekLast();
    if (last != null && !last.isOver()) {
      last.report(learned, alarm.sinceTime(), alarm.where());
    } else {
      // a detector reports what it has seen: the fall lies before that
      DriftStory story =
          DriftStory.reported(learned, series.accuracyAt(learned - windowSize), windowSize);
      story.tell(alarm.sinceTime(), alarm.where());
      add(story);
    }
  }

  /** Goes on with the latest point of the series. */
  void point(Series series, long windowSize) {
    Series.Point point = series.last();
    begin(point.learned(), series, windowSize);
    DriftStory last = stories.peekLast();
    if (last != null) {
      last.point(point.learned(), point.accuracy());
    }
  }

  /** Begins the planted drifts up to here. */
  private void begin(long learned, Series series, long windowSize) {
    while (nextPlanted < planted.size() && planted.get(nextPlanted).from() <= learned) {
      long at = planted.get(nextPlanted++).from();
      DriftStory last = stories.peekLast();
      if (last != null) {
        last.end();
      }
      add(DriftStory.planted(at, series.accuracyAt(at), windowSize));
    }
  }

  private void add(DriftStory story) {
    stories.addLast(story);
    if (stories.size() > MOST) {
      stories.removeFirst();
    }
  }

  /** Forgets everything, where another model has begun under the key. */
  void clear() {
    stories.clear();
    nextPlanted = 0;
  }

  @Nullable DriftStory last() {
    return stories.peekLast();
  }

  ArrayNode toJson(ArrayNode json) {
    new ArrayList<>(stories).forEach(story -> story.toJson(json.addObject()));
    return json;
  }
}
