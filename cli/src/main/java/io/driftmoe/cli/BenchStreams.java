// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.benchmarks.StreamSource;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.StreamCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Streams for cells, each of which has been opened once to see that it is there. */
final class BenchStreams {
  private BenchStreams() {}

  /**
   * Streams of the catalogue.
   *
   * @param names in any case
   * @throws UsageException when one is not known or its file is missing
   */
  static List<StreamSource> named(List<String> names, long events) {
    List<StreamSource> sources = new ArrayList<>();
    for (String name : names) {
      String known = name.strip().toLowerCase(Locale.ROOT);
      try (LabeledStream stream = StreamCatalog.open(known, events, 1)) {
        sources.add(StreamSource.catalogued(stream.name()));
      } catch (IllegalArgumentException e) {
        throw new UsageException("--streams: " + e.getMessage(), e);
      } catch (UncheckedIOException e) {
        throw new UsageException("--streams " + known + ": " + e.getMessage(), e);
      }
    }
    return sources;
  }

  /**
   * A data file.
   *
   * @throws UsageException when it or a column is missing
   * @throws CommandException when it cannot be read
   */
  static StreamSource file(DataFileOptions options, long events) throws CommandException {
    try (LabeledStream stream = options.open(events)) {
      return StreamSource.file(
          stream.name(), options.path(), options.className(), options.ignore());
    } catch (IOException e) {
      throw new CommandException(e.getMessage(), e);
    }
  }
}
