// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.Attribute;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Opens ARFF files. */
final class ArffFile {
  private ArffFile() {}

  static LabeledStream open(
      Path file,
      String className,
      Collection<String> ignore,
      @Nullable String encoding,
      long maxEvents)
      throws IOException {
    long length = countRows(file, encoding, maxEvents);
    if (length == 0) {
      throw new IOException(file + ": no row of data");
    }
    ArffRows rows = new ArffRows(file, encoding);
    try {
      List<ArffAttribute> attributes = rows.attributes();
      List<String> names = attributes.stream().map(ArffAttribute::name).toList();
      ColumnChoice choice = ColumnChoice.of(file, names, className, ignore);
      List<Column> features = new ArrayList<>();
      requireDifferent(file, attributes, names, choice);
      for (int position : choice.features()) {
        features.add(new Column(attribute(file, attributes.get(position)), position));
      }
      ArffAttribute label = attributes.get(choice.label());
      if (label.type() != ArffAttribute.Type.NOMINAL) {
        throw new WrongClassException(
            "%s:%s: class '%s' is not nominal; a class needs declared values, as in {yes,no}"
                .formatted(file, label.line(), Shown.of(label.name())));
      }
      List<String> notes =
          ClassNames.doubts(label.values(), NumberNotation.PLAIN).stream()
              .map(doubt -> "attribute '%s': %s".formatted(Shown.of(label.name()), doubt))
              .toList();
      return new FileStream(
          file, rows, features, new Column(attribute(file, label), choice.label()), length, notes);
    } catch (IOException | RuntimeException e) {
      rows.close();
      throw e;
    }
  }

  /** Attributes that are ignored may have any name. */
  private static void requireDifferent(
      Path file, List<ArffAttribute> attributes, List<String> names, ColumnChoice choice)
      throws IOException {
    OptionalInt repeated = choice.repeated(names);
    if (repeated.isPresent()) {
      ArffAttribute attribute = attributes.get(repeated.getAsInt());
      throw new IOException(
          "%s:%s: attribute '%s' is declared twice; --ignore '#%s' leaves this one out"
              .formatted(
                  file, attribute.line(), Shown.of(attribute.name()), repeated.getAsInt() + 1));
    }
  }

  private static Attribute attribute(Path file, ArffAttribute declared) throws IOException {
    return switch (declared.type()) {
      case NUMERIC -> Attribute.numeric(declared.name());
      case NOMINAL ->
          declared.values().isEmpty()
              ? Attribute.numeric(declared.name()) // {}: every value is missing
              : Attribute.nominal(declared.name(), declared.values());
      case OTHER ->
          throw new IOException(
              "%s:%s: %s".formatted(file, declared.line(), declared.requireFault()));
    };
  }

  private static long countRows(Path file, @Nullable String encoding, long most)
      throws IOException {
    long count = 0;
    try (ArffRows rows = new ArffRows(file, encoding)) {
      while (count < most && rows.skip()) {
        count++;
      }
    }
    return count;
  }
}
