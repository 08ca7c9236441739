// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a stream of {@link StreamCatalog} is.
 *
 * @param name in the catalogue
 * @param attributes number of attributes beside the class
 * @param classes number of classes; of a file, those of all its rows (the first rows of a CSV file
 *     may show fewer)
 * @param summary one line: what the events are and what changes
 * @param source one line: generator with its options and who published it, or where the data come
 *     from
 * @param files names of data files, the first of which that the data folder has is read; empty for
 *     a generator
 * @param sources number of sources that the events are known to come from, for {@link
 *     StreamCatalog#openWithSources}; 0 when none are known
 * @param group nominal attribute that names what an event belongs to, such as a sensor, a city or a
 *     place; empty when none does
 * @param times where the file says when its events happened and their labels became known; empty
 *     when it does not
 */
public record StreamDescription(
    String name,
    int attributes,
    int classes,
    String summary,
    String source,
    List<String> files,
    int sources,
    Optional<String> group,
    Optional<RecordedTimes> times) {

  /** Rejects no attribute, fewer than two classes, blank texts, and a single source. */
  public StreamDescription {
    requireText("name", name);
    requireText("summary", summary);
    requireText("source", source);
    files = List.copyOf(files);
    if (attributes < 1) {
      throw new IllegalArgumentException("attributes must be at least 1, got " + attributes);
    }
    if (classes < 2) {
      throw new IllegalArgumentException("classes must be at least 2, got " + classes);
    }
    if (sources < 0 || sources == 1) {
      throw new IllegalArgumentException(
          "sources must be at least 2, or 0 when none are known, got " + sources);
    }
  }

  /** A stream without known sources, group and times. */
  public StreamDescription(
      String name, int attributes, int classes, String summary, String source, List<String> files) {
    this(name, attributes, classes, summary, source, files, 0);
  }

  /** A stream without group and times. */
  public StreamDescription(
      String name,
      int attributes,
      int classes,
      String summary,
      String source,
      List<String> files,
      int sources) {
    this(
        name,
        attributes,
        classes,
        summary,
        source,
        files,
        sources,
        Optional.empty(),
        Optional.empty());
  }

  /** The same stream, with a group. */
  StreamDescription grouped(String by) {
    return new StreamDescription(
        name, attributes, classes, summary, source, files, sources, Optional.of(by), times);
  }

  /** The same stream, with times. */
  StreamDescription timed(String eventColumn, LabelTime labelTime) {
    return new StreamDescription(
        name,
        attributes,
        classes,
        summary,
        source,
        files,
        sources,
        group,
        Optional.of(new RecordedTimes(eventColumn, labelTime)));
  }

  private static void requireText(String field, String text) {
    Objects.requireNonNull(text, field);
    if (text.isBlank()) {
      throw new IllegalArgumentException(field + " must not be blank");
    }
  }

  /** Whether {@link StreamCatalog#openWithSources} opens the stream. */
  public boolean hasSources() {
    return sources > 0;
  }

  /** Whether the events are those of a file, which has an end, and not of a generator. */
  public boolean isFile() {
    return !files.isEmpty();
  }
}
