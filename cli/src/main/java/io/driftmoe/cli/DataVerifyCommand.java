// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.flink.FailureMessage;
import io.driftmoe.streams.datasets.Dataset;
import io.driftmoe.streams.datasets.DatasetCatalog;
import io.driftmoe.streams.datasets.DatasetFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code driftmoe data verify}: computes the checksums of the files that are there once more. */
@Command(
    name = "verify",
    description = "Checks the SHA-256 of the files of data sets; fails when one is not right.",
    mixinStandardHelpOptions = true)
final class DataVerifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DatasetOptions options;

  @Parameters(
      paramLabel = "NAME",
      arity = "0..*",
      completionCandidates = DatasetOptions.Names.class,
      description = "Any of: ${COMPLETION-CANDIDATES}; default all whose files are there.")
  private List<String> names = new ArrayList<>();

  @Override
  public Integer call() throws CommandException {
    List<DatasetFile> files =
        names.isEmpty()
            ? DatasetCatalog.all().stream()
                .map(options::file)
                .filter(DatasetFile::isPresent)
                .toList()
            : names.stream().map(DatasetOptions::named).map(options::file).toList();
    if (files.isEmpty()) {
      throw new CommandException("no file of a data set is there (see data list)");
    }
    PrintWriter out = spec.commandLine().getOut();
    List<String> wrong = new ArrayList<>();
    for (DatasetFile file : files) {
      Dataset dataset = file.dataset();
      String fault = fault(file);
      out.printf("%-18s %s: %s%n", dataset.name(), file.path(), fault == null ? "good" : fault);
      out.flush();
      if (fault != null) {
        wrong.add(dataset.name());
      }
    }
    if (!wrong.isEmpty()) {
      throw new CommandException("not verified: " + String.join(", ", wrong));
    }
    return 0;
  }

  /** Null when the file is what it should be. */
  private static @Nullable String fault(DatasetFile file) throws CommandException {
    if (!file.isPresent()) {
      return "not there";
    }
    try {
      Optional<String> expected = file.expectedSha256();
      if (expected.isEmpty()) {
        return "no SHA-256 is published or recorded";
      }
      String actual = file.actualSha256();
      return actual.equals(expected.get())
          ? null
          : "wrong: SHA-256 is %s, expected is %s".formatted(actual, expected.get());
    } catch (IOException e) {
      throw new CommandException(FailureMessage.of(e), e);
    }
  }
}
