// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.streams.ColumnProfile.Sighting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides the type of a column from its values. It is numeric when all of them are numbers or words
 * for a missing value, and nominal when more of them are words than numbers. What is in between is
 * decided by whoever reads the file: numbers among which a few words stand are a fault of the file,
 * or codes.
 *
 * @param type null when the file must not be read like this
 * @param line that a fault is in; 0 when it is in none
 * @param fault why not, with the options that settle it
 */
record Typing(@Nullable CsvType type, long line, @Nullable String fault) {
  private static final int SHOWN = 4;

  static Typing of(CsvType type) {
    return new Typing(type, 0, null);
  }

  private static Typing fault(long line, String fault) {
    return new Typing(null, line, fault);
  }

  /**
   * Decides.
   *
   * @param name of the column, as in messages
   * @param option how an option names it
   */
  static Typing of(ColumnProfile column, String name, String option) {
    Map<String, Sighting> words = words(column);
    long cells = words.values().stream().mapToLong(Sighting::count).sum() + column.unkept();
    if (cells == 0) {
      return of(CsvType.NUMERIC);
    }
    Map<String, NumberLike> likes = new LinkedHashMap<>();
    for (String word : words.keySet()) {
      NumberLike like = NumberLike.of(word);
      if (like != null) {
        likes.put(word, like);
      }
    }
    long meant =
        words.entrySet().stream()
            .filter(word -> likes.containsKey(word.getKey()))
            .mapToLong(word -> word.getValue().count())
            .sum();
    boolean perCent = likes.values().stream().allMatch(like -> like == NumberLike.PERCENT);
    if (column.numbers() == 0 && meant == cells && perCent && arePlain(column, likes)) {
      return of(CsvType.PER_CENT);
    }
    if (meant > 0 && column.numbers() + meant >= cells - meant) {
      return numberLike(likes, words, name, option);
    }
    if (column.numbers() >= cells) {
      return oddWords(column, words, cells, name, option);
    }
    return nominal(column, name, option);
  }

  private static boolean arePlain(ColumnProfile column, Map<String, NumberLike> likes) {
    return likes.keySet().stream()
        .allMatch(text -> column.notation().isNumber(CsvCells.withoutPerCent(text)));
  }

  /** A column of names, unless there are too many of them. */
  static Typing nominal(ColumnProfile column, String name, String option) {
    if (column.fullLine() == 0) {
      return of(CsvType.NOMINAL);
    }
    return fault(
        column.fullLine(),
        column.tooLong() > 0
            ? "column '%s' holds a text of %s characters, too long for a value; --ignore %s"
                .formatted(name, column.tooLong(), option)
            : column.values().size() < column.mostValues()
                ? "column '%s': the different texts of the file take more than %s MiB; --ignore %s"
                    .formatted(name, ValueBudget.MOST >> 20, option)
                : "column '%s' is not numeric and has more than %s distinct values; --ignore %s"
                    .formatted(name, column.mostValues(), option));
  }

  /** The texts that are neither numbers nor missing among numbers. */
  static Map<String, Sighting> words(ColumnProfile column) {
    Map<String, Sighting> words = new LinkedHashMap<>();
    column
        .values()
        .forEach(
            (text, sighting) -> {
              boolean number = column.keepsNumbers() && column.notation().isNumber(text);
              if (!number && !column.missing().isAmongNumbers(text)) {
                words.put(text, sighting);
              }
            });
    return words;
  }

  private static Typing numberLike(
      Map<String, NumberLike> likes, Map<String, Sighting> words, String name, String option) {
    Entry<String, NumberLike> first = likes.entrySet().iterator().next();
    long line = Objects.requireNonNull(words.get(first.getKey())).line();
    String reads = first.getValue().wayOut();
    return fault(
        line,
        "column '%s' holds '%s', a number that %s: %s%s"
            .formatted(
                name,
                Shown.of(first.getKey()),
                first.getValue().fault(),
                reads.isEmpty() ? "" : reads + "; or ",
                waysOut(option, List.of(first.getKey()))));
  }

  private static Typing oddWords(
      ColumnProfile column, Map<String, Sighting> words, long cells, String name, String option) {
    if (words.isEmpty()) {
      return nominal(column, name, option);
    }
    Entry<String, Sighting> first = words.entrySet().iterator().next();
    if (Shown.of(first.getKey()).equals(name)) {
      return fault(
          first.getValue().line(), "the names of the columns occur again: remove this row");
    }
    String which =
        words.size() == 1 && column.unkept() == 0
            ? "only '%s' (%s) is none".formatted(Shown.of(first.getKey()), times(cells))
            : "%s are none, first '%s', such as %s"
                .formatted(
                    times(cells).replace("once", "one cell").replace("times", "cells"),
                    Shown.of(first.getKey()),
                    words.keySet().stream()
                        .limit(SHOWN)
                        .map(word -> "'" + Shown.of(word) + "'")
                        .collect(Collectors.joining(", ")));
    return fault(
        first.getValue().line(),
        "column '%s' holds numbers, and %s: %s"
            .formatted(
                name, which, waysOut(option, words.keySet().stream().limit(SHOWN).toList())));
  }

  private static String times(long count) {
    return count == 1 ? "once" : "%s times".formatted(count);
  }

  private static String waysOut(String option, List<String> words) {
    return "%s--numeric %s takes such a cell as missing, --nominal %s the column as names, and"
            .formatted(
                MissingWords.option(words).map(missing -> missing + " or ").orElse(""),
                option,
                option)
        + " --ignore %s leaves it out".formatted(option);
  }
}
