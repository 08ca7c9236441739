// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.schemas;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apache.avro.Schema;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.ResolvingDecoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.util.Utf8;

/**
 * Reads a record and refuses text that is not well-formed UTF-8, naming the field. Avro's own
 * readers put U+FFFD in place of what is malformed, so that two different ids become one.
 */
final class StrictReader<T> extends SpecificDatumReader<T> {

  /**
   * @param model with the fast reader switched off, which would read past the methods here
   */
  StrictReader(Schema writer, Schema reader, SpecificData model) {
    super(writer, reader, model);
  }

  @Override
  protected Object readString(Object old, Schema expected, Decoder in) throws IOException {
    Utf8 text = in.readString(null);
    return StandardCharsets.UTF_8
        .newDecoder()
        .decode(ByteBuffer.wrap(text.getBytes(), 0, text.getByteLength()))
        .toString();
  }

  @Override
  protected void readField(
      Object record, Schema.Field field, Object old, ResolvingDecoder in, Object state)
      throws IOException {
    try {
      super.readField(record, field, old, in, state);
    } catch (CharacterCodingException e) {
      throw new IOException(field.name() + " is not well-formed UTF-8", e);
    }
  }
}
