// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.streams.DataFiles;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.WrongClassException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
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
    try {
      LabeledStream stream = DataFiles.open(path, className, ignore(), reading(), events);
      if (!noted) {
        note(stream, err);
        noted = true;
      }
      return stream;
    } catch (FileNotFoundException e) {
      throw new UsageException("--data: " + e.getMessage(), e);
    } catch (IllegalArgumentException | WrongClassException e) {
      throw new UsageException(
          "--class %s%s: %s".formatted(className, asOption(ignore()), e.getMessage()), e);
    } catch (IOException | UncheckedIOException e) {
      throw new CommandException(e.getMessage(), e);
    }
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
