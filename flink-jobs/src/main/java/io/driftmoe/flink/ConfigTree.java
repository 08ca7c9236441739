// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** A configuration as a tree, before anything of it is checked, and changes of single keys. */
final class ConfigTree {
  /** Names of client properties contain dots themselves. */
  private static final List<List<String>> PROPERTIES =
      List.of(List.of("kafka", "properties"), List.of("input", "registry", "properties"));

  private ConfigTree() {}

  /**
   * Reads one YAML document.
   *
   * @param path of the document inside a larger one, for messages; or an empty text
   * @return null when there is nothing in it
   * @throws IllegalArgumentException in one line, when it is not YAML or there are several
   */
  static @Nullable JsonNode read(YAMLMapper mapper, String yaml, String path) {
    try (JsonParser parser = mapper.createParser(yaml)) {
      try {
        JsonNode tree = mapper.readTree(parser);
        if (parser.nextToken() != null) {
          throw new IllegalArgumentException(
              "a second YAML document starts in line %s; a configuration is one document"
                  .formatted(parser.currentTokenLocation().getLineNr()));
        }
        return tree;
      } catch (JsonProcessingException e) {
        throw new IllegalArgumentException(notYaml(e, key(parser, path)), e);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a text can always be read
    }
  }

  /**
   * Reads the document of a configuration.
   *
   * @return its sections; none when there is nothing in it
   * @throws IllegalArgumentException in one line, when it is anything else
   */
  static ObjectNode sections(YAMLMapper mapper, String yaml) {
    JsonNode tree = read(mapper, yaml, "");
    if (tree instanceof ObjectNode sections) {
      return sections;
    }
    if (tree == null || tree.isMissingNode() || tree.isNull()) {
      return mapper.createObjectNode();
    }
    throw new IllegalArgumentException(
        "a configuration holds sections such as schema, got a %s"
            .formatted(tree.isArray() ? "list" : "single value"));
  }

  /** Where the parser is, as people write it: {@code schema.attributes[0].name}. */
  private static String key(JsonParser parser, String path) {
    String key =
        parser
            .getParsingContext()
            .pathAsPointer()
            .toString()
            .replaceAll("/(\\d+)", "[$1]")
            .replace('/', '.');
    return path + (path.isEmpty() ? key.replaceFirst("^\\.", "") : key);
  }

  private static String notYaml(JsonProcessingException fault, String key) {
    int line = fault.getLocation() == null ? 1 : fault.getLocation().getLineNr();
    int column = fault.getLocation() == null ? 1 : fault.getLocation().getColumnNr();
    String message = fault.getOriginalMessage();
    if (fault.getCause() instanceof MarkedYAMLException marked && marked.getProblem() != null) {
      message = marked.getProblem();
      Mark mark = marked.getProblemMark();
      line = mark == null ? line : mark.getLine() + 1;
      column = mark == null ? column : mark.getColumn() + 1;
    }
    return "%sline %s, column %s is not YAML: %s"
        .formatted(
            key.isEmpty() ? "" : key + ": ", line, column, message.lines().findFirst().orElse(""));
  }

  /**
   * Sets one key, in whatever style it stands there.
   *
   * @param key names from the outermost on, with dots between them
   * @param value YAML
   */
  static void set(YAMLMapper mapper, ObjectNode root, String key, String value) {
    for (List<String> names : PROPERTIES) {
      String prefix = String.join(".", names) + ".";
      if (key.startsWith(prefix)) {
        ObjectNode properties = root;
        for (String name : names) {
          properties = child(properties, name, key);
        }
        properties.put(key.substring(prefix.length()), value);
        return;
      }
    }
    String[] path = key.split("\\.", -1);
    if (path.length < 2) {
      throw new IllegalArgumentException(
          "'%s' is no key of a section; write SECTION.KEY, as in job.name".formatted(key));
    }
    if (List.of(path).contains("")) {
      throw new IllegalArgumentException("no configuration key " + key);
    }
    JsonNode tree = read(mapper, value, key);
    if (tree == null || tree.isMissingNode()) {
      throw new IllegalArgumentException(
          "%s has no value: write %s=VALUE, null for the default".formatted(key, key));
    }
    ObjectNode section = root;
    for (int i = 0; i < path.length - 1; i++) {
      section = child(section, path[i], key);
    }
    section.set(spelling(section, path[path.length - 1]), tree);
  }

  private static ObjectNode child(ObjectNode parent, String name, String key) {
    String spelling = spelling(parent, name);
    JsonNode child = parent.path(spelling);
    if (child.isMissingNode() || child.isNull()) {
      return parent.putObject(spelling);
    }
    if (child instanceof ObjectNode object) {
      return object;
    }
    throw new IllegalArgumentException("no configuration key " + key);
  }

  /** The name as it stands there, be it {@code top-k} or {@code topK}; or as it is. */
  private static String spelling(ObjectNode section, String name) {
    List<String> names = new ArrayList<>();
    section.fieldNames().forEachRemaining(names::add);
    return names.stream().filter(n -> plain(n).equals(plain(name))).findFirst().orElse(name);
  }

  private static String plain(String name) {
    return name.replace("-", "").toLowerCase(Locale.ROOT);
  }
}
