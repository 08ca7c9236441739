// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.schemas.ForeignSchemas;
import io.driftmoe.schemas.QuotedText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A writer's schema in a configuration: a file, or its text. A file is read when the configuration
 * is, on the machine that submits the job, and its text goes to the cluster.
 */
final class AvroSchemaText {
  private static final long MOST_BYTES = 4L << 20;

  private AvroSchemaText() {}

  /**
   * The text of a schema.
   *
   * @param key for messages
   * @param value a file, or the text; null for none
   * @throws IllegalArgumentException that begins with the key, when it is no schema
   */
  static @Nullable String of(String key, @Nullable String value) {
    if (value == null) {
      return null;
    }
    String text = isText(value) ? value : read(key, value);
    parse(key, text);
    return text;
  }

  /** Whether it is the schema itself, and no name of a file. */
  static boolean isText(String value) {
    String start = value.stripLeading();
    return start.startsWith("{") || start.startsWith("[") || start.startsWith("\"");
  }

  /**
   * Names files of schemas, where there are none of their names in the working folder, from the
   * folder of the configuration.
   *
   * @param root a configuration; changed
   * @param folder of its file
   */
  static void resolve(ObjectNode root, @Nullable Path folder) {
    for (String section : List.of("/input", "/input/labels")) {
      if (folder != null && root.at(section) instanceof ObjectNode settings) {
        resolve(settings, "avro-schema", folder);
        resolve(settings, "avroSchema", folder);
      }
    }
  }

  private static void resolve(ObjectNode settings, String key, Path folder) {
    String value = settings.path(key).asText("");
    if (value.isEmpty() || isText(value)) {
      return;
    }
    try {
      Path beside = folder.resolve(value);
      if (!Files.exists(Path.of(value)) && Files.exists(beside)) {
        settings.put(key, beside.toString());
      }
    } catch (InvalidPathException e) {
      return; // refused where it is read
    }
  }

  private static String read(String key, String name) {
    try {
      Path file = Path.of(name);
      if (!Files.isRegularFile(file)) {
        throw new IllegalArgumentException(
            "%s names a file that is not there: %s".formatted(key, QuotedText.of(name)));
      }
      if (Files.size(file) > MOST_BYTES) {
        throw new IllegalArgumentException(
            "%s names the file %s with %s bytes, at most %s are allowed"
                .formatted(key, QuotedText.of(name), Files.size(file), MOST_BYTES));
      }
      return Files.readString(file);
    } catch (InvalidPathException | IOException e) {
      throw new IllegalArgumentException(
          "%s names the file %s, which cannot be read: %s"
              .formatted(key, QuotedText.of(name), e.getMessage()),
          e);
    }
  }

  /**
   * {@return the schema}
   *
   * @throws IllegalArgumentException that begins with the key, when it is no schema
   */
  static Schema parse(String key, String text) {
    try {
      return ForeignSchemas.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s is %s".formatted(key, e.getMessage()), e);
    }
  }
}
