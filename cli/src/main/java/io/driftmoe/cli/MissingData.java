// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.streams.datasets.Dataset;
import io.driftmoe.streams.datasets.DatasetCatalog;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How to get the file of a stream that was not found. */
final class MissingData {
  private MissingData() {}

  /**
   * The message, with the command that fetches the file where there is one.
   *
   * @param message names the file
   */
  static String wayOut(@Nullable String message) {
    String text = String.valueOf(message);
    Optional<Dataset> known =
        DatasetCatalog.all().stream().filter(set -> text.contains(set.file())).findFirst();
    return known
        .map(set -> "%s; 'driftmoe data fetch %s' fetches it".formatted(text, set.name()))
        .orElse(text);
  }
}
