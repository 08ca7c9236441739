// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the records of a sample hold in one field, with no more of its values than needed to guess
 * what it is good for.
 */
public final class FieldProfile {
  private static final int MOST_VALUES = 10_000;

  /** What a value is in its record. */
  public enum Kind {
    /** A number. */
    NUMBER,
    /** A text. */
    TEXT,
    /** True or false. */
    BOOLEAN,
    /** A time whose unit the format of the record tells. */
    TIME,
    /** A list, a map or bytes, which no attribute holds. */
    OTHER,
    /** Nothing. */
    NULL
  }

  /** Memory for the values of all fields of a sample. */
  public static final class Memory {
    private final ValueBudget budget = new ValueBudget();

    /** None is used. */
    public Memory() {}
  }

  private final ColumnProfile values;
  private final FieldTimes times = new FieldTimes();
  private final Map<String, Long> missing = new TreeMap<>();
  private final long[] kinds = new long[Kind.values().length];
  private boolean rises = true;
  private double last = Double.NEGATIVE_INFINITY;
  private boolean numbersAsTexts;

  /**
   * @param memory shared by all fields of the sample
   */
  public FieldProfile(Memory memory) {
    this.values =
        new ColumnProfile(
            new MissingWords(List.of()), NumberNotation.PLAIN, MOST_VALUES, true, memory.budget);
  }

  /**
   * Takes in a value.
   *
   * @param text of a number, a text or a boolean; else any
   * @param record number of its record, from 1
   * @param recordMillis time of its record in Kafka; negative where there is none
   */
  public void observe(Kind kind, String text, long record, long recordMillis) {
    if (kind == Kind.TEXT && (text.isEmpty() || text.equals("?"))) {
      missing.merge(text, 1L, Long::sum);
      return;
    }
    kinds[kind.ordinal()]++;
    if (kind == Kind.NULL || kind == Kind.OTHER) {
      return;
    }
    values.observe(text, record);
    times.observe(text, kind == Kind.NUMBER, recordMillis);
    double number = Numbers.parse(text);
    rises &= number > last;
    last = number;
    numbersAsTexts |= kind == Kind.TEXT && !Double.isNaN(number);
  }

  /** How many values are of a kind. */
  public long count(Kind kind) {
    return kinds[kind.ordinal()];
  }

  /** Records in which the field has a value that an attribute may hold. */
  public long present() {
    return count(Kind.NUMBER) + count(Kind.TEXT) + count(Kind.BOOLEAN) + count(Kind.TIME);
  }

  /** Different values; at least so many where {@link #isComplete} says that some were not kept. */
  public int different() {
    return values.values().size();
  }

  /** Whether all values were kept. */
  public boolean isComplete() {
    return values.unkept() == 0;
  }

  /** Whether no value has been seen twice. */
  public boolean allDiffer() {
    return different() + values.unkept() == present();
  }

  /** Whether the field holds this value in some record. */
  public boolean holds(String text) {
    return values.values().containsKey(text);
  }

  /** The values that were kept, by first appearance. */
  public Set<String> values() {
    return values.values().keySet();
  }

  /** How often each of these was seen. */
  public Map<String, Long> counts() {
    return values.values().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, seen -> seen.getValue().count()));
  }

  /** Texts that stand for nothing wherever they are, and how often. */
  Map<String, Long> missing() {
    return missing;
  }

  /** Whether it holds times, most of which lie near the times of their records in Kafka. */
  public boolean isNearRecords() {
    return times.isNearRecords();
  }

  ColumnProfile column() {
    return values;
  }

  FieldTimes times() {
    return times;
  }

  /** Whether all are numbers, each larger than the one before. */
  boolean rises() {
    return rises;
  }

  /** Whether some numbers are written as texts. */
  boolean hasNumbersAsTexts() {
    return numbersAsTexts;
  }
}
