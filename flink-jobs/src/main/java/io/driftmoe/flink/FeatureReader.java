// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.schemas.FeatureCodec;
import io.driftmoe.schemas.InvalidEventException;
import io.driftmoe.schemas.QuotedText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The features of records whose fields have names. */
final class FeatureReader {
  private static final int LONGEST_NUMBER = 1_000;

  private final MappedFields fields;
  private final FeatureCodec codec;
  private final Set<String> missing;
  private final List<FieldUse> uses = new ArrayList<>();
  private final boolean[] nominal;

  /**
   * @param fields to which those of the attributes are added
   * @param missing texts that mean that there is no value
   */
  FeatureReader(
      MappedFields fields, JobOptions.Schema schema, FeatureCodec codec, List<String> missing) {
    this.fields = fields;
    this.codec = codec;
    this.missing = Set.copyOf(missing);
    this.nominal = new boolean[schema.attributes().size()];
    for (int i = 0; i < nominal.length; i++) {
      JobOptions.AttributeOption attribute = schema.attributes().get(i);
      nominal[i] = !attribute.values().isEmpty();
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
      wire[i] = nominal[i] ? name(use) : number(use);
    }
    try {
      return codec.toFeatures(Arrays.asList(wire));
    } catch (InvalidEventException e) {
      throw RejectedException.invalid(String.valueOf(e.getMessage()));
    }
  }

  private @Nullable String name(FieldUse use) throws RejectedException {
    return switch (fields.kind(use)) {
      case ABSENT, NULL -> null;
      case TEXT, NUMBER, BOOLEAN -> isMissing(use) ? null : fields.text(use);
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
        if (isMissing(use)) {
          return null;
        }
        if (!Double.isFinite(number)) {
          throw refused(use, "is numeric and must be finite", fields.text(use));
        }
        return number;
      }
      case TEXT -> {
        return isMissing(use) ? null : parsed(use, fields.text(use));
      }
      case BOOLEAN -> throw refused(use, "is numeric and needs a number", fields.text(use));
      default -> throw refused(use, "is numeric and needs a number", fields.text(use));
    }
  }

  private boolean isMissing(FieldUse use) {
    return !missing.isEmpty() && missing.contains(fields.text(use));
  }

  /** A number that was sent as text; the words and letters that Java allows in it are none. */
  private static double parsed(FieldUse use, String text) throws RejectedException {
    String number = text.strip();
    double value = Double.NaN;
    if (number.length() <= LONGEST_NUMBER && DecimalText.mayBe(number)) {
      try {
        value = Double.parseDouble(number);
      } catch (NumberFormatException e) {
        value = Double.NaN;
      }
    }
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
