// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.Attribute;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Opens ARFF files. */
final class ArffFile {
  private ArffFile() {}

  static LabeledStream open(Path file, String className, Set<String> ignore, long maxEvents)
      throws IOException {
    long length = countRows(file, maxEvents);
    ArffRows rows = new ArffRows(file);
    try {
      List<ArffAttribute> attributes = rows.attributes();
      List<String> names = attributes.stream().map(ArffAttribute::name).toList();
      ColumnChoice choice = ColumnChoice.of(file, names, className, ignore);
      List<Column> features = new ArrayList<>();
      requireDifferent(file, attributes, choice);
      for (int position : choice.features()) {
        features.add(new Column(attribute(file, attributes.get(position)), position));
      }
      ArffAttribute label = attributes.get(choice.label());
      if (label.type() != ArffAttribute.Type.NOMINAL) {
        throw new IOException(
            "%s:%s: class '%s' is not nominal; a class needs declared values, as in {yes,no}"
                .formatted(file, label.line(), label.name()));
      }
      return new FileStream(
          file, rows, features, new Column(attribute(file, label), choice.label()), length);
    } catch (IOException | RuntimeException e) {
      rows.close();
      throw e;
    }
  }

  /** Attributes that are ignored may have any name. */
  private static void requireDifferent(
      Path file, List<ArffAttribute> attributes, ColumnChoice choice) throws IOException {
    Set<String> names = new HashSet<>(Set.of(attributes.get(choice.label()).name()));
    for (int position : choice.features()) {
      ArffAttribute attribute = attributes.get(position);
      if (!names.add(attribute.name())) {
        throw new IOException(
            "%s:%s: attribute '%s' is declared twice"
                .formatted(file, attribute.line(), attribute.name()));
      }
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

  private static long countRows(Path file, long most) throws IOException {
    long count = 0;
    try (ArffRows rows = new ArffRows(file)) {
      while (count < most && rows.skip()) {
        count++;
      }
    }
    return count;
  }
}
