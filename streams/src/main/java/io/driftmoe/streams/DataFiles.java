// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/**
 * Labelled streams from ARFF and CSV files, plain or compressed with gzip, in UTF-8.
 *
 * <p><b>ARFF</b> ({@code .arff}, {@code .arff.gz}) as Weka and MOA read it: numeric, real, integer
 * and nominal attributes, comments, names and values in single or double quotes, values separated
 * by commas or blanks, sparse rows, {@code ?} or NaN for a missing value; also KEEL's dialect.
 * Weights of rows are passed over; string, date and relational attributes must be ignored.
 *
 * <p><b>CSV</b> ({@code .csv}, {@code .csv.gz}): fields separated by commas, quoted with {@code "}.
 * The first row names the columns, unless one of its fields is a number; then the columns are
 * called c1, c2 and so on. An empty field or {@code ?} is a missing value. A first pass over the
 * rows asked for finds the types: a column is numeric when all its values are finite numbers, else
 * nominal with its values in order of first appearance, at most 10,000. The values of the class
 * column are the classes, at most 1,000, in order of first appearance, or in numeric order when all
 * are numbers. Memory use does not grow with the number of rows.
 *
 * <p>Missing features become NaN; a missing class is an error.
 */
public final class DataFiles {
  private DataFiles() {}

  /**
   * Opens a file at its first row.
   *
   * @param file with one of the four extensions above, in lower or upper case
   * @param className column that holds the class, anywhere in the row; {@code last} means the last
   *     column, unless one has that name
   * @param ignore names of columns to leave out
   * @param maxEvents reads at most so many rows, at least 1
   * @throws IllegalArgumentException on another extension, on a column that the file does not have
   *     (naming those it has), or on an illegal maxEvents
   * @throws IOException when the file cannot be read or its header is malformed, naming the file
   *     and, where there is one, the line
   */
  public static LabeledStream open(Path file, String className, Set<String> ignore, long maxEvents)
      throws IOException {
    if (maxEvents < 1) {
      throw new IllegalArgumentException("maxEvents must be at least 1, got " + maxEvents);
    }
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".arff") || name.endsWith(".arff.gz")) {
      return ArffFile.open(existing(file), className, ignore, maxEvents);
    } else if (name.endsWith(".csv") || name.endsWith(".csv.gz")) {
      return CsvFile.open(existing(file), className, ignore, maxEvents);
    }
    throw new IllegalArgumentException(
        "%s: data files end in .arff, .arff.gz, .csv or .csv.gz".formatted(file));
  }

  private static Path existing(Path file) throws FileNotFoundException {
    if (!Files.isRegularFile(file)) {
      throw new FileNotFoundException("no data file " + file);
    }
    return file;
  }
}
