// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.WireFormatException;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.Explanation;
import io.driftmoe.schemas.avro.FeatureEvent;
import io.driftmoe.schemas.avro.LabelEvent;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka record as one JSON object: where it stands, its key, the kind of its value and the value
 * itself, with plain values in place of Avro's unions. Bytes are text when all of it is printable
 * UTF-8, else {@code {"base64": "..."}}. Not thread-safe.
 */
final class RecordJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private static final int HEADER_BYTES = 10;

  private final Map<Long, SingleObjectCodec<? extends IndexedRecord>> byFingerprint =
      new HashMap<>();

  RecordJson() {
    add(FeatureEvent.class);
    add(LabelEvent.class);
    add(PredictionEvent.class);
    add(DriftEvent.class);
    add(MetricsEvent.class);
    add(DeadLetter.class);
    add(Explanation.class);
  }

  private <T extends SpecificRecord> void add(Class<T> type) {
    SingleObjectCodec<T> codec = SingleObjectCodec.of(type);
    codec.readableFingerprints().forEach(fingerprint -> byFingerprint.put(fingerprint, codec));
  }

  /** The record in one line, without the end of the line. */
  String line(ConsumerRecord<byte[], byte[]> message) {
    ObjectNode json = JSON.objectNode();
    json.put("topic", message.topic());
    json.put("partition", message.partition());
    json.put("offset", message.offset());
    json.put("timestamp", message.timestamp());
    json.set("key", bytes(message.key()));
    SingleObjectCodec<? extends IndexedRecord> codec = codec(message.value());
    try {
      IndexedRecord value = codec == null ? null : codec.decode(message.value());
      json.put("type", value == null ? null : value.getSchema().getName());
      json.set("value", value == null ? bytes(message.value()) : record(value));
    } catch (WireFormatException e) {
      json.put("undecodable", e.getMessage());
      json.set("value", bytes(message.value()));
    }
    return json.toString();
  }

  /** The codec of the kind that the message's header names, or null when this build has none. */
  private @Nullable SingleObjectCodec<? extends IndexedRecord> codec(byte @Nullable [] message) {
    if (message == null || message.length < HEADER_BYTES) {
      return null;
    }
    ByteBuffer header = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    return byFingerprint.get(header.getLong(2));
  }

  private static ObjectNode record(IndexedRecord record) {
    ObjectNode json = JSON.objectNode();
    for (Schema.Field field : record.getSchema().getFields()) {
      json.set(field.name(), value(record.get(field.pos())));
    }
    return json;
  }

  private static JsonNode value(Object value) {
    if (value == null) {
      return JSON.nullNode();
    } else if (value instanceof Double number) {
      return JSON.numberNode(number);
    } else if (value instanceof Long number) {
      return JSON.numberNode(number);
    } else if (value instanceof Integer number) {
      return JSON.numberNode(number);
    } else if (value instanceof Boolean flag) {
      return JSON.booleanNode(flag);
    } else if (value instanceof ByteBuffer buffer) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);
      return bytes(bytes);
    } else if (value instanceof IndexedRecord inner) {
      return record(inner);
    } else if (value instanceof List<?> list) {
      ArrayNode array = JSON.arrayNode(list.size());
      list.forEach(element -> array.add(value(element)));
      return array;
    } else if (value instanceof Map<?, ?> map) {
      ObjectNode object = JSON.objectNode();
      map.forEach((key, element) -> object.set(String.valueOf(key), value(element)));
      return object;
    }
    return JSON.textNode(value.toString());
  }

  private static JsonNode bytes(byte[] bytes) {
    if (bytes == null) {
      return JSON.nullNode();
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      if (text.codePoints().noneMatch(Character::isISOControl)) {
        return JSON.textNode(text);
      }
    } catch (CharacterCodingException notText) {
      // falls through: shown as base64
    }
    return JSON.objectNode().put("base64", bytes);
  }
}
