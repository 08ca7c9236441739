// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.streams.datasets.Dataset;
import io.driftmoe.streams.datasets.DatasetCatalog;
import io.driftmoe.streams.datasets.DatasetFile;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code driftmoe data list}: the known data sets, one a line. */
@Command(
    name = "list",
    description = "Lists the known data sets and whether their files are there.",
    mixinStandardHelpOptions = true)
final class DataListCommand implements Callable<Integer> {
  private static final String ROW = "%-18s %11s %5s %7s %10s  %-8s %-7s %s%n";

  @Spec private CommandSpec spec;
  @Mixin private DatasetOptions options;

  @Option(names = "--json", description = "Prints all that is known, as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    List<DatasetFile> files = DatasetCatalog.all().stream().map(options::file).toList();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(DatasetJson.write(files));
    } else {
      out.printf(
          ROW, "name", "events", "attr.", "classes", "size", "checksum", "present", "licence");
      files.forEach(file -> print(out, file));
    }
    out.flush();
    return 0;
  }

  private static void print(PrintWriter out, DatasetFile file) {
    Dataset dataset = file.dataset();
    out.printf(
        Locale.ROOT,
        ROW,
        dataset.name(),
        String.format(Locale.ROOT, "%,d", dataset.events()),
        dataset.attributes(),
        dataset.classes(),
        dataset.bytes() == null
            ? "?"
            : String.format(Locale.ROOT, "%,.1f MB", dataset.bytes() / 1e6),
        dataset.sha256() == null ? "none" : "SHA-256",
        file.isPresent() ? "yes" : "no",
        dataset.licence());
  }
}
