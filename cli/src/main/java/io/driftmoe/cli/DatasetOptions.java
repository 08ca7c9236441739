// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.streams.DataFolder;
import io.driftmoe.streams.datasets.Dataset;
import io.driftmoe.streams.datasets.DatasetCatalog;
import io.driftmoe.streams.datasets.DatasetFile;
import java.io.FileNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which folder the files of data sets are in. */
final class DatasetOptions {
  @Option(
      names = "--to",
      paramLabel = "DIR",
      description =
          "Folder of the files; default the one that DRIFTMOE_DATA names, else data in the current"
              + " folder.")
  private @Nullable Path folder;

  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return DatasetCatalog.names().iterator();
    }
  }

  /**
   * A data set of the catalogue.
   *
   * @param name in any case
   * @throws UsageException when it is not known, naming the known ones
   */
  static Dataset named(String name) {
    try {
      return DatasetCatalog.named(name.toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  /**
   * The file of a data set: where the other commands find it, else where it would be put.
   *
   * @throws UsageException when --to names what is no folder
   */
  DatasetFile file(Dataset dataset) {
    if (folder != null) {
      if (Files.exists(folder) && !Files.isDirectory(folder)) {
        throw new UsageException("--to must be a folder, got the file " + folder);
      }
      return DatasetFile.in(folder, dataset);
    }
    try {
      return new DatasetFile(dataset, DataFolder.file(dataset.file()));
    } catch (FileNotFoundException e) {
      return DatasetFile.in(DataFolder.forNewFiles(), dataset);
    }
  }
}
