// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.benchmarks.StreamSource;
import io.driftmoe.flink.FailureMessage;
import io.driftmoe.streams.LabelWaits;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.RecordedTimes;
import io.driftmoe.streams.StreamCatalog;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

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
      StreamSource source =
          StreamSource.file(
              stream.name(),
              options.path(),
              options.className(),
              options.ignore(),
              options.reading());
      Optional<RecordedTimes> times = options.times();
      return found(times.isEmpty() ? source : source.withTimes(times.get()), stream);
    } catch (IOException e) {
      throw new CommandException(FailureMessage.of(e), e);
    }
  }

  /**
   * Goes through the times of a stream, so that a fault is met before anything is learned.
   *
   * @param events at most so many
   * @throws UsageException when the stream has none
   * @throws CommandException when a row is at fault, naming it
   */
  static LabelWaits waits(Found stream, long events) throws CommandException {
    if (stream.source().file() != null && stream.source().timeColumn() == null) {
      throw new UsageException(
          "--label-delay true-times needs --time-column and --label-time-column of "
              + stream.source().name());
    }
    try (LabeledStream timed = stream.source().openWithTimes(events, 1)) {
      return LabelWaits.of(timed);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--label-delay true-times: " + e.getMessage(), e);
    } catch (IOException | UncheckedIOException e) {
      throw new CommandException(FailureMessage.of(e), e);
    }
  }

  private static Found found(StreamSource source, LabeledStream stream) {
    return new Found(source, stream.schema().labels().names());
  }
}
