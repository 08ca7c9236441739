// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stream of the catalogue: what it is and how it is opened.
 *
 * @param finder of the sources of its events; null when it has none that are known
 */
record CataloguedStream(
    StreamDescription description, Opener opener, EventSources.@Nullable Finder finder) {

  /** Opens a stream at its first event. */
  interface Opener {
    LabeledStream open(String name, long events, long seed) throws IOException;

    /** Opens one whose description has times. */
    default LabeledStream openWithTimes(String name, long events, long seed) throws IOException {
      throw new IllegalArgumentException("no times are recorded for stream '%s'".formatted(name));
    }
  }

  static CataloguedStream generator(
      String name, int attributes, int classes, String summary, String source, Opener opener) {
    return new CataloguedStream(
        new StreamDescription(name, attributes, classes, summary, source, List.of()), opener, null);
  }

  String name() {
    return description.name();
  }

  /**
   * @param timed whether it is to have times, which are recorded
   */
  LabeledStream open(long events, long seed, boolean timed) throws IOException {
    return timed
        ? opener.openWithTimes(description.name(), events, seed)
        : opener.open(description.name(), events, seed);
  }

  /** Opens a stream that has known sources. */
  LabeledStream openWithSources(SourceKnowledge knowledge, long events, long seed, boolean timed)
      throws IOException {
    if (finder == null) {
      throw new IllegalArgumentException(
          "the sources of stream '%s' are not known".formatted(name()));
    }
    LabeledStream stream = open(events, seed, timed);
    try {
      return new SourcedStream(stream, finder.of(stream), description.sources(), knowledge);
    } catch (IllegalArgumentException e) {
      stream.close();
      throw new IllegalArgumentException("stream '%s': %s".formatted(name(), e.getMessage()), e);
    }
  }
}
