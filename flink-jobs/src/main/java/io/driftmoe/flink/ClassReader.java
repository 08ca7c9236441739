// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.schemas.FeatureCodec;
import io.driftmoe.schemas.InvalidEventException;

/** The class of records whose fields have names. */
final class ClassReader {
  private final MappedFields fields;
  private final FieldUse use;
  private final FeatureCodec codec;
  private final NominalNumbers numbers;

  /**
   * @param fields to which that of the class is added
   * @param path where it is
   */
  ClassReader(MappedFields fields, String path, JobOptions.Schema schema, FeatureCodec codec) {
    this.fields = fields;
    this.use = fields.add("the label", FieldPath.of(path), false);
    this.codec = codec;
    this.numbers = new NominalNumbers(schema.classes());
  }

  /** Whether the record that was read has one. */
  boolean isThere() {
    FieldKind kind = fields.kind(use);
    return kind != FieldKind.ABSENT && kind != FieldKind.NULL;
  }

  /**
   * {@return its index}
   *
   * @throws RejectedException when there is none, or it is not declared
   */
  int read() throws RejectedException {
    String text = fields.required(use);
    try {
      return codec.toLabel(fields.kind(use) == FieldKind.NUMBER ? numbers.nameOf(text) : text);
    } catch (InvalidEventException e) {
      throw RejectedException.invalid("%s: %s".formatted(use.named(), e.getMessage()));
    }
  }
}
