// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.schemas.FeatureCodec;
import io.driftmoe.schemas.InvalidEventException;
import io.driftmoe.schemas.QuotedText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The features of records whose fields have names. */
final class FeatureReader {
  private final MappedFields fields;
  private final FeatureCodec codec;
  private final MissingWords missing;
  private final List<FieldUse> uses = new ArrayList<>();
  private final boolean[] nominal;

  /** Of nominal attributes; null for numeric ones. */
  private final @Nullable NominalNumbers[] numbers;

  /**
   * @param fields to which those of the attributes are added
   * @param missing texts that mean that there is no value
   */
  FeatureReader(
      MappedFields fields, JobOptions.Schema schema, FeatureCodec codec, List<String> missing) {
    this.fields = fields;
    this.codec = codec;
    this.missing = new MissingWords(missing);
    this.nominal = new boolean[schema.attributes().size()];
    this.numbers = new NominalNumbers[nominal.length];
    for (int i = 0; i < nominal.length; i++) {
      JobOptions.AttributeOption attribute = schema.attributes().get(i);
      nominal[i] = !attribute.values().isEmpty();
      numbers[i] = nominal[i] ? new NominalNumbers(attribute.values()) : null;
      uses.add(
          fields.add(
              "attribute " + QuotedText.of(attribute.name()), attribute.path(), !nominal[i]));
    }
  }

  /**
   * {@return the features of the record that was read}
   *
   * @throws RejectedException naming the attribute, its path and the value
   */
  FeatureVector read() throws RejectedException {
    @Nullable Object[] wire = new Object[nominal.length];
    for (int i = 0; i < wire.length; i++) {
      FieldUse use = uses.get(i);
      NominalNumbers declared = numbers[i];
      wire[i] = declared == null ? number(use) : name(use, declared);
    }
    try {
      return codec.toFeatures(Arrays.asList(wire));
    } catch (InvalidEventException e) {
      throw RejectedException.invalid(String.valueOf(e.getMessage()));
    }
  }

  private @Nullable String name(FieldUse use, NominalNumbers declared) throws RejectedException {
    return switch (fields.kind(use)) {
      case ABSENT, NULL -> null;
      case TEXT, BOOLEAN -> {
        String text = fields.text(use);
        yield missing.contains(text) ? null : text;
      }
      case NUMBER -> {
        String text = fields.text(use);
        yield missing.containsNumber(text) ? null : declared.nameOf(text);
      }
      case OTHER -> throw refused(use, "is nominal and needs a text", fields.text(use));
    };
  }

  private @Nullable Double number(FieldUse use) throws RejectedException {
    switch (fields.kind(use)) {
      case ABSENT, NULL -> {
        return null;
      }
      case NUMBER -> {
        double number = fields.number(use);
        if (missing.containsNumber(number, fields.text(use))) {
          return null;
        }
        if (!Double.isFinite(number)) {
          throw refused(use, "is numeric and must be finite", fields.text(use));
        }
        return number;
      }
      case TEXT -> {
        String text = fields.text(use);
        if (missing.contains(text)) {
          return null;
        }
        double number = parsed(use, text);
        return missing.containsNumber(number, text) ? null : number;
      }
      case BOOLEAN -> throw refused(use, "is numeric and needs a number", fields.text(use));
      default -> throw refused(use, "is numeric and needs a number", fields.text(use));
    }
  }

  /** A number that was sent as text; the words and letters that Java allows in it are none. */
  private static double parsed(FieldUse use, String text) throws RejectedException {
    double value = DecimalText.parse(text);
    if (Double.isNaN(value)) {
      throw refused(use, "is numeric and needs a number", QuotedText.of(text));
    }
    if (Double.isInfinite(value)) {
      throw refused(use, "is numeric and must be finite", QuotedText.of(text));
    }
    return value;
  }

  private static RejectedException refused(FieldUse use, String rule, String found) {
    return RejectedException.invalid(
        "%s %s, got %s".formatted(use.named(), rule, ShortText.of(found, 100)));
  }
}
