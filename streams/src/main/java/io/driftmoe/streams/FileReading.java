// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.nio.charset.Charset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a data file is to be read. Everything has a default that is guessed from the file; what is
 * given here is not guessed.
 *
 * <p>Columns are named by their names, or by position as {@code #1}, {@code #2} and so on.
 *
 * @param header whether the first row names the columns
 * @param separator one character between two fields; null: guessed
 * @param encoding name of a character set; null: that of the byte order mark, else UTF-8
 * @param decimal the decimal sign, {@code .} or {@code ,}; null: guessed
 * @param thousands one character between groups of three digits; null: numbers have none
 * @param missing words that mean a missing value in every column, besides the usual ones
 * @param numeric columns that are numbers; what is no number in them is missing
 * @param nominal columns whose values are names, even where they look like numbers
 */
public record FileReading(
    Header header,
    @Nullable String separator,
    @Nullable String encoding,
    @Nullable String decimal,
    @Nullable String thousands,
    List<String> missing,
    List<String> numeric,
    List<String> nominal) {

  /** Whether the first row names the columns. */
  public enum Header {
    /** Found out from the first rows. */
    GUESSED,
    /** It does. */
    YES,
    /** It is data. */
    NO
  }

  /** Everything is guessed. */
  public static final FileReading GUESSED =
      new FileReading(Header.GUESSED, null, null, null, null, List.of(), List.of(), List.of());

  /** Rejects what no file can have, naming the field. */
  public FileReading {
    separator = character("separator", separator);
    if (separator != null && "\"\r\n".contains(separator)) {
      throw new IllegalArgumentException("separator must not be a quote or a line break");
    }
    if (encoding != null && !isCharset(encoding)) {
      throw new IllegalArgumentException(
          "encoding '%s' is none of this Java: try UTF-8, ISO-8859-1, windows-1252 or UTF-16"
              .formatted(encoding));
    }
    if (decimal != null && !decimal.equals(".") && !decimal.equals(",")) {
      throw new IllegalArgumentException("decimal must be . or , and is '" + decimal + "'");
    }
    thousands = character("thousands", thousands);
    if (thousands != null
        && (Character.isLetterOrDigit(thousands.charAt(0))
            || "+-".contains(thousands)
            || thousands.equals(decimal == null ? "." : decimal))) {
      throw new IllegalArgumentException(
          "thousands must be no letter, digit or decimal sign, and is '" + thousands + "'");
    }
    missing = List.copyOf(missing);
    numeric = List.copyOf(numeric);
    nominal = List.copyOf(nominal);
  }

  /** This with other numeric and nominal columns. */
  public FileReading withTypes(List<String> numericColumns, List<String> nominalColumns) {
    return new FileReading(
        header, separator, encoding, decimal, thousands, missing, numericColumns, nominalColumns);
  }

  /**
   * Rejects what only CSV files can have.
   *
   * @param file for the message
   */
  void requireOnlyEncoding(Object file) {
    FileReading rest =
        new FileReading(
            Header.GUESSED, null, encoding, null, null, List.of(), List.of(), List.of());
    if (!equals(rest)) {
      throw new IllegalArgumentException(
          file
              + ": an ARFF file declares its columns and types; header, separator, decimal,"
              + " thousands, missing, numeric and nominal are for CSV");
    }
  }

  private static @Nullable String character(String field, @Nullable String text) {
    if (text == null) {
      return null;
    }
    String one =
        switch (text) {
          case "tab", "\\t" -> "\t";
          case "space" -> " ";
          case "comma" -> ",";
          case "semicolon" -> ";";
          case "pipe" -> "|";
          default -> text;
        };
    if (one.length() != 1) {
      throw new IllegalArgumentException(
          "%s must be one character, tab or space, and is '%s'".formatted(field, text));
    }
    return one;
  }

  private static boolean isCharset(String name) {
    try {
      return Charset.isSupported(name);
    } catch (IllegalArgumentException e) {
      return false; // not even well-formed
    }
  }
}
