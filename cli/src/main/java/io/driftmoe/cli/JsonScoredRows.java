// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.core.Attribute;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.flink.DecimalText;
import io.driftmoe.flink.MissingWords;
import io.driftmoe.flink.NominalNumbers;
import io.driftmoe.streams.Shown;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a file with one JSON object a line, with values as a job reads them. A field that is
 * absent or null is missing; one that no row has is an error at the end, since the file is one of
 * another schema then.
 */
final class JsonScoredRows implements ScoredRows {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  private final Path file;
  private final BufferedReader lines;
  private final StreamSchema schema;
  private final @Nullable String className;
  private final MissingWords missing;

  /** Of nominal attributes, by their names. */
  private final Map<String, NominalNumbers> declared = new HashMap<>();

  private final NominalNumbers classes;

  /** Fields that no row has had. */
  private final Set<String> unseen = new LinkedHashSet<>();

  private long line;

  private JsonScoredRows(
      Path file,
      BufferedReader lines,
      StreamSchema schema,
      @Nullable String className,
      MissingWords missing) {
    this.file = file;
    this.lines = lines;
    this.schema = schema;
    this.className = className;
    this.missing = missing;
    this.classes = new NominalNumbers(schema.labels().names());
    for (Attribute attribute : schema.attributes()) {
      unseen.add(attribute.name());
      if (attribute.isNominal()) {
        declared.put(attribute.name(), new NominalNumbers(attribute.values()));
      }
    }
    if (className != null) {
      unseen.add(className);
    }
  }

  /**
   * Opens a file, plain or compressed with gzip where its name ends so.
   *
   * @param missing texts that mean that there is no value, as input.missing of a job
   */
  static ScoredRows open(
      Path file, StreamSchema schema, @Nullable String className, List<String> missing)
      throws IOException {
    InputStream in = Files.newInputStream(file);
    try {
      InputStream bytes = file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in;
      InputStreamReader text = new InputStreamReader(bytes, StandardCharsets.UTF_8.newDecoder());
      return new JsonScoredRows(
          file, new BufferedReader(text), schema, className, new MissingWords(missing));
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  @Override
  public @Nullable Row next() throws IOException {
    String text = "";
    while (text.isBlank()) {
      text = lines.readLine();
      line++;
      if (text == null) {
        requireAllSeen();
        return null;
      }
    }
    ObjectNode object = object(text);
    Map<String, Object> values = new HashMap<>();
    for (Attribute attribute : schema.attributes()) {
      JsonNode value = seen(object, attribute.name());
      Object read = value == null ? null : value(attribute, value);
      if (read != null) {
        values.put(attribute.name(), read);
      }
    }
    JsonNode label = className == null ? null : seen(object, className);
    return new Row(values, label == null ? null : text(label, classes));
  }

  private ObjectNode object(String text) throws IOException {
    try {
      if (JSON.readTree(text) instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw error("not one JSON object: " + e.getOriginalMessage());
    }
    throw error("not one JSON object");
  }

  private @Nullable JsonNode seen(ObjectNode object, String name) {
    JsonNode value = object.get(name);
    if (value != null) {
      unseen.remove(name);
    }
    return value == null || value.isNull() ? null : value;
  }

  private @Nullable Object value(Attribute attribute, JsonNode value) throws IOException {
    if (!value.isValueNode()) {
      throw error("field '%s' is no plain value".formatted(Shown.of(attribute.name())));
    }
    String text = value.asText();
    if (value.isNumber() ? missing.containsNumber(text) : missing.contains(text)) {
      return null;
    }
    NominalNumbers names = declared.get(attribute.name());
    if (names != null) {
      return text(value, names);
    }
    double number =
        value.isNumber()
            ? value.doubleValue()
            : value.isTextual() ? DecimalText.parse(text) : Double.NaN;
    if (!Double.isFinite(number)) {
      throw error(
          "field '%s' holds %s, and the model takes a number there"
              .formatted(Shown.of(attribute.name()), Shown.of(value.toString())));
    }
    return missing.containsNumber(number, text) ? null : number;
  }

  /** A number means the declared value that is the same one. */
  private static String text(JsonNode value, NominalNumbers declared) {
    return value.isNumber() ? declared.nameOf(value.asText()) : value.asText();
  }

  private void requireAllSeen() throws IOException {
    if (line == 1) {
      throw new IOException(file + ": no row of data");
    }
    if (!unseen.isEmpty()) {
      throw new IOException(
          "%s: no row has the field '%s'".formatted(file, Shown.of(unseen.iterator().next())));
    }
  }

  @Override
  public IOException error(String message) {
    return new IOException("%s:%s: %s".formatted(file, line, message));
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
