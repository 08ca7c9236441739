// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.core.Attribute;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.core.Structure;
import java.util.List;

/** Structures as JSON; {@code docs/model-structure.schema.json} says what it looks like. */
final class StructureJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Of the document; a reader may rely on what the schema says of it. */
  private static final int FORMAT = 1;

  private StructureJson() {}

  /** Of a whole mixture, without its parts: what its events are. */
  static ObjectNode document(StreamSchema schema) {
    ObjectNode document = JSON.objectNode();
    document.put("format", FORMAT);
    ArrayNode attributes = document.putArray("attributes");
    for (Attribute attribute : schema.attributes()) {
      ObjectNode json = attributes.addObject();
      json.put("name", attribute.name());
      if (attribute.isNominal()) {
        attribute.values().forEach(json.putArray("values")::add);
      }
    }
    schema.labels().names().forEach(document.putArray("classes")::add);
    return document;
  }

  static ObjectNode of(Structure structure) {
    ObjectNode json = JSON.objectNode();
    structure.fields().forEach((key, value) -> json.set(key, value(value)));
    return json;
  }

  private static JsonNode value(Object value) {
    if (value instanceof Structure structure) {
      return of(structure);
    } else if (value instanceof List<?> list) {
      ArrayNode array = JSON.arrayNode(list.size());
      list.forEach(element -> array.add(value(element)));
      return array;
    } else if (value instanceof Boolean flag) {
      return JSON.booleanNode(flag);
    } else if (value instanceof Integer number) {
      return JSON.numberNode(number);
    } else if (value instanceof Long number) {
      return JSON.numberNode(number);
    } else if (value instanceof Float number) {
      return Float.isFinite(number) ? JSON.numberNode(number) : JSON.nullNode();
    } else if (value instanceof Double number) {
      return Double.isFinite(number) ? JSON.numberNode(number) : JSON.nullNode();
    }
    return JSON.textNode(value.toString());
  }
}
