// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A finite sequence of labelled examples, read once, from front to back. Not thread-safe.
 *
 * <p>{@link #hasNext} and {@link #next} throw {@link java.io.UncheckedIOException} when a file
 * cannot be read or a row is malformed; its message names the file and the line.
 */
public interface LabeledStream extends Iterator<LabeledExample>, AutoCloseable {

  /** Name of the catalogued stream, or name of the file. */
  String name();

  /** What the examples look like; known before the first one is read. */
  StreamSchema schema();

  /** Number of examples the whole stream yields, when known. */
  OptionalLong length();

  /**
   * The drifts planted at known places, by position; empty for files and for generators that drift
   * all the time.
   */
  default List<PlantedDrift> plantedDrifts() {
    return List.of();
  }

  /**
   * What was guessed about a file and what is odd about it, in words, with the options that say
   * otherwise; empty for streams that leave nothing to guess.
   */
  default List<String> notes() {
    return List.of();
  }

  /**
   * When the event given last happened and its label became known. Times never go back from one
   * event to the next. Empty before the first event, and of a stream that was not opened with
   * times.
   */
  default Optional<EventTimes> times() {
    return Optional.empty();
  }

  /**
   * Frees the file. Closing twice does nothing.
   *
   * @throws java.io.UncheckedIOException when that fails
   */
  @Override
  void close();
}
