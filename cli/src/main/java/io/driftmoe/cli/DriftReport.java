// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.streams.PlantedDrift;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What became of the accuracy at each drift of a stream, planted or reported.
 *
 * <p>A planted drift is reported by the first drift event from its start to halfway to the next
 * planted one. Later events belong to it as well while the concept still changes or the accuracy is
 * not back; every other one is a false alarm, where drifts were planted.
 *
 * <p>The fall is seen in windows of equal length: the last one before the drift, and the lowest one
 * behind it. The accuracy is back with the first later window that is at most one point below the
 * one before.
 */
final class DriftReport {
  private static final int LARGEST_WINDOW = 500;
  private static final int LEAST_WINDOW = 50;
  private static final int WINDOWS_PER_STREAM = 20;

  /** Windows behind a drift among which the lowest is looked for. */
  private static final int LOOK_AHEAD = 6;

  private static final double TOLERANCE = 0.01;

  private final Hits hits;
  private final int window;
  private final List<Row> rows = new ArrayList<>();

  /** What a drift event is. */
  enum Verdict {
    /** The drifts of the stream are not known. */
    UNKNOWN(""),
    FOUND(""),
    ECHO("same drift"),
    FALSE_ALARM("false alarm"),
    MISSED("missed");

    private final String words;

    Verdict(String words) {
      this.words = words;
    }
  }

  /**
   * One drift.
   *
   * @param planted event at which it begins; null where none was planted
   * @param reported event whose label made the detector report it; null where it was not
   * @param before accuracy in per cent; NaN where there was nothing before
   * @param lowest accuracy in per cent behind it; NaN where nothing came
   * @param recovery events until the accuracy is back; empty where it is not back before the next
   *     drift or the end
   * @param recovered accuracy in per cent by then; NaN where it is not back
   */
  record Row(
      Verdict verdict,
      @Nullable Integer planted,
      @Nullable Integer reported,
      double before,
      double lowest,
      OptionalInt recovery,
      double recovered) {

    /** What there is no number for is missing. */
    ObjectNode toJson() {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      json.put("verdict", verdict.name().toLowerCase(Locale.ROOT));
      if (planted != null) {
        json.put("planted", planted);
      }
      if (reported != null) {
        json.put("reported", reported);
      }
      if (!Double.isNaN(before) && !Double.isNaN(lowest)) {
        json.put("accuracy_before", before);
        json.put("accuracy_lowest", lowest);
      }
      if (recovery.isPresent()) {
        json.put("recovered_after", recovery.getAsInt());
        json.put("accuracy_recovered", recovered);
      }
      return json;
    }

    private String line() {
      String words =
          planted == null || reported == null
              ? verdict.words
              : String.format(Locale.ROOT, "%,d late", reported - planted);
      String what = "%s  %s  %s".formatted(position(planted), position(reported), words);
      if (verdict == Verdict.ECHO || Double.isNaN(lowest)) {
        return what.stripTrailing();
      }
      if (lowest >= before) {
        return String.format(Locale.ROOT, "%-33s  %s, did not fall", what, perCent(before));
      }
      String back =
          recovery.isPresent()
              ? String.format(
                  Locale.ROOT, "back at %s after %,d", perCent(recovered), recovery.getAsInt())
              : "not back";
      return String.format(
          Locale.ROOT, "%-33s  %s, fell to %s, %s", what, perCent(before), perCent(lowest), back);
    }

    private static String position(@Nullable Integer event) {
      return event == null ? "        -" : String.format(Locale.ROOT, "%,9d", event);
    }

    private static String perCent(double accuracy) {
      return Double.isNaN(accuracy) ? "-" : String.format(Locale.ROOT, "%.1f %%", accuracy);
    }
  }

  private DriftReport(Hits hits) {
    this.hits = hits;
    this.window = Math.max(LEAST_WINDOW, Math.min(LARGEST_WINDOW, hits.end() / WINDOWS_PER_STREAM));
  }

  /**
   * Looks at all drifts.
   *
   * @param drifts planted, by position; empty where they are not known
   * @param alarms events of the drift events, in order
   * @return by position
   */
  static List<Row> of(Hits hits, List<PlantedDrift> drifts, List<Integer> alarms) {
    DriftReport report = new DriftReport(hits);
    List<PlantedDrift> come =
        drifts.stream().filter(drift -> drift.position() <= hits.end()).toList();
    int first = come.isEmpty() ? hits.end() : start(come.get(0));
    Verdict unplanted = drifts.isEmpty() ? Verdict.UNKNOWN : Verdict.FALSE_ALARM;
    report.addAlarms(between(alarms, 0, first), unplanted, 0, first);
    for (int d = 0; d < come.size(); d++) {
      boolean last = d + 1 == come.size();
      report.addPlanted(come.get(d), last ? hits.end() : start(come.get(d + 1)), last, alarms);
    }
    return List.copyOf(report.rows);
  }

  private static List<Integer> between(List<Integer> alarms, int from, int to) {
    return alarms.stream().filter(alarm -> alarm >= from && alarm < to).sorted().toList();
  }

  /**
   * @param next event at which the next drift was planted, or the stream ends
   */
  private void addPlanted(PlantedDrift drift, int next, boolean last, List<Integer> alarms) {
    int start = start(drift);
    int owned = last ? next : start + (next - start) / 2;
    List<Integer> all = between(alarms, start, next);
    boolean found = !all.isEmpty() && all.get(0) < owned;
    Row row =
        measured(
            row(found ? Verdict.FOUND : Verdict.MISSED, start, found ? all.get(0) : null), next);
    rows.add(row);
    long changed = start + drift.width();
    int over = (int) Math.min(next, Math.max(changed, over(row, start)));
    addAlarms(all.subList(found ? 1 : 0, all.size()), Verdict.FALSE_ALARM, over, next);
  }

  /**
   * @param over event at which the drift before them is over
   */
  private void addAlarms(List<Integer> alarms, Verdict verdict, int over, int next) {
    int until = over;
    for (Integer alarm : alarms) {
      if (alarm < until) {
        rows.add(row(Verdict.ECHO, null, alarm));
      } else {
        Row row = measured(row(verdict, null, alarm), next);
        rows.add(row);
        until = over(row, alarm);
      }
    }
  }

  /** Event at which the accuracy is back; where it is not, the end of the look ahead. */
  private int over(Row row, int at) {
    if (Double.isNaN(row.lowest)) {
      return at;
    }
    return at + row.recovery.orElse(LOOK_AHEAD * window);
  }

  /** Lines for people, below a heading; nothing where there are no drifts. */
  static String text(List<Row> rows) {
    if (rows.isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    text.append(String.format("%n%9s  %9s  %11s  accuracy%n", "planted", "noticed", ""));
    rows.forEach(row -> text.append(row.line()).append(System.lineSeparator()));
    return text.toString();
  }

  private static int start(PlantedDrift drift) {
    return (int) drift.firstEvent();
  }

  private static Row row(Verdict verdict, @Nullable Integer planted, @Nullable Integer reported) {
    return new Row(
        verdict, planted, reported, Double.NaN, Double.NaN, OptionalInt.empty(), Double.NaN);
  }

  /**
   * @param next event at which the next drift begins, or the stream ends
   */
  private Row measured(Row row, int next) {
    int at = row.planted != null ? row.planted : row.reported == null ? 0 : row.reported;
    // a detector reports what it has seen: the fall lies before that
    int reference = row.planted != null ? at : at - window;
    if (reference < window) {
      return row;
    }
    double before = hits.accuracy(reference - window, reference);
    int horizon = Math.min(next, at + LOOK_AHEAD * window);
    double lowest = Double.NaN;
    int lowestEnd = reference;
    for (int end = reference + window; end <= horizon; end++) {
      double accuracy = hits.accuracy(end - window, end);
      if (Double.isNaN(lowest) || accuracy < lowest) {
        lowest = accuracy;
        lowestEnd = end;
      }
    }
    OptionalInt recovery = OptionalInt.empty();
    double recovered = Double.NaN;
    for (int end = lowestEnd; end <= next && recovery.isEmpty() && !Double.isNaN(lowest); end++) {
      if (hits.accuracy(end - window, end) >= before - TOLERANCE) {
        recovery = OptionalInt.of(Math.max(0, end - at));
        recovered = 100 * hits.accuracy(end - window, end);
      }
    }
    return new Row(
        row.verdict, row.planted, row.reported, 100 * before, 100 * lowest, recovery, recovered);
  }
}
