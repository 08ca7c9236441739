// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
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
   * @param framed whether a Kafka key may be a single value in Confluent's wire format
   */
  ModelKeyReader(MappedFields fields, String section, @Nullable KeyField modelKey, boolean framed) {
    this.fields = fields;
    this.section = section;
    this.constant = modelKey == null ? null : modelKey.constant();
    FieldPath path =
        modelKey != null && modelKey.field() != null
            ? FieldPath.of(modelKey.field())
            : modelKey == null && framed ? FieldPath.KEY : null;
    this.use = path == null ? null : fields.add("the model key", path, false);
  }

  /**
   * {@return the model key of the record that was read}
   *
   * @throws RejectedException when it has none
   */
  String read(ConsumerRecord<byte[], byte[]> message) throws RejectedException {
    if (constant != null) {
      return constant;
    }
    if (use != null && !isPlainKey(use, message)) {
      return fields.required(use);
    }
    byte[] key = message.key();
    if (key == null) {
      throw RejectedException.invalid(
          "the record has no Kafka key, and %s.model-key is not given".formatted(section));
    }
    if (!WellFormed.utf8(key, key.length)) {
      throw RejectedException.invalid(
          "the Kafka key is no text in UTF-8, and %s.model-key is not given".formatted(section));
    }
    return new String(key, StandardCharsets.UTF_8);
  }

  /** Topics with Avro in their values often have keys of plain text. */
  private static boolean isPlainKey(FieldUse use, ConsumerRecord<byte[], byte[]> message) {
    byte[] key = message.key();
    return use.path() == FieldPath.KEY && (key == null || !ConfluentFields.isFramed(key));
  }
}
