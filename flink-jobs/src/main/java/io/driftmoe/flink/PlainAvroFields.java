// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/**
 * Avro's binary encoding alone, by the schema that the configuration names. Its single-object
 * encoding is read too, where it has the fingerprint of that schema.
 */
final class PlainAvroFields implements FieldReader {
  private static final byte[] MARKER = {(byte) 0xC3, 0x01};
  private static final int HEADER_BYTES = MARKER.length + Long.BYTES;

  private final Schema schema;
  private final long fingerprint;
  private final AvroFields fields;

  PlainAvroFields(FieldTree tree, Schema schema) {
    this.schema = schema;
    this.fingerprint = SchemaNormalization.parsingFingerprint64(schema);
    this.fields = new AvroFields(tree);
  }

  @Override
  public void read(byte[] message, FieldValues into) throws RejectedException {
    into.clear();
    fields.read(schema, message, isSingleObject(message) ? HEADER_BYTES : 0, into);
  }

  private boolean isSingleObject(byte[] message) {
    return message.length >= HEADER_BYTES
        && message[0] == MARKER[0]
        && message[1] == MARKER[1]
        && ByteBuffer.wrap(message, MARKER.length, Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong()
            == fingerprint;
  }
}
