// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.streams.DataFiles;
import io.driftmoe.streams.LabelTime;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.RecordedTimes;
import io.driftmoe.streams.WrongClassException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A data file as a labelled stream. */
final class DataFileOptions extends FileReadingOptions {
  private static final int MOST_NOTES = 12;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE",
      description = "A file .arff or .csv, plain or .gz; 'driftmoe data describe FILE' shows it.")
  private Path path;

  @Option(
      names = "--class",
      required = true,
      paramLabel = "NAME",
      description = "The column of the class; 'last' means the last one, #3 the third.")
  private String className;

  @Option(
      names = "--time-column",
      paramLabel = "NAME",
      description = {
        "The column of the times of the events, in which the rows are ordered; no feature. For "
            + "--label-delay true-times, with --label-time-column."
      })
  private @Nullable String timeColumn;

  @Option(
      names = "--label-time-column",
      paramLabel = "NAME",
      description = "The column of when each label became known; no feature.")
  private @Nullable String labelTimeColumn;

  private boolean noted;

  Path path() {
    return path;
  }

  String className() {
    return className;
  }

  /**
   * Opens the file at its first event, and says at the first time what was guessed.
   *
   * @param events at most so many
   * @param err for what was guessed
   * @throws UsageException when an option names what does not exist
   * @throws CommandException when the file cannot be read
   */
  LabeledStream open(long events, PrintWriter err) throws CommandException {
    return open(events, false, err);
  }

  /**
   * Likewise.
   *
   * @param timed whether with the times of events and labels
   * @throws UsageException also when the columns of these are asked for and not named
   */
  LabeledStream open(long events, boolean timed, PrintWriter err) throws CommandException {
    requireExtension();
    Optional<RecordedTimes> times = times();
    if (timed && times.isEmpty()) {
      throw new UsageException(
          "--label-delay true-times needs --time-column and --label-time-column of " + path);
    }
    try {
      LabeledStream stream =
          timed
              ? DataFiles.openWithTimes(
                  path, className, ignore(), times.orElseThrow(), reading(), events)
              : DataFiles.open(path, className, leftOut(), reading(), events);
      if (!noted) {
        note(stream, err);
        noted = true;
      }
      return stream;
    } catch (FileNotFoundException e) {
      throw new UsageException("--data: " + e.getMessage(), e);
    } catch (IllegalArgumentException | WrongClassException e) {
      throw new UsageException(
          "--class %s%s%s: %s"
              .formatted(className, asOption(ignore()), timesAsOption(), e.getMessage()),
          e);
    } catch (IOException | UncheckedIOException e) {
      throw new CommandException(e.getMessage(), e);
    }
  }

  private void requireExtension() {
    try {
      DataFiles.requireExtension(path);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--data: " + e.getMessage(), e);
    }
  }

  /**
   * Where the times of the rows are; empty when no column is named.
   *
   * @throws UsageException when one of the two is missing
   */
  Optional<RecordedTimes> times() {
    if (timeColumn == null && labelTimeColumn == null) {
      return Optional.empty();
    }
    if (timeColumn == null || labelTimeColumn == null) {
      throw new UsageException("--time-column and --label-time-column come together");
    }
    return Optional.of(new RecordedTimes(timeColumn, new LabelTime.InColumn(labelTimeColumn)));
  }

  private Set<String> leftOut() {
    Set<String> all = new LinkedHashSet<>(ignore());
    times().ifPresent(times -> all.addAll(times.leftOut()));
    return all;
  }

  private String timesAsOption() {
    return timeColumn == null
        ? ""
        : " --time-column %s --label-time-column %s".formatted(timeColumn, labelTimeColumn);
  }

  private static String asOption(Set<String> ignored) {
    return ignored.isEmpty() ? "" : " --ignore " + String.join(",", ignored);
  }

  private static void note(LabeledStream stream, PrintWriter err) {
    List<String> notes = stream.notes();
    notes.stream().limit(MOST_NOTES).forEach(note -> err.println(stream.name() + ": " + note));
    if (notes.size() > MOST_NOTES) {
      err.println(
          "%s: %s more notes: see driftmoe data describe"
              .formatted(stream.name(), notes.size() - MOST_NOTES));
    }
    err.flush();
  }
}
