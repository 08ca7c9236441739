// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.streams.DataFiles;
import io.driftmoe.streams.LabeledStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import picocli.CommandLine.Option;

/** A data file as a labelled stream. */
final class DataFileOptions {
  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE",
      description = "A file .arff or .csv, plain or .gz.")
  private Path path;

  @Option(
      names = "--class",
      required = true,
      paramLabel = "NAME",
      description = "The column of the class; 'last' means the last one.")
  private String className;

  @Option(
      names = "--ignore",
      paramLabel = "COLUMN",
      split = ",",
      description = "Columns to leave out, separated by commas.")
  private Set<String> ignore = new LinkedHashSet<>();

  Path path() {
    return path;
  }

  String className() {
    return className;
  }

  Set<String> ignore() {
    return ignore;
  }

  /**
   * Opens the file at its first event.
   *
   * @param events at most so many
   * @throws UsageException when an option names what does not exist
   * @throws CommandException when the file cannot be read
   */
  LabeledStream open(long events) throws CommandException {
    try {
      return DataFiles.open(path, className, ignore, events);
    } catch (FileNotFoundException e) {
      throw new UsageException("--data: " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      String ignored = ignore.isEmpty() ? "" : " --ignore " + String.join(",", ignore);
      throw new UsageException("--class %s%s: %s".formatted(className, ignored, e.getMessage()), e);
    } catch (IOException | UncheckedIOException e) {
      throw new CommandException(e.getMessage(), e);
    }
  }
}
