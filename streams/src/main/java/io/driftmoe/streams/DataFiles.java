// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Labelled streams from ARFF and CSV files, plain or compressed with gzip.
 *
 * <p>Text is UTF-8 unless a byte order mark or {@link FileReading} says otherwise.
 *
 * <p><b>ARFF</b> ({@code .arff}, {@code .arff.gz}) as Weka and MOA read it: numeric, real, integer
 * and nominal attributes, comments, names and values in single or double quotes, values separated
 * by commas or blanks, sparse rows, {@code ?} or NaN for a missing value; also KEEL's dialect.
 * Weights of rows are passed over; string, date and relational attributes must be ignored.
 *
 * <p><b>CSV</b> ({@code .csv}, {@code .csv.gz}): the separator, whether the first row names the
 * columns, and the decimal sign are guessed from the first 1,000 rows. Without names the columns
 * are called c1, c2 and so on. A first pass over the rows asked for finds the types. An empty field
 * or {@code ?} is a missing value; NA, N/A, NaN, null, None and - are, too, in columns that hold
 * numbers otherwise. A column is numeric when all its other values are finite numbers, and nominal
 * with its values in order of first appearance, at most 10,000, when more of them are words than
 * numbers; in between the file is refused. The values of the class column are the classes, at most
 * 1,000, in order of first appearance, or in numeric order when all are numbers; spellings of one
 * number or boolean are one class. {@link FileReading} overrules each guess, {@link #describe}
 * shows them. Memory use does not grow with the number of rows: a row has at most 4,000,000
 * characters and 100,000 fields, and the different names of all columns take at most 64 MiB.
 *
 * <p>Missing features become NaN; a missing class is an error.
 */
public final class DataFiles {
  private static final Pattern NAME =
      Pattern.compile(".+[.](csv|arff)([.]gz)?", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private DataFiles() {}

  /** Opens a file whose format is guessed; see the method below. */
  public static LabeledStream open(
      Path file, String className, Collection<String> ignore, long maxEvents) throws IOException {
    return open(file, className, ignore, FileReading.GUESSED, maxEvents);
  }

  /**
   * Opens a file at its first row. Columns go by name or by position, as {@code #1}.
   *
   * @param file with one of the four extensions above, in lower or upper case
   * @param className column that holds the class, anywhere in the row; {@code last} means the last
   *     column, unless one has that name
   * @param ignore columns to leave out
   * @param reading what is not to be guessed
   * @param maxEvents reads at most so many rows, at least 1
   * @throws IllegalArgumentException on another extension, on a column that the file does not have
   *     (naming those it has), or on an illegal maxEvents
   * @throws WrongClassException when that column cannot be the class
   * @throws IOException when the file cannot be read or its header is malformed, naming the file
   *     and, where there is one, the line
   */
  public static LabeledStream open(
      Path file, String className, Collection<String> ignore, FileReading reading, long maxEvents)
      throws IOException {
    return open(file, className, ignore, null, reading, maxEvents);
  }

  /**
   * Likewise, with the times of the rows, for {@link LabeledStream#times()}. The columns of the
   * times are left out of the features. Rows are in the order of the times of their events: an
   * earlier one ends the stream with an error that names it.
   *
   * @throws IOException when a time is missing or cannot be read, too
   */
  public static LabeledStream openWithTimes(
      Path file,
      String className,
      Collection<String> ignore,
      RecordedTimes times,
      FileReading reading,
      long maxEvents)
      throws IOException {
    Set<String> leftOut = new LinkedHashSet<>(ignore);
    leftOut.addAll(times.leftOut());
    return open(file, className, leftOut, times, reading, maxEvents);
  }

  private static LabeledStream open(
      Path file,
      String className,
      Collection<String> ignore,
      @Nullable RecordedTimes times,
      FileReading reading,
      long maxEvents)
      throws IOException {
    if (isCsv(file, maxEvents)) {
      return CsvFile.open(existing(file), className, ignore, times, reading, maxEvents);
    }
    reading.requireOnlyEncoding(file);
    return ArffFile.open(existing(file), className, ignore, times, reading.encoding(), maxEvents);
  }

  /**
   * Reads a file and says what it holds and how it is understood. Columns that leave their type
   * open or hold what they may not are faults of the description, not errors. Parameters are those
   * of {@link #open(Path, String, Collection, FileReading, long)}.
   *
   * @throws IllegalArgumentException as when it is opened
   * @throws IOException when the file cannot be read, naming it and the line
   */
  public static FileDescription describe(
      Path file, String className, Collection<String> ignore, FileReading reading, long maxEvents)
      throws IOException {
    if (isCsv(file, maxEvents)) {
      return CsvFile.describe(existing(file), className, ignore, reading, maxEvents);
    }
    reading.requireOnlyEncoding(file);
    return ArffFile.describe(existing(file), className, ignore, reading.encoding(), maxEvents);
  }

  private static boolean isCsv(Path file, long maxEvents) {
    if (maxEvents < 1) {
      throw new IllegalArgumentException("maxEvents must be at least 1, got " + maxEvents);
    }
    requireExtension(file);
    String name = file.toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".csv") || name.endsWith(".csv.gz");
  }

  /**
   * Rejects a file that is not called as data files are.
   *
   * @param file whether it exists or not
   * @throws IllegalArgumentException when it has another extension than the four above
   */
  public static void requireExtension(Path file) {
    if (!NAME.matcher(file.toString()).matches()) {
      throw new IllegalArgumentException(
          "%s: data files end in .arff, .arff.gz, .csv or .csv.gz; rename it".formatted(file));
    }
  }

  private static Path existing(Path file) throws FileNotFoundException {
    if (Files.isDirectory(file)) {
      throw new FileNotFoundException(file + " is a folder, not a data file");
    }
    if (!Files.exists(file)) {
      throw new FileNotFoundException("no data file " + file);
    }
    if (!Files.isRegularFile(file)) {
      throw new FileNotFoundException(
          file + " is a pipe or a device: a data file is read twice, so save it first");
    }
    return file;
  }
}
