// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.streams.DataFiles;
import io.driftmoe.streams.FileDescription;
import io.driftmoe.streams.WrongClassException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** A data file that is to be described. */
final class DescribedFile extends FileReadingOptions {
  private static final Pattern FILE = Pattern.compile(".*[./\\\\].*");

  @Option(
      names = "--class",
      paramLabel = "NAME",
      defaultValue = "last",
      description = "The column of the class; default the last one, #3 is the third.")
  private String className;

  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "" + Long.MAX_VALUE,
      description = "Reads at most so many rows; default all.")
  private long events;

  /** Whether a name is that of a file; those of data sets have neither dots nor folders. */
  static boolean isFile(String name) {
    return FILE.matcher(name).matches() || Files.isRegularFile(Path.of(name));
  }

  /**
   * Reads the file.
   *
   * @throws UsageException when an option names what does not exist
   * @throws CommandException when the file cannot be read
   */
  FileDescription describe(Path path) throws CommandException {
    if (events < 1) {
      throw new UsageException("--events must be at least 1, got " + events);
    }
    try {
      return DataFiles.describe(path, className, ignore(), reading(), events);
    } catch (FileNotFoundException | WrongClassException | IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    } catch (IOException e) {
      throw new CommandException(e.getMessage(), e);
    }
  }
}
