// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.driftmoe.schemas.AnyRecord;
import io.driftmoe.schemas.JsonRecordWriter;
import io.driftmoe.schemas.RecordNames;
import io.driftmoe.schemas.WireFormatException;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka record as one JSON object: where it stands, its key, the kind of its value and the value
 * itself. A record of a job is an object: as it stands on the topic where it is JSON, and as {@link
 * JsonRecordWriter} writes it without names where it is Avro. Other values, and keys, are text when
 * all of them is printable UTF-8, else {@code {"base64": "..."}}. Not thread-safe.
 */
final class RecordJson {
  private static final JsonFactory JSON = new JsonFactory();

  private final AnyRecord avro = new AnyRecord();
  private final JsonRecordWriter writer = new JsonRecordWriter(RecordNames.NONE);

  /** The record in one line, without the end of the line. */
  String line(ConsumerRecord<byte[], byte[]> message) {
    StringWriter line = new StringWriter();
    try (JsonGenerator out = JSON.createGenerator(line)) {
      out.writeStartObject();
      out.writeStringField("topic", message.topic());
      out.writeNumberField("partition", message.partition());
      out.writeNumberField("offset", message.offset());
      out.writeNumberField("timestamp", message.timestamp());
      out.writeFieldName("key");
      bytes(message.key(), out);
      value(message.value(), out);
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return line.toString();
  }

  private void value(byte @Nullable [] value, JsonGenerator out) throws IOException {
    String type = typeOfJson(value);
    IndexedRecord record = null;
    if (type == null) {
      try {
        record = avro.decode(value);
        type = record == null ? null : record.getSchema().getName();
      } catch (WireFormatException e) {
        out.writeStringField("undecodable", e.getMessage());
        out.writeFieldName("value");
        bytes(value, out);
        return;
      }
    }
    out.writeStringField("type", type);
    out.writeFieldName("value");
    if (record != null) {
      writer.write(record, out);
    } else if (type != null && value != null) {
      copy(value, out);
    } else {
      bytes(value, out);
    }
  }

  /** The kind of a record that a job has written as JSON: it stands first. */
  private static @Nullable String typeOfJson(byte @Nullable [] value) throws IOException {
    if (value == null || value.length == 0 || value[0] != '{') {
      return null;
    }
    try (JsonParser in = JSON.createParser(value)) {
      in.nextToken();
      if (!JsonRecordWriter.TYPE.equals(in.nextFieldName())
          || in.nextToken() != JsonToken.VALUE_STRING
          || !AnyRecord.isKind(in.getText())) {
        return null;
      }
      String type = in.getText();
      while (in.nextToken() != null) {
        in.skipChildren(); // all of it must be JSON
      }
      return type;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private static void copy(byte[] value, JsonGenerator out) throws IOException {
    try (JsonParser in = JSON.createParser(value)) {
      in.nextToken();
      out.copyCurrentStructureExact(in);
    }
  }

  private static void bytes(byte @Nullable [] bytes, JsonGenerator out) throws IOException {
    if (bytes == null) {
      out.writeNull();
      return;
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      if (text.codePoints().noneMatch(Character::isISOControl)) {
        out.writeString(text);
        return;
      }
    } catch (CharacterCodingException notText) {
      // falls through: shown as base64
    }
    out.writeStartObject();
    out.writeBinaryField("base64", bytes);
    out.writeEndObject();
  }
}
