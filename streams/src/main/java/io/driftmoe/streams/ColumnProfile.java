// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one column of a CSV file holds, with no more of its values than needed to find its type. */
final class ColumnProfile {
  private static final int LONGEST_VALUE = 1_000;
  // Whole numbers up to here are exact in 64-bit floating point.
  private static final double EXACT = 1L << 53;

  /** How often a text occurs, and in which line first. */
  static final class Sighting {
    private final long line;
    private long count = 1;

    Sighting(long line) {
      this.line = line;
    }

    long count() {
      return count;
    }

    long line() {
      return line;
    }
  }

  private final MissingWords missing;
  private final NumberNotation notation;
  private final int mostValues;
  private final boolean keepNumbers;
  private final ValueBudget budget;
  private final Map<String, Sighting> values = new LinkedHashMap<>();
  private long missingCells;
  private long numbers;
  private long unkept;
  private long fullLine;
  private int longest;
  private final FarValues far = new FarValues();
  private double least = Double.POSITIVE_INFINITY;
  private double most = Double.NEGATIVE_INFINITY;
  private boolean inexact;
  private boolean fractions;
  private @Nullable String leadingZero;

  /**
   * @param mostValues different texts to keep at most
   * @param keepNumbers whether numbers are kept as texts, too
   * @param budget of all columns
   */
  ColumnProfile(
      MissingWords missing,
      NumberNotation notation,
      int mostValues,
      boolean keepNumbers,
      ValueBudget budget) {
    this.missing = missing;
    this.notation = notation;
    this.mostValues = mostValues;
    this.keepNumbers = keepNumbers;
    this.budget = budget;
  }

  /** An empty profile that keeps numbers as texts as well. */
  ColumnProfile keepingNumbers() {
    return new ColumnProfile(missing, notation, mostValues, true, budget);
  }

  /**
   * Takes in a cell.
   *
   * @return whether it has a value
   */
  boolean observe(String text, long line) {
    if (missing.isAlways(text)) {
      missingCells++;
      return false;
    }
    double number = notation.parse(text);
    boolean isNumber = !Double.isNaN(number);
    if (isNumber) {
      observe(number, text, line);
    }
    if (!isNumber || keepNumbers) {
      keep(text, line);
    }
    return true;
  }

  private void observe(double number, String text, long line) {
    numbers++;
    far.observe(number, text, line);
    least = Math.min(least, number);
    most = Math.max(most, number);
    boolean whole = number == Math.rint(number);
    fractions |= !whole;
    inexact |= whole && Math.abs(number) > EXACT && text.chars().allMatch(Character::isDigit);
    if (leadingZero == null
        && text.length() > 1
        && text.charAt(0) == '0'
        && Character.isDigit(text.charAt(1))) {
      leadingZero = text;
    }
  }

  private void keep(String text, long line) {
    Sighting seen = values.get(text);
    if (seen != null) {
      seen.count++;
    } else if (fullLine == 0
        && values.size() < mostValues
        && text.length() <= LONGEST_VALUE
        && budget.take(text)) {
      values.put(text, new Sighting(line));
    } else {
      unkept++;
      if (fullLine == 0) {
        fullLine = line;
        longest = text.length();
      }
    }
  }

  /** Texts by first appearance; those that are numbers only where they are kept. */
  Map<String, Sighting> values() {
    return values;
  }

  boolean keepsNumbers() {
    return keepNumbers;
  }

  MissingWords missing() {
    return missing;
  }

  NumberNotation notation() {
    return notation;
  }

  int mostValues() {
    return mostValues;
  }

  /** Cells that are missing in a column of any type. */
  long missingCells() {
    return missingCells;
  }

  long numbers() {
    return numbers;
  }

  /** Cells with texts that were not kept. */
  long unkept() {
    return unkept;
  }

  /** The line of the first text that was not kept; 0 when all were. */
  long fullLine() {
    return fullLine;
  }

  /** The length of that text where it is too long to be a value, else 0. */
  int tooLong() {
    return longest > LONGEST_VALUE ? longest : 0;
  }

  double least() {
    return least;
  }

  double most() {
    return most;
  }

  /** Numbers that are far from all others. */
  List<FarValues.Far> far() {
    return far.all();
  }

  /** Whether some whole numbers are too long to be told apart as numbers. */
  boolean isInexact() {
    return inexact;
  }

  boolean hasFractions() {
    return fractions;
  }

  /** The first number that begins with a zero before another digit; null when there is none. */
  @Nullable String leadingZero() {
    return leadingZero;
  }
}
