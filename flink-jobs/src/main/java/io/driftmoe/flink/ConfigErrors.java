// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import io.driftmoe.router.records.KeyStyle;
import io.driftmoe.router.records.RecordReader;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is wrong with a configuration, in words: the key, what may stand there and what does. */
final class ConfigErrors {
  private ConfigErrors() {}

  /**
   * {@return one line that names the key}
   *
   * @param fault what reading the options threw
   * @param root the whole configuration
   */
  static String explain(JsonProcessingException fault, JsonNode root) {
    String key = fault instanceof JsonMappingException mapping ? key(mapping) : "";
    if (fault instanceof UnrecognizedPropertyException unknown) {
      return "no configuration key %s; known here: %s"
          .formatted(
              key,
              unknown.getKnownPropertyIds().stream()
                  .map(String::valueOf)
                  .sorted()
                  .collect(Collectors.joining(", ")));
    }
    if (fault.getCause() instanceof IllegalArgumentException rejected) {
      return named(key, keys(fault), String.valueOf(rejected.getMessage()));
    }
    Class<?> type = targetType(fault);
    return type != null && fault instanceof JsonMappingException mapping
        ? "%s %s, got %s"
            .formatted(
                key, expected(type), mayBeSecret(key) ? "something else" : found(mapping, root))
        : named(key, List.of(), fault.getOriginalMessage());
  }

  /** Client properties are never repeated: passwords stand there. */
  private static boolean mayBeSecret(String key) {
    return key.startsWith("kafka.properties") || key.startsWith("input.registry");
  }

  /** What was to be read, where the kind of value is at fault. */
  private static @Nullable Class<?> targetType(JsonProcessingException fault) {
    if (fault instanceof MismatchedInputException mismatch) {
      return mismatch.getTargetType();
    }
    return fault.getCause() instanceof InputCoercionException range ? range.getTargetType() : null;
  }

  private static String named(String key, List<String> keys, String message) {
    return message.startsWith(key + " ") || message.contains(key + ".")
        ? message
        : KeyStyle.message(key, keys, message);
  }

  /** The keys of the section that rejects its values. */
  private static List<String> keys(JsonProcessingException fault) {
    if (fault instanceof ValueInstantiationException section
        && section.getType().getRawClass().isRecord()) {
      return Arrays.stream(section.getType().getRawClass().getRecordComponents())
          .map(component -> KeyStyle.written(component.getName()))
          .toList();
    }
    return List.of();
  }

  /** As people write it: {@code schema.attributes[0].name}. */
  private static String key(JsonMappingException fault) {
    StringBuilder key = new StringBuilder();
    for (JsonMappingException.Reference step : fault.getPath()) {
      if (step.getFieldName() == null) {
        key.append('[').append(step.getIndex()).append(']');
      } else {
        key.append(key.isEmpty() ? "" : ".").append(step.getFieldName());
      }
    }
    return key.toString();
  }

  private static String expected(Class<?> type) {
    if (type == Integer.class || type == int.class) {
      return "must be a whole number up to " + Integer.MAX_VALUE;
    }
    if (type == Long.class || type == long.class) {
      return "must be a whole number";
    }
    if (type == Duration.class) {
      return "must be " + DurationFormat.EXPECTED;
    }
    if (type.isEnum()) {
      return "must be one of " + RecordReader.names(type);
    }
    if (Collection.class.isAssignableFrom(type)) {
      return "must be a list";
    }
    return Map.class.isAssignableFrom(type) || type.isRecord()
        ? "must hold settings"
        : "must be a text";
  }

  private static String found(JsonMappingException fault, JsonNode root) {
    @Nullable JsonNode node = root;
    for (JsonMappingException.Reference step : List.copyOf(fault.getPath())) {
      node = node == null ? null : child(node, step);
    }
    if (node == null) {
      return "something else";
    }
    return "'" + (node.isValueNode() ? node.asText() : node.toString()) + "'";
  }

  /** Keys may be written {@code top-k} or {@code topK}; the path has the written form. */
  private static @Nullable JsonNode child(JsonNode node, JsonMappingException.Reference step) {
    return step.getFieldName() == null ? node.get(step.getIndex()) : node.get(step.getFieldName());
  }
}
