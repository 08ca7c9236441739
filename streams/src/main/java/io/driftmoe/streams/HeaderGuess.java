// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Whether the first row of a CSV file names the columns. Each column votes with the logarithm of
 * how much likelier its first cell is as a name than as one more of its values; a value that the
 * column has not had yet is as likely as the share of values that occur once (Good and Turing).
 *
 * @param header whether it does
 * @param certain whether the votes are clear
 * @param reason in words
 */
record HeaderGuess(boolean header, boolean certain, String reason) {
  private static final Set<String> USUAL_NAMES =
      Set.of(
          "class",
          "label",
          "target",
          "outcome",
          "result",
          "category",
          "y",
          "id",
          "index",
          "name",
          "date",
          "time",
          "timestamp");

  private static final double ALL_WORDS = 2;
  private static final double SERIES = -2;
  private static final double OTHER_NUMBERS = -4;
  private static final double USUAL_NAME = 2;
  private static final double MOST = 3.5;
  private static final double CLEAR = 1.5;
  // How often a name is the same as a value, or a number above words.
  private static final double NAME_IS_VALUE = 0.02;
  private static final double NUMBER_OVER_WORDS = 0.3;

  /**
   * Guesses.
   *
   * @param rows the first rows, at least one
   * @param named columns that were asked for by name
   */
  static HeaderGuess of(
      List<String[]> rows,
      Collection<String> named,
      NumberNotation notation,
      MissingWords missing) {
    String[] first = rows.get(0);
    for (String cell : first) {
      if (named.contains(cell) && !cell.isEmpty()) {
        return new HeaderGuess(
            true, true, "it holds the name '%s' that was asked for".formatted(cell));
      }
    }
    List<String[]> rest =
        rows.subList(1, rows.size()).stream().filter(row -> row.length == first.length).toList();
    double score = 0;
    boolean usual = false;
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < first.length; i++) {
      String cell = first[i];
      if (missing.isAmongNumbers(cell)) {
        continue;
      }
      Votes votes = new Votes(rest, i, notation, missing);
      if (notation.isNumber(cell)) {
        numbers.add(i);
        score += votes.onNumber();
      } else {
        score += votes.onWord(cell);
        usual |=
            USUAL_NAMES.contains(cell.toLowerCase(Locale.ROOT)) && !votes.values.containsKey(cell);
      }
    }
    score += usual ? USUAL_NAME : 0;
    score += numbers.isEmpty() ? ALL_WORDS : seriesScore(first, rest, numbers, notation);
    String reason =
        numbers.isEmpty() ? "it holds no number" : "numbers in it: %s".formatted(numbers.size());
    boolean header = score > 0;
    boolean allNumbers = numbers.size() == first.length;
    // numbers that count up are names or, once in a while, just the first row
    return new HeaderGuess(header, Math.abs(score) >= CLEAR && !(header && allNumbers), reason);
  }

  /** Names that are numbers count up in equal steps: 0, 1, 2 or years; values rarely do. */
  private static double seriesScore(
      String[] first, List<String[]> rest, List<Integer> columns, NumberNotation notation) {
    double best = OTHER_NUMBERS;
    for (Series series : Series.values()) {
      if (columns.size() > 1 && series.holds(first, columns, notation)) {
        long others = rest.stream().filter(row -> series.holds(row, columns, notation)).count();
        double score = SERIES + Math.log((rest.size() + 1) / (others + 0.5));
        best = Math.max(best, Math.min(MOST - 1, score));
      }
    }
    return columns.size() == 1 ? SERIES : best;
  }

  private enum Series {
    FROM_ZERO,
    FROM_ONE,
    YEARS,
    EQUAL_STEPS;

    boolean holds(String[] row, List<Integer> columns, NumberNotation notation) {
      double before = Double.NaN;
      double step = Double.NaN;
      for (int column : columns) {
        double number = notation.parse(row[column]);
        double wanted = this == FROM_ZERO ? column : this == FROM_ONE ? column + 1 : number;
        boolean year = this != YEARS || (number >= 1800 && number <= 2200);
        if (number != wanted || number != Math.rint(number) || number <= before || !year) {
          return false; // also where it is no number
        }
        if (!Double.isNaN(step) && number - before != step) {
          return false;
        }
        step = number - before;
        before = number;
      }
      return true;
    }
  }

  /** The values of one column below the first row. */
  private static final class Votes {
    private final Map<String, Integer> values = new HashMap<>();
    private int numbers;
    private int cells;

    Votes(List<String[]> rows, int column, NumberNotation notation, MissingWords missing) {
      for (String[] row : rows) {
        String cell = row[column];
        if (missing.isAmongNumbers(cell)) {
          continue;
        }
        cells++;
        if (notation.isNumber(cell)) {
          numbers++;
        } else {
          values.merge(cell, 1, Integer::sum);
        }
      }
    }

    double onNumber() {
      return numbers == 0 && cells > 0
          ? Math.min(MOST, Math.log(NUMBER_OVER_WORDS / share(numbers)))
          : 0;
    }

    double onWord(String word) {
      if (cells == 0) {
        return 0;
      }
      Integer seen = values.get(word);
      if (seen != null) {
        return Math.log(NAME_IS_VALUE / share(seen));
      }
      long once = values.values().stream().filter(count -> count == 1).count();
      return Math.min(MOST, Math.log((1 - NAME_IS_VALUE) / share(once)));
    }

    private double share(long count) {
      return Math.min(1, (count + 0.5) / (cells + 1));
    }
  }
}
