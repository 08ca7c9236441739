// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router.records;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads records from a tree of settings. What the tree does not name keeps the value of an instance
 * given as fallback, at any depth. A record around a single record has that one's settings.
 *
 * <p>Every error is one line with the key at fault, what stands there and what may.
 */
public final class RecordReader {
  private static final String TYPE = "type";

  private final KindTable kinds;

  /**
   * @param kinds names and defaults of the parts that are chosen by type
   */
  public RecordReader(KindTable kinds) {
    this.kinds = kinds;
  }

  /**
   * Reads a record.
   *
   * @param <T> the record's class
   * @param type what to read
   * @param tree its settings; those left out have the values of the fallback
   * @param fallback holds the values of what the tree does not name; of this type
   * @param path key of the tree inside a larger one, or an empty text
   * @return the record
   * @throws IllegalArgumentException naming key, value and what is allowed
   */
  public <T extends Record> T read(Class<T> type, JsonNode tree, T fallback, String path) {
    return type.cast(record(type, fields(tree, path), fallback, path));
  }

  private @Nullable Object value(Type type, JsonNode node, @Nullable Object fallback, String path) {
    if (node.isNull()) {
      return fallback;
    }
    if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
      return list(list.getActualTypeArguments()[0], node, path);
    }
    Class<?> plain = (Class<?>) type;
    if (kinds.choose(plain)) {
      return part(plain, node, (Record) fallback, path);
    }
    if (plain.isRecord()) {
      return record(plain, fields(node, path), (Record) fallback, path);
    }
    return plain.isEnum() ? constant(plain, node, path) : scalar(plain, node, path);
  }

  private List<@Nullable Object> list(Type element, JsonNode node, String path) {
    if (!node.isArray()) {
      throw wrong(path, "must be a list", node);
    }
    List<@Nullable Object> values = new ArrayList<>();
    for (int i = 0; i < node.size(); i++) {
      String item = path + "[" + i + "]";
      if (node.get(i).isNull()) {
        throw wrong(item, "must not be empty", node.get(i));
      }
      values.add(value(element, node.get(i), null, item));
    }
    return values;
  }

  /** One that is chosen by name: {@code adwin}, or {@code {type: adwin, delta: 0.01}}. */
  private Record part(Class<?> type, JsonNode node, @Nullable Record fallback, String path) {
    Map<String, Record> named = kinds.of(type);
    if (node.isTextual()) {
      return start(kind(named, node.textValue(), path), fallback);
    }
    ObjectNode fields = fields(node, path).deepCopy();
    JsonNode name = fields.remove(TYPE);
    Record start;
    if (name != null) {
      start = start(kind(named, name.asText(), KeyStyle.inside(path, TYPE)), fallback);
    } else {
      start = meant(named, fallback, path);
    }
    return record(start.getClass(), fields, start, path);
  }

  /** The part that settings without a type are of: the present one, or the only one with any. */
  private static Record meant(Map<String, Record> kinds, @Nullable Record fallback, String path) {
    if (fallback != null && hasSettings(fallback)) {
      return fallback;
    }
    List<Record> candidates =
        kinds.values().stream().filter(RecordReader::hasSettings).distinct().toList();
    if (candidates.size() == 1) {
      return candidates.get(0);
    }
    throw new IllegalArgumentException(
        "%s needs a type: %s".formatted(path, String.join(", ", kinds.keySet())));
  }

  private static boolean hasSettings(Record part) {
    return part.getClass().getRecordComponents().length > 0;
  }

  /** Where what is not named comes from: the part that stood here, if it is of this kind. */
  private static Record start(Record kind, @Nullable Record fallback) {
    return fallback != null && fallback.getClass() == kind.getClass() ? fallback : kind;
  }

  private static Record kind(Map<String, Record> kinds, String name, String path) {
    Record kind = kinds.get(KeyStyle.written(name));
    if (kind == null) {
      throw unknown(path, name, String.join(", ", kinds.keySet()));
    }
    return kind;
  }

  /**
   * {@return the tree as one that holds settings}
   *
   * @param node as it was read
   * @param path its key inside a larger tree, for messages; an empty text at the top
   * @throws IllegalArgumentException when it is anything else
   */
  public static ObjectNode fields(JsonNode node, String path) {
    if (node instanceof ObjectNode fields) {
      return fields;
    }
    throw wrong(path, "must hold settings", node);
  }

  private Record record(Class<?> type, ObjectNode fields, @Nullable Record fallback, String path) {
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    if (RecordWriter.wrapsRecord(components)) {
      Record inner = fallback == null ? null : (Record) RecordWriter.get(components[0], fallback);
      values[0] = record(components[0].getType(), fields, inner, path);
    } else {
      Map<String, JsonNode> named = named(components, fields, path);
      for (int i = 0; i < values.length; i++) {
        String key = KeyStyle.written(components[i].getName());
        Object kept = fallback == null ? null : RecordWriter.get(components[i], fallback);
        JsonNode node = named.get(key);
        values[i] =
            node == null
                ? kept
                : value(components[i].getGenericType(), node, kept, KeyStyle.inside(path, key));
      }
    }
    return create(type, components, values, path);
  }

  private static Map<String, JsonNode> named(
      RecordComponent[] components, ObjectNode fields, String path) {
    List<String> known = Arrays.stream(components).map(c -> KeyStyle.written(c.getName())).toList();
    Map<String, JsonNode> named = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : fields.properties()) {
      String key = KeyStyle.written(field.getKey());
      if (!known.contains(key)) {
        throw new IllegalArgumentException(
            "there is no setting '%s'; settings are %s"
                .formatted(
                    KeyStyle.inside(path, field.getKey()),
                    known.isEmpty() ? "none" : String.join(", ", known)));
      }
      if (named.put(key, field.getValue()) != null) {
        throw new IllegalArgumentException(KeyStyle.inside(path, key) + " stands there twice");
      }
    }
    return named;
  }

  private static Record create(
      Class<?> type, RecordComponent[] components, Object[] values, String path) {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    for (int i = 0; i < values.length; i++) {
      if (values[i] == null
          && !components[i].getAnnotatedType().isAnnotationPresent(Nullable.class)) {
        String key = KeyStyle.inside(path, KeyStyle.written(components[i].getName()));
        throw new IllegalArgumentException(key + " is missing");
      }
    }
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return (Record) constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException rejected) {
        List<String> keys =
            Arrays.stream(components).map(c -> KeyStyle.written(c.getName())).toList();
        throw new IllegalArgumentException(
            KeyStyle.message(path, keys, String.valueOf(rejected.getMessage())), rejected);
      }
      throw new IllegalStateException("making " + type.getName() + " failed", e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("making " + type.getName() + " failed", e);
    }
  }

  private static Object constant(Class<?> type, JsonNode node, String path) {
    for (Object constant : type.getEnumConstants()) {
      String name = KeyStyle.written((Enum<?>) constant);
      if (name.equalsIgnoreCase(node.asText().replace('_', '-'))) {
        return constant;
      }
    }
    throw unknown(path, node.isValueNode() ? node.asText() : node.toString(), names(type));
  }

  /**
   * {@return the constants of an enum as they are written}
   *
   * @param type an enum
   */
  public static String names(Class<?> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(constant -> KeyStyle.written((Enum<?>) constant))
        .collect(Collectors.joining(", "));
  }

  private static Object scalar(Class<?> type, JsonNode node, String path) {
    if (type == boolean.class || type == Boolean.class) {
      if (node.isBoolean() || node.asText().matches("true|false")) {
        return node.asBoolean();
      }
      throw wrong(path, "must be true or false", node);
    }
    if (type == String.class) {
      if (node.isValueNode()) {
        return node.asText();
      }
      throw wrong(path, "must be a text", node);
    }
    // YAML takes 1e-7 for a text
    BigDecimal number = node.isNumber() || node.isTextual() ? number(node.asText()) : null;
    if (number == null) {
      throw wrong(path, "must be a number", node);
    }
    if (type == double.class || type == Double.class) {
      return number.doubleValue();
    }
    try {
      if (type == int.class || type == Integer.class) {
        return number.intValueExact();
      }
      if (type == long.class || type == Long.class) {
        return number.longValueExact();
      }
    } catch (ArithmeticException e) {
      throw wrong(path, "must be a whole number in range", node);
    }
    throw new IllegalStateException("no settings of " + type.getName() + " can be read");
  }

  private static @Nullable BigDecimal number(String text) {
    try {
      return new BigDecimal(text.strip());
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static IllegalArgumentException wrong(String path, String expected, JsonNode found) {
    String where = path.isEmpty() ? "the learner" : path;
    String text = found.isValueNode() ? found.asText() : found.toString();
    return new IllegalArgumentException("%s %s, got '%s'".formatted(where, expected, text));
  }

  private static IllegalArgumentException unknown(String path, String found, String known) {
    return new IllegalArgumentException(
        "%s '%s' is unknown, allowed: %s".formatted(path, found, known));
  }
}
