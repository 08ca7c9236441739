// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.Serializable;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where the model key of a record is: a field, or the same one for all records. In a file it is the
 * path of the field, or {@code {constant: TEXT}}.
 *
 * @param field its path; null for a constant
 * @param constant the key of all records; null for a field
 */
public record KeyField(@Nullable String field, @Nullable String constant) implements Serializable {
  private static final String CONSTANT = "constant";

  /**
   * Rejects what is no path, and a key that no record may have.
   *
   * @param field a name, or a JSON Pointer; null for a constant
   * @param constant 1 to 512 bytes of UTF-8; null for a field
   * @throws IllegalArgumentException when neither or both are given, or one is out of range
   */
  public KeyField {
    if ((field == null) == (constant == null)) {
      throw new IllegalArgumentException("must be the path of a field or {constant: TEXT}");
    }
    if (field != null) {
      FieldPath.of(field);
    } else if (RecordLimits.idFault(CONSTANT, Objects.requireNonNull(constant)) != null) {
      throw new IllegalArgumentException(RecordLimits.idFault(CONSTANT, constant));
    }
  }

  /**
   * {@return what a file holds, as this}
   *
   * @param written a text, or an object with the one key {@code constant}
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static KeyField read(JsonNode written) {
    if (written.isObject() && written.size() == 1 && written.path(CONSTANT).isValueNode()) {
      return new KeyField(null, written.path(CONSTANT).asText());
    }
    return new KeyField(written.isTextual() ? written.asText() : null, null);
  }

  /** {@return as it stands in a file} */
  @JsonValue
  Object written() {
    return field == null ? Map.of(CONSTANT, Objects.requireNonNull(constant)) : field;
  }
}
