// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a CSV file whose first row names the columns, for whoever knows what the columns
 * hold: no types are guessed, and the file is read once. Separator, decimal sign and encoding are
 * as of {@link DataFiles}.
 */
public final class NamedRows implements Closeable {
  private final CsvRows rows;
  private final NumberNotation notation;
  private final MissingWords missing;

  private NamedRows(CsvRows rows, NumberNotation notation, MissingWords missing) {
    this.rows = rows;
    this.notation = notation;
    this.missing = missing;
  }

  /**
   * Opens a file at its first row of data.
   *
   * @param file plain or compressed with gzip
   * @param reading what is not to be guessed; its header and types do not count
   * @throws IOException when it cannot be read or is no CSV file, naming it
   */
  public static NamedRows open(Path file, FileReading reading) throws IOException {
    FileReading named =
        new FileReading(
            FileReading.Header.YES,
            reading.separator(),
            reading.encoding(),
            reading.decimal(),
            reading.thousands(),
            reading.missing(),
            List.of(),
            List.of());
    CsvDialect dialect = CsvDialect.of(file, named, List.of());
    return new NamedRows(
        new CsvRows(file, named, dialect), dialect.notation(), new MissingWords(named.missing()));
  }

  /** {@return the names of the columns, in order} */
  public List<String> names() {
    return rows.names();
  }

  /**
   * {@return the next row, a field per column; null after the last}
   *
   * @throws IOException when the row is malformed, naming file and line
   */
  public String @Nullable [] next() throws IOException {
    return rows.next();
  }

  /**
   * {@return whether a field is a missing value}
   *
   * @param number whether its column holds numbers
   */
  public boolean isMissing(String field, boolean number) {
    return number ? missing.isAmongNumbers(field) : missing.isAlways(field);
  }

  /** {@return the number in a field; NaN when it is none, or not finite} */
  public double number(String field) {
    return notation.parse(field);
  }

  /** {@return an error in the row given last; the message names file and line} */
  public IOException error(String message) {
    return rows.error(message);
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
