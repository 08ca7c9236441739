// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.Attribute;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** An ARFF file whose declarations have been read. */
final class ArffFile {
  private final Path file;
  private final @Nullable String encoding;
  private final List<ArffAttribute> attributes;
  private final ColumnChoice choice;

  private ArffFile(
      Path file, @Nullable String encoding, String className, Collection<String> ignore)
      throws IOException {
    this.file = file;
    this.encoding = encoding;
    try (ArffRows rows = new ArffRows(file, encoding)) {
      if (!rows.skip()) {
        throw new IOException(file + ": no row of data");
      }
      this.attributes = rows.attributes();
    }
    List<String> names = attributes.stream().map(ArffAttribute::name).toList();
    this.choice = ColumnChoice.of(file, names, className, ignore);
    requireDifferent(names);
  }

  /**
   * Reads the rows asked for once, so that a fault in any of them is met before the first event.
   *
   * @param times where the times of the rows are; null where they are not asked for
   */
  static LabeledStream open(
      Path file,
      String className,
      Collection<String> ignore,
      @Nullable RecordedTimes times,
      @Nullable String encoding,
      long maxEvents)
      throws IOException {
    ArffFile arff = new ArffFile(file, encoding, className, ignore);
    long length = 0;
    try (LabeledStream all = arff.stream(maxEvents, null)) {
      for (; all.hasNext(); all.next()) {
        length++;
      }
    } catch (UncheckedIOException e) {
      throw new IOException(e.getMessage(), e);
    }
    return arff.stream(length, times == null ? null : arff.times(times, length));
  }

  private RowTimes times(RecordedTimes recorded, long length) throws IOException {
    List<String> names = attributes.stream().map(ArffAttribute::name).toList();
    RowTimes times = new RowTimes(file, names, recorded, new MissingWords(List.of()));
    try (ArffRows rows = new ArffRows(file, encoding)) {
      times.survey(file, rows, length);
    }
    return times;
  }

  static FileDescription describe(
      Path file,
      String className,
      Collection<String> ignore,
      @Nullable String encoding,
      long maxEvents)
      throws IOException {
    ArffFile arff = new ArffFile(file, encoding, className, ignore);
    try (ArffRows rows = new ArffRows(file, encoding)) {
      ArffProfile profile = new ArffProfile(file, arff.attributes, arff.choice);
      profile.observe(rows, maxEvents);
      return profile.description(rows.charset(), warnings(arff.label()));
    }
  }

  private ArffAttribute label() {
    return attributes.get(choice.label());
  }

  private LabeledStream stream(long length, @Nullable RowTimes times) throws IOException {
    List<Column> features = new ArrayList<>();
    for (int position : choice.features()) {
      features.add(column(position, attributes.get(position).fault()));
    }
    requireClass();
    Column label = column(choice.label(), label().classFault());
    ArffRows rows = new ArffRows(file, encoding);
    try {
      return new FileStream(file, rows, features, label, length, warnings(label()), times);
    } catch (IOException | RuntimeException e) {
      rows.close();
      throw e;
    }
  }

  /** Another attribute may be the class where this one is declared well, and as no class. */
  private void requireClass() throws WrongClassException {
    String fault = label().classFault();
    if (fault != null
        && (label().type() != ArffAttribute.Type.NOMINAL || label().fault() == null)) {
      throw new WrongClassException("%s:%s: %s".formatted(file, label().line(), fault));
    }
  }

  private Column column(int position, @Nullable String fault) throws IOException {
    ArffAttribute declared = attributes.get(position);
    if (fault != null) {
      throw new IOException("%s:%s: %s".formatted(file, declared.line(), fault));
    }
    return new Column(attribute(declared), position);
  }

  /**
   * What an attribute is to a learner.
   *
   * @param declared one without a fault
   */
  static Attribute attribute(ArffAttribute declared) {
    boolean names = declared.type() == ArffAttribute.Type.NOMINAL && !declared.values().isEmpty();
    return names
        ? Attribute.nominal(declared.name(), declared.values())
        : Attribute.numeric(declared.name()); // also {}: every value is missing
  }

  private static List<String> warnings(ArffAttribute label) {
    return ClassNames.doubts(label.values(), NumberNotation.PLAIN).stream()
        .map(doubt -> "attribute '%s': %s".formatted(Shown.of(label.name()), doubt))
        .toList();
  }

  /** Attributes that are ignored may have any name. */
  private void requireDifferent(List<String> names) throws IOException {
    OptionalInt repeated = choice.repeated(names);
    if (repeated.isPresent()) {
      ArffAttribute attribute = attributes.get(repeated.getAsInt());
      throw new IOException(
          "%s:%s: attribute '%s' is declared twice; --ignore '#%s' leaves this one out"
              .formatted(
                  file, attribute.line(), Shown.of(attribute.name()), repeated.getAsInt() + 1));
    }
  }
}
