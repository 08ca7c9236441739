// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.benchmarks.StreamSource;
import io.driftmoe.flink.FailureMessage;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.StreamCatalog;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;

/** Streams for cells, each of which has been opened once to see that it is there. */
final class BenchStreams {
  private BenchStreams() {}

  /**
   * A stream that is there.
   *
   * @param classes names of its classes
   */
  record Found(StreamSource source, List<String> classes) {}

  /**
   * Streams of the catalogue.
   *
   * @param names in any case
   * @throws UsageException when one is not known or its file is missing
   */
  static List<Found> named(List<String> names, long events) {
    List<Found> found = new ArrayList<>();
    for (String name : new LinkedHashSet<>(names)) {
      String known = name.strip().toLowerCase(Locale.ROOT);
      try (LabeledStream stream = StreamCatalog.open(known, events, 1)) {
        found.add(found(StreamSource.catalogued(stream.name()), stream));
      } catch (IllegalArgumentException e) {
        throw new UsageException("--streams: " + e.getMessage(), e);
      } catch (UncheckedIOException e) {
        throw new UsageException(
            "--streams " + known + ": " + MissingData.wayOut(e.getMessage()), e);
      }
    }
    return found;
  }

  /**
   * A data file.
   *
   * @param err for what was guessed about it
   * @throws UsageException when it or a column is missing
   * @throws CommandException when it cannot be read
   */
  static Found file(DataFileOptions options, long events, PrintWriter err) throws CommandException {
    try (LabeledStream stream = options.open(events, err)) {
      return found(
          StreamSource.file(
              stream.name(),
              options.path(),
              options.className(),
              options.ignore(),
              options.reading()),
          stream);
    } catch (IOException e) {
      throw new CommandException(FailureMessage.of(e), e);
    }
  }

  private static Found found(StreamSource source, LabeledStream stream) {
    return new Found(source, stream.schema().labels().names());
  }
}
