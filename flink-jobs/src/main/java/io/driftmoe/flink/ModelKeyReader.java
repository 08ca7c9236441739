// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The model key of records whose fields have names. */
final class ModelKeyReader {
  private final MappedFields fields;
  private final String section;
  private final @Nullable String constant;
  private final @Nullable FieldUse use;

  /**
   * @param section of the configuration, for messages: input.event
   * @param modelKey null for the Kafka key
   */
  ModelKeyReader(MappedFields fields, String section, @Nullable KeyField modelKey) {
    this.fields = fields;
    this.section = section;
    this.constant = modelKey == null ? null : modelKey.constant();
    this.use = constant == null ? fields.add("the model key", path(modelKey), false) : null;
  }

  private static FieldPath path(@Nullable KeyField modelKey) {
    String field = modelKey == null ? null : modelKey.field();
    return field == null ? FieldPath.KEY : FieldPath.of(field);
  }

  /**
   * {@return the model key of the record that was read}
   *
   * @throws RejectedException when it has none
   */
  String read() throws RejectedException {
    if (constant != null) {
      return constant;
    }
    FieldUse key = Objects.requireNonNull(use, "a field");
    if (key.path() == FieldPath.KEY) {
      FieldKind kind = fields.kind(key);
      if (kind == FieldKind.ABSENT || kind == FieldKind.OTHER) {
        throw RejectedException.invalid(
            "the %s, and %s.model-key is not the path of a field"
                .formatted(
                    kind == FieldKind.ABSENT
                        ? "record has no Kafka key"
                        : "Kafka key is " + fields.text(key),
                    section));
      }
    }
    return fields.required(key);
  }
}
