// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.Objects;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** What reads the fields of records, by the format of their topic. */
final class FieldFormats {
  private FieldFormats() {}

  /** Of the features topic. */
  static Function<FieldTree, FieldReader> ofEvents(JobOptions.Input input) {
    return of(input, input.format(), input.avroSchema());
  }

  /** Of the labels topic. */
  static Function<FieldTree, FieldReader> ofLabels(JobOptions.Input input) {
    LabelFields labels = input.labels();
    String schema = labels == null ? null : labels.avroSchema();
    return of(input, input.labelFormat(), schema == null ? input.avroSchema() : schema);
  }

  private static Function<FieldTree, FieldReader> of(
      JobOptions.Input input, InputFormat format, @Nullable String text) {
    return switch (format) {
      case JSON -> JsonFields::new;
      case AVRO -> {
        Schema schema = AvroSchemaText.parse("input.avro-schema", Objects.requireNonNull(text));
        yield tree -> new PlainAvroFields(tree, schema);
      }
      case AVRO_CONFLUENT -> {
        RegistrySchemas schemas =
            new RegistrySchemas(
                new RegistryClient(new RegistryHttp(Objects.requireNonNull(input.registry()))));
        yield tree -> new ConfluentFields(tree, schemas);
      }
      case DRIFTMOE -> throw new IllegalStateException("fields of own events have no names");
    };
  }
}
