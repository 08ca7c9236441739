// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Which character separates the fields of a CSV file: the one that gives most rows the same number
 * of fields, the first row among them, and leaves the fewest other separators inside the fields.
 */
final class SeparatorGuess {
  private static final List<Character> CANDIDATES = List.of(',', ';', '\t', '|');
  private static final Pattern OTHERS = Pattern.compile("[;\t|]");
  private static final Pattern DECIMAL_COMMA = Pattern.compile("[+-]?[0-9.]*,[0-9]+");
  // Every comma is followed by a blank.
  private static final Pattern PROSE = Pattern.compile("([^,]|,\\s)*");
  // Blanks are everywhere: they separate only where nothing else does.
  private static final double GOOD = 0.5;
  private static final double FIRST_ROW_DIFFERS = 0.5;
  private static final double COMMA_IN_PROSE = 0.8;
  private static final double COMMA_INSIDE = 0.5;
  private static final double QUOTE_INSIDE = 0.5;

  private SeparatorGuess() {}

  static char of(CsvSample sample) {
    char best = ',';
    double most = 0;
    for (char candidate : CANDIDATES) {
      double score = score(sample.rows(candidate), candidate);
      if (score > most) {
        best = candidate;
        most = score;
      }
    }
    if (most < GOOD && score(sample.rows(' '), ' ') > Math.max(most, GOOD)) {
      return ' ';
    }
    return best;
  }

  private static double score(List<String[]> rows, char separator) {
    int usual = usualWidth(rows);
    if (usual < 2) {
      return 0;
    }
    double score = rows.stream().filter(row -> row.length == usual).count() / (double) rows.size();
    if (rows.get(0).length != usual) {
      score *= FIRST_ROW_DIFFERS;
    }
    return score
        * rows.stream()
            .flatMap(Arrays::stream)
            .mapToDouble(c -> purity(c, separator))
            .average()
            .orElse(0);
  }

  /** How many fields most rows have; 0 without rows. */
  static int usualWidth(List<String[]> rows) {
    Map<Integer, Integer> lengths = new HashMap<>();
    rows.forEach(row -> lengths.merge(row.length, 1, Integer::sum));
    return lengths.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse(0);
  }

  /** How much a cell looks like one, and not like several or like the piece of one. */
  private static double purity(String cell, char separator) {
    if (OTHERS.matcher(cell).find()) {
      return 0;
    }
    double quotes = cell.indexOf('"') < 0 ? 1 : QUOTE_INSIDE;
    boolean comma = separator != ',' && cell.indexOf(',') >= 0;
    if (!comma || DECIMAL_COMMA.matcher(cell).matches()) {
      return quotes;
    }
    return quotes * (PROSE.matcher(cell).matches() ? COMMA_IN_PROSE : COMMA_INSIDE);
  }
}
