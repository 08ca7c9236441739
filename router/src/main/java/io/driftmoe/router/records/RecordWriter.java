// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router.records;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes records as the tree of settings that {@link RecordReader} reads, with every value. */
public final class RecordWriter {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final KindTable kinds;

  /**
   * @param kinds names of the parts that are chosen by type
   */
  public RecordWriter(KindTable kinds) {
    this.kinds = kinds;
  }

  /**
   * Writes the settings of a record; what is null in it is left out.
   *
   * @param values the record
   * @return a new tree, the caller's to change
   * @throws IllegalArgumentException when a part is of a kind without a name
   */
  public ObjectNode write(Record values) {
    ObjectNode fields = NODES.objectNode();
    addFields(fields, values);
    return fields;
  }

  private void addFields(ObjectNode fields, Record values) {
    RecordComponent[] components = values.getClass().getRecordComponents();
    if (wrapsRecord(components)) {
      // a record around another holds one
      addFields(fields, (Record) Objects.requireNonNull(get(components[0], values)));
      return;
    }
    for (RecordComponent component : components) {
      Object value = get(component, values);
      if (value != null) {
        fields.set(KeyStyle.written(component.getName()), node(component.getGenericType(), value));
      }
    }
  }

  private JsonNode node(Type type, Object value) {
    if (type instanceof ParameterizedType list) {
      ArrayNode items = NODES.arrayNode();
      for (Object item : (List<?>) value) {
        items.add(node(list.getActualTypeArguments()[0], item));
      }
      return items;
    }
    if (kinds.choose((Class<?>) type)) {
      ObjectNode fields = NODES.objectNode();
      fields.put("type", kinds.nameOf((Class<?>) type, value));
      addFields(fields, (Record) value);
      return fields;
    }
    if (value instanceof Record fields) {
      return write(fields);
    }
    if (value instanceof Enum<?> constant) {
      return NODES.textNode(KeyStyle.written(constant));
    }
    return scalar(value);
  }

  private static JsonNode scalar(Object value) {
    if (value instanceof Integer whole) {
      return NODES.numberNode(whole);
    }
    if (value instanceof Long whole) {
      return NODES.numberNode(whole);
    }
    if (value instanceof Double number) {
      return NODES.numberNode(number);
    }
    if (value instanceof Boolean flag) {
      return NODES.booleanNode(flag);
    }
    return NODES.textNode(value.toString());
  }

  /** Whether this is a record around a single record. */
  static boolean wrapsRecord(RecordComponent[] components) {
    return components.length == 1 && components[0].getType().isRecord();
  }

  static @Nullable Object get(RecordComponent component, Record record) {
    try {
      Method accessor = component.getAccessor();
      accessor.setAccessible(true);
      return accessor.invoke(record);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("reading " + component + " failed", e);
    }
  }
}
