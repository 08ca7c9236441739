// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.page;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * One drift from its beginning to the recovery, as far as it has come. Positions are in events
 * learned, accuracies those of the window, in per cent.
 */
final class DriftStory {
  /** How far below the accuracy before is still as good as before, in points. */
  static final double TOLERANCE = 1;

  /** Windows without a fall after which nothing is waited for any more. */
  private static final int PATIENCE = 6;

  private static final long NONE = -1;

  /** Of event time, which is no zone's. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final long planted;
  private final long start;
  private final double before;
  private final long windowSize;
  private long alarm;
  private long sinceTime = NONE;
  private String where = "";
  private double lowest = Double.NaN;
  private long back = NONE;
  private double backAt;
  private boolean over;

  private DriftStory(long planted, long alarm, double before, long windowSize) {
    this.planted = planted;
    this.alarm = alarm;
    this.start = planted == NONE ? alarm : planted;
    this.before = before;
    this.windowSize = windowSize;
  }

  /** A drift that was planted at this event. */
  static DriftStory planted(long at, double before, long windowSize) {
    return new DriftStory(at, NONE, before, windowSize);
  }

  /** A drift that was reported after so many events. */
  static DriftStory reported(long at, double before, long windowSize) {
    return new DriftStory(NONE, at, before, windowSize);
  }

  /**
   * The first report counts; further ones are of the same drift.
   *
   * @param sinceTime and where as of {@link ExpertChange}
   */
  void report(long at, long sinceTime, String where) {
    if (alarm == NONE) {
      alarm = at;
      tell(sinceTime, where);
    }
  }

  /** What the alarm says of since when and where. */
  void tell(long sinceTime, String where) {
    this.sinceTime = sinceTime;
    this.where = where;
  }

  /** Goes on with the accuracy after so many events. */
  void point(long learned, double accuracy) {
    if (over || learned <= start || !Double.isFinite(accuracy)) {
      return;
    }
    boolean fell = hasFallen();
    if (Double.isNaN(lowest) || accuracy < lowest) {
      lowest = accuracy;
    }
    if (fell && accuracy >= before - TOLERANCE) {
      back = learned;
      backAt = accuracy;
      over = true;
    } else if (!hasFallen() && learned > start + PATIENCE * windowSize) {
      over = true;
    }
  }

  /** Ends it where another drift begins. */
  void end() {
    over = true;
  }

  boolean isOver() {
    return over;
  }

  boolean hasFallen() {
    return lowest < before - TOLERANCE;
  }

  long start() {
    return start;
  }

  /** The whole story in one or two sentences. */
  String text() {
    StringBuilder text = new StringBuilder();
    if (planted != NONE) {
      text.append(String.format(Locale.ROOT, "Drift planted at event %,d", planted));
      text.append(
          alarm == NONE
              ? ", no alarm" + (over ? "" : " yet")
              : String.format(
                  Locale.ROOT, ", alarm %,d events later", Math.max(0, alarm - planted)));
    } else {
      text.append(String.format(Locale.ROOT, "Alarm after event %,d", alarm));
    }
    if (sinceTime != NONE) {
      text.append(", since about ").append(TIME.format(Instant.ofEpochMilli(sinceTime)));
    }
    if (!where.isEmpty()) {
      text.append(", ").append(where);
    }
    text.append(". ");
    if (!hasFallen()) {
      text.append(over ? "Accuracy did not fall." : "Accuracy has not fallen so far.");
      return text.toString();
    }
    text.append(
        String.format(Locale.ROOT, "Accuracy fell from %.1f %% to %.1f %%", before, lowest));
    if (back != NONE) {
      text.append(
          String.format(
              Locale.ROOT, " and was back at %.1f %% after %,d events.", backAt, back - start));
    } else {
      text.append(over ? " and was not back before the next drift." : ", and is not back yet.");
    }
    return text.toString();
  }

  ObjectNode toJson(ObjectNode json) {
    json.put("start", start);
    put(json, "planted", planted);
    put(json, "alarm", alarm);
    put(json, "sinceTime", sinceTime);
    json.put("where", where);
    Numbers.put(json, "before", before);
    Numbers.put(json, "lowest", lowest);
    put(json, "back", back);
    Numbers.put(json, "backAt", back == NONE ? Double.NaN : backAt);
    json.put("fell", hasFallen());
    json.put("over", over);
    json.put("text", text());
    return json;
  }

  private static void put(ObjectNode json, String field, long position) {
    if (position == NONE) {
      json.putNull(field);
    } else {
      json.put(field, position);
    }
  }
}
