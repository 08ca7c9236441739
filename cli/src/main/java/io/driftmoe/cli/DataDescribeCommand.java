// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.streams.FileDescription;
import io.driftmoe.streams.datasets.Dataset;
import io.driftmoe.streams.datasets.DatasetFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code driftmoe data describe}: everything that is known of data sets. */
@Command(
    name = "describe",
    description = "Prints all that is known of data sets, and what a data file holds.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Of a file it shows columns, types, classes and what was guessed to read it. The options from "
          + "--class on are for files, and demo, bench, produce and job --init take them as well.",
      "The exit code is 1 where a file has faults, with which the other commands refuse it; warnings "
          + "leave it 0."
    })
final class DataDescribeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DatasetOptions options;
  @Mixin private DescribedFile file;

  @Parameters(
      paramLabel = "NAME|FILE",
      arity = "1..*",
      completionCandidates = DatasetOptions.Names.class,
      description = "A file .arff or .csv, plain or .gz, or any of: ${COMPLETION-CANDIDATES}.")
  private List<String> names;

  @Override
  public Integer call() throws CommandException {
    List<String> datasets = names.stream().filter(name -> !DescribedFile.isFile(name)).toList();
    List<DatasetFile> known =
        datasets.stream().map(DatasetOptions::named).map(options::file).toList();
    PrintWriter out = spec.commandLine().getOut();
    for (DatasetFile dataset : known) {
      print(out, dataset);
    }
    boolean faulty = false;
    for (String name : names) {
      if (DescribedFile.isFile(name)) {
        FileDescription described = file.describe(Path.of(name));
        FileDescriptionText.print(described, out);
        faulty |= !described.faults().isEmpty();
      }
    }
    out.flush();
    return faulty ? ExitCodes.FAILURE : 0;
  }

  private static void print(PrintWriter out, DatasetFile file) {
    Dataset dataset = file.dataset();
    out.println(dataset.name() + ": " + dataset.title());
    out.println(dataset.description());
    line(out, "events", "%,d", dataset.events());
    line(out, "attributes", "%d", dataset.attributes());
    line(out, "classes", "%d", dataset.classes());
    line(out, "source", "%s", dataset.url());
    line(out, "licence", "%s", dataset.licence());
    line(out, "citation", "%s", dataset.citation());
    if (dataset.bytes() == null) {
      line(out, "size", "not published");
    } else {
      line(out, "size", "%,d bytes", dataset.bytes());
    }
    if (dataset.sha256() == null) {
      line(
          out,
          "SHA-256",
          "none is published: fetch it with %s, which records that of the first download",
          DataFetchCommand.ACCEPT);
    } else {
      line(out, "SHA-256", "%s", dataset.sha256());
      line(out, "published by", "%s", dataset.checksumSource());
    }
    line(out, "file", "%s (%s)", file.path(), file.isPresent() ? "present" : "not there");
    String ignore =
        dataset.ignore().isEmpty() ? "" : " --ignore " + String.join(",", dataset.ignore());
    line(out, "options", "--data %s --class %s%s", file.path(), dataset.classColumn(), ignore);
    out.println();
  }

  private static void line(
      PrintWriter out, String label, String format, @Nullable Object... values) {
    out.printf("  %-13s %s%n", label, String.format(Locale.ROOT, format, values));
  }
}
