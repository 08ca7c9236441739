// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.StreamCatalog;
import java.io.UncheckedIOException;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which labelled stream: one of the catalogue or a data file. */
final class StreamOptions {
  private static final long GENERATED_EVENTS = 100_000;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @ArgGroup(exclusive = true, multiplicity = "0..1")
  private @Nullable Source source;

  @Option(
      names = "--events",
      paramLabel = "N",
      description = "How many events; default 100000 of a generator, all of a file.")
  private @Nullable Long events;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Of everything random; default ${DEFAULT-VALUE}.")
  private long seed;

  private static final class Source {
    @Option(
        names = "--stream",
        required = true,
        paramLabel = "NAME",
        completionCandidates = Names.class,
        description = "A stream by name: ${COMPLETION-CANDIDATES}.")
    private String name;

    @ArgGroup(exclusive = false, multiplicity = "1")
    private @Nullable DataFileOptions file;
  }

  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return StreamCatalog.names().iterator();
    }
  }

  /** Whether a stream is named. */
  boolean isChosen() {
    return source != null;
  }

  long seed() {
    return seed;
  }

  /**
   * Opens the stream at its first event; every call opens it anew.
   *
   * @throws UsageException when an option names what does not exist, or no stream is named
   * @throws CommandException when a file cannot be read
   */
  LabeledStream open() throws CommandException {
    return open(false);
  }

  /**
   * Likewise.
   *
   * @param timed whether with the times of events and labels
   */
  LabeledStream open(boolean timed) throws CommandException {
    if (source == null) {
      throw new UsageException("give --stream NAME, or --data FILE with --class NAME");
    }
    return open(source, timed);
  }

  /** Like {@link #open(boolean)}, with a stream of the catalogue for when none is named. */
  LabeledStream openOr(String fallback, boolean timed) throws CommandException {
    if (source != null) {
      return open(source, timed);
    }
    Source named = new Source();
    named.name = fallback;
    return open(named, timed);
  }

  private LabeledStream open(Source chosen, boolean timed) throws CommandException {
    if (events != null && (events < 1 || events > Integer.MAX_VALUE)) {
      throw new UsageException(
          "--events must lie between 1 and %s, got %s".formatted(Integer.MAX_VALUE, events));
    }
    return chosen.file == null
        ? catalogued(chosen.name, timed)
        : chosen.file.open(
            events == null ? Long.MAX_VALUE : events, timed, command.commandLine().getErr());
  }

  private LabeledStream catalogued(String name, boolean timed) {
    try {
      boolean isFile = StreamCatalog.describe(name).isFile();
      long count = events != null ? events : isFile ? Integer.MAX_VALUE : GENERATED_EVENTS;
      return timed
          ? StreamCatalog.openWithTimes(name, count, seed)
          : StreamCatalog.open(name, count, seed);
    } catch (IllegalArgumentException e) {
      String option = timed ? "--label-delay true-times --stream: " : "--stream: ";
      throw new UsageException(option + e.getMessage(), e);
    } catch (UncheckedIOException e) {
      throw new UsageException("--stream " + name + ": " + MissingData.wayOut(e.getMessage()), e);
    }
  }
}
