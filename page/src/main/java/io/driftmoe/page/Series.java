// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The course of one model in a bounded number of points. When there are too many, of two neighbours
 * the one of lower accuracy is kept: a fall stays visible however long the course is.
 */
final class Series {
  static final int CAPACITY = 600;

  /** Families whose weights are drawn. */
  static final int FAMILIES = 12;

  private final List<Point> points = new ArrayList<>();

  /**
   * One report.
   *
   * @param learned events learned, by which points are ordered
   * @param time wall clock of the job, epoch milliseconds
   * @param accuracy in the window, in per cent; may be NaN
   * @param kappaM in the window, in per cent; may be NaN
   * @param replaced experts replaced since the point before
   * @param weights of the first families, from 0 to 1
   * @param expected accuracy of the predictions that waited for their labels then
   */
  record Point(
      long learned,
      long time,
      double accuracy,
      double kappaM,
      int replaced,
      float[] weights,
      Expectation expected) {

    private Point withReplaced(int more) {
      return new Point(learned, time, accuracy, kappaM, replaced + more, weights, expected);
    }
  }

  /** What a new point did to the series. */
  enum Added {
    BEHIND,
    AGAIN,
    WENT_BACK
  }

  /**
   * Adds a point behind the others. One that has learned less says that the job went on from an
   * earlier state: the points beyond are no longer true and go.
   */
  Added add(Point point) {
    Added added = Added.BEHIND;
    int replaced = 0;
    while (!points.isEmpty() && last().learned >= point.learned) {
      Point gone = points.remove(points.size() - 1);
      if (gone.learned == point.learned) {
        replaced = gone.replaced;
        added = added == Added.BEHIND ? Added.AGAIN : added;
      } else {
        added = Added.WENT_BACK;
      }
    }
    points.add(point.withReplaced(replaced));
    if (points.size() > CAPACITY) {
      thin();
    }
    return added;
  }

  /** Begins anew. */
  void clear() {
    points.clear();
  }

  private void thin() {
    List<Point> kept = new ArrayList<>();
    for (int i = 0; i < points.size() - 1; i += 2) {
      Point first = points.get(i);
      Point second = points.get(i + 1);
      kept.add(
          second.accuracy > first.accuracy
              ? first.withReplaced(second.replaced)
              : second.withReplaced(first.replaced));
    }
    if (points.size() % 2 == 1) {
      kept.add(last());
    }
    points.clear();
    points.addAll(kept);
  }

  List<Point> points() {
    return List.copyOf(points);
  }

  int size() {
    return points.size();
  }

  Point last() {
    return points.get(points.size() - 1);
  }

  /** Accuracy after so many events, or the first one known; NaN where there is none. */
  double accuracyAt(long learned) {
    double accuracy = points.isEmpty() ? Double.NaN : points.get(0).accuracy;
    for (Point point : points) {
      if (point.learned <= learned) {
        accuracy = point.accuracy;
      }
    }
    return accuracy;
  }

  /** Columns of equal length. */
  ObjectNode toJson(ObjectNode json) {
    ArrayNode learned = json.putArray("learned");
    ArrayNode times = json.putArray("times");
    ArrayNode accuracy = json.putArray("accuracy");
    ArrayNode kappaM = json.putArray("kappaM");
    ArrayNode replaced = json.putArray("replaced");
    ArrayNode expected = json.putArray("expected");
    ArrayNode expectedError = json.putArray("expectedError");
    ArrayNode weights = json.putArray("weights");
    for (Point point : points) {
      learned.add(point.learned);
      times.add(point.time);
      Numbers.add(accuracy, point.accuracy);
      Numbers.add(kappaM, point.kappaM);
      replaced.add(point.replaced);
      Numbers.add(expected, point.expected.accuracy());
      Numbers.add(expectedError, point.expected.error());
      ArrayNode row = weights.addArray();
      for (float weight : point.weights) {
        Numbers.add(row, weight);
      }
    }
    return json;
  }
}
