// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The rows of a file as labelled examples. */
final class FileStream implements LabeledStream {
  private final Path file;
  private final RowSource rows;
  private final List<Column> features;
  private final Column label;
  private final StreamSchema schema;
  private final long length;
  private final double[] values;
  private final List<String> notes;
  private final @Nullable RowTimes rowTimes;
  private @Nullable EventTimes times;
  private @Nullable String @Nullable [] ahead;
  private long given;

  /**
   * @param length rows to give, no more than there are
   * @param notes what was guessed about the file and what is odd about it
   * @param rowTimes reads the times of the rows; null where they are not asked for
   * @throws IOException when the columns make no schema
   */
  FileStream(
      Path file,
      RowSource rows,
      List<Column> features,
      Column label,
      long length,
      List<String> notes,
      @Nullable RowTimes rowTimes)
      throws IOException {
    this.file = file;
    this.rows = rows;
    this.features = features;
    this.label = label;
    this.length = length;
    this.schema = schema(file, features, label.attribute());
    this.values = new double[features.size()];
    this.notes = List.copyOf(notes);
    this.rowTimes = rowTimes;
  }

  private static StreamSchema schema(Path file, List<Column> features, Attribute label)
      throws IOException {
    if (label.values().size() < 2) {
      throw new WrongClassException(
          "%s: class column '%s' needs at least two values, has %s"
              .formatted(
                  file, Shown.of(label.name()), label.values().stream().map(Shown::of).toList()));
    }
    List<Attribute> attributes = features.stream().map(Column::attribute).toList();
    return new StreamSchema(attributes, new LabelSpace(label.values()));
  }

  @Override
  public String name() {
    return file.getFileName().toString();
  }

  @Override
  public StreamSchema schema() {
    return schema;
  }

  @Override
  public OptionalLong length() {
    return OptionalLong.of(length);
  }

  @Override
  public List<String> notes() {
    return notes;
  }

  @Override
  public boolean hasNext() {
    if (ahead == null && given < length) {
      try {
        ahead = rows.next();
      } catch (IOException e) {
        throw new UncheckedIOException(e.getMessage(), e);
      }
    }
    return ahead != null;
  }

  @Override
  public LabeledExample next() {
    @Nullable String[] row = hasNext() ? ahead : null;
    if (row == null) {
      throw new NoSuchElementException(file + " has no more rows");
    }
    ahead = null;
    given++;
    try {
      return decode(row);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private LabeledExample decode(@Nullable String[] row) throws IOException {
    if (rowTimes != null) {
      times = rowTimes.of(row, rows);
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = features.get(i).decode(row, rows);
    }
    return new LabeledExample(FeatureVector.of(values), label.decodeClass(row, rows));
  }

  @Override
  public Optional<EventTimes> times() {
    return Optional.ofNullable(times);
  }

  @Override
  public void close() {
    try {
      rows.close();
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
  }
}
