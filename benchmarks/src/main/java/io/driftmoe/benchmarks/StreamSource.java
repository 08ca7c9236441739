// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.streams.DataFiles;
import io.driftmoe.streams.FileReading;
import io.driftmoe.streams.LabelTime;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.RecordedTimes;
import io.driftmoe.streams.SourceKnowledge;
import io.driftmoe.streams.StreamCatalog;
import io.driftmoe.streams.StreamDescription;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the events of a run come from: a stream of the catalogue or a data file.
 *
 * @param name of the catalogued stream, or of the file
 * @param file path of the data file; null for a stream of the catalogue
 * @param classColumn that holds the class; null for a stream of the catalogue
 * @param ignore columns of the file to leave out
 * @param fileSha256 of the file's bytes, in hexadecimal, so that another file under the same name
 *     is another source; null for a stream of the catalogue
 * @param reading how the file is read, as far as that is not guessed; null where all is
 * @param timeColumn that holds the times of the events; null where none does, and for a stream of
 *     the catalogue
 * @param labelTimeColumn that holds when each label became known; null likewise
 */
public record StreamSource(
    String name,
    @Nullable String file,
    @Nullable String classColumn,
    List<String> ignore,
    @Nullable String fileSha256,
    @Nullable FileReading reading,
    @Nullable String timeColumn,
    @Nullable String labelTimeColumn) {

  /** Rejects what is neither. */
  public StreamSource {
    Objects.requireNonNull(name, "name");
    ignore = List.copyOf(ignore);
    if ((file == null) != (classColumn == null)) {
      throw new IllegalArgumentException("a file and its classColumn come together");
    }
    if ((timeColumn == null) != (labelTimeColumn == null)) {
      throw new IllegalArgumentException("timeColumn and labelTimeColumn come together");
    }
  }

  /** A stream of {@link StreamCatalog}. */
  public static StreamSource catalogued(String name) {
    return new StreamSource(name, null, null, List.of(), null, null, null, null);
  }

  /**
   * A data file whose format is guessed.
   *
   * @param name for the tables
   * @throws IOException when it cannot be read
   */
  public static StreamSource file(
      String name, Path file, String classColumn, Collection<String> ignore) throws IOException {
    return file(name, file, classColumn, ignore, FileReading.GUESSED);
  }

  /**
   * A data file.
   *
   * @param name for the tables
   * @throws IOException when it cannot be read
   */
  public static StreamSource file(
      String name, Path file, String classColumn, Collection<String> ignore, FileReading reading)
      throws IOException {
    Path path = file.toAbsolutePath().normalize();
    MessageDigest sha256 = StreamDigest.sha256();
    try (InputStream bytes = new DigestInputStream(Files.newInputStream(path), sha256)) {
      bytes.transferTo(OutputStream.nullOutputStream());
    }
    String digest = HexFormat.of().formatHex(sha256.digest());
    return new StreamSource(
        name,
        path.toString(),
        classColumn,
        List.copyOf(ignore),
        digest,
        reading.equals(FileReading.GUESSED) ? null : reading,
        null,
        null);
  }

  /**
   * The same file, with columns that hold times and are no features.
   *
   * @param times whose labels have a column of their times
   */
  public StreamSource withTimes(RecordedTimes times) {
    List<String> columns = times.leftOut();
    if (columns.size() != 2) {
      throw new IllegalArgumentException("the times of the labels are in no column: " + times);
    }
    return new StreamSource(
        name, file, classColumn, ignore, fileSha256, reading, columns.get(0), columns.get(1));
  }

  /** One line: what the events are and where they come from. */
  public String description() {
    if (file == null && !StreamCatalog.names().contains(name)) {
      return "not in the catalogue any more";
    }
    if (file == null) {
      StreamDescription known = StreamCatalog.describe(name);
      return known.summary() + " (" + known.source() + ")";
    }
    List<String> leftOut = leftOut();
    String left = leftOut.isEmpty() ? "" : ", without " + String.join(", ", leftOut);
    return "file %s, class column %s%s, SHA-256 %s"
        .formatted(Path.of(file).getFileName(), classColumn, left, fileSha256);
  }

  /** Number of sources that the events are known to come from; 0 when none are known. */
  public int sources() {
    return file == null && StreamCatalog.names().contains(name)
        ? StreamCatalog.describe(name).sources()
        : 0;
  }

  /**
   * Opens the stream at its first event, with one attribute a source behind the others.
   *
   * @param knowledge what they tell
   * @param events at most so many
   * @param seed of a generator; files ignore it
   * @param timed whether with times as well
   * @throws IllegalArgumentException when no sources are known, or no times
   */
  LabeledStream openWithSources(SourceKnowledge knowledge, long events, long seed, boolean timed) {
    if (sources() == 0) {
      throw new IllegalArgumentException(
          "the sources of stream '%s' are not known".formatted(name));
    }
    return timed
        ? StreamCatalog.openWithSourcesAndTimes(name, knowledge, events, seed)
        : StreamCatalog.openWithSources(name, knowledge, events, seed);
  }

  /**
   * Opens the stream at its first event.
   *
   * @param events at most so many
   * @param seed of a generator; files ignore it
   * @throws IOException when a file cannot be read, naming it
   */
  public LabeledStream open(long events, long seed) throws IOException {
    return file == null || classColumn == null
        ? StreamCatalog.open(name, events, seed)
        : DataFiles.open(
            Path.of(file),
            classColumn,
            leftOut(),
            reading == null ? FileReading.GUESSED : reading,
            events);
  }

  private List<String> leftOut() {
    return times().isEmpty()
        ? ignore
        : Stream.concat(ignore.stream(), times().get().leftOut().stream()).distinct().toList();
  }

  private Optional<RecordedTimes> times() {
    return timeColumn == null || labelTimeColumn == null
        ? Optional.empty()
        : Optional.of(new RecordedTimes(timeColumn, new LabelTime.InColumn(labelTimeColumn)));
  }

  /**
   * Opens the stream at its first event, with the times of events and labels.
   *
   * @param events at most so many
   * @param seed of a generator; files ignore it
   * @throws IllegalArgumentException when the stream has no times, naming it
   * @throws IOException when a file cannot be read, naming it
   */
  public LabeledStream openWithTimes(long events, long seed) throws IOException {
    if (file == null || classColumn == null) {
      return StreamCatalog.openWithTimes(name, events, seed);
    }
    return DataFiles.openWithTimes(
        Path.of(file),
        classColumn,
        ignore,
        times()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the columns of the times of file '%s' are not named".formatted(name))),
        reading == null ? FileReading.GUESSED : reading,
        events);
  }
}
