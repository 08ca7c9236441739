// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The wire format of Confluent's serializers: a zero byte, the id of the writer's schema in a
 * registry (4 bytes), Avro's binary encoding.
 */
final class ConfluentFields implements FieldReader {
  static final int HEADER_BYTES = 1 + Integer.BYTES;

  private final AvroFields fields;
  private final RegistrySchemas schemas;

  ConfluentFields(FieldTree tree, RegistrySchemas schemas) {
    this.fields = new AvroFields(tree);
    this.schemas = schemas;
  }

  @Override
  public void read(byte[] message, FieldValues into) throws RejectedException, IOException {
    into.clear();
    if (!isFramed(message)) {
      throw RejectedException.undecodable(
          message.length == 0
              ? "empty message: expected Confluent's wire format, got an empty value of 0 bytes"
              : ("no Confluent wire format: a zero byte and a schema id of 4 bytes are expected, got"
                      + " %s bytes whose first is %s")
                  .formatted(message.length, message[0] & 0xFF));
    }
    int id = ByteBuffer.wrap(message, 1, Integer.BYTES).getInt();
    fields.read(schemas.byId(id), message, HEADER_BYTES, into);
  }

  /** Whether a message has the header. */
  static boolean isFramed(byte[] message) {
    return message.length >= HEADER_BYTES && message[0] == 0;
  }
}
