// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.router.records.KindTable;
import io.driftmoe.router.records.RecordReader;
import io.driftmoe.router.records.RecordWriter;
import io.driftmoe.router.records.TreeDifference;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Configurations as documents, whose parts have the names of a table of kinds. */
final class DocumentCodec {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final MixtureConfig DEFAULTS = MixtureConfig.of(Preset.PAPER_DATA, 0);

  private static final String TYPE = "type";
  private static final String DIVISION = "division";
  private static final String POOL = "pool";
  private static final String EXPERTS = "experts";
  private static final String EXPERT = "expert";
  private static final String NAMES = "names";
  private static final String NAME = "name";

  private final KindTable kinds;
  private final RecordReader reader;
  private final RecordWriter writer;

  /**
   * @param kinds all that documents can name; parts of other kinds are written under the names of
   *     their classes
   */
  DocumentCodec(KindTable kinds) {
    this.kinds = kinds.withClassNames();
    reader = new RecordReader(kinds);
    writer = new RecordWriter(this.kinds);
  }

  /**
   * The document as a tree.
   *
   * @throws IllegalArgumentException when a part is of a kind without a name that is no record
   */
  ObjectNode tree(MixtureConfig config) {
    ObjectNode settings = writer.write(config);
    ObjectNode division = (ObjectNode) settings.remove(DIVISION);
    ObjectNode document = settings.objectNode();
    document.set(DIVISION, division.remove(TYPE));
    document.set("seed", settings.remove("seed"));
    if (division.has(EXPERT)) {
      document.putArray(POOL).add(division.remove(EXPERT));
    } else {
      document.set(POOL, division.remove(EXPERTS));
    }
    JsonNode names = division.remove(NAMES);
    document.setAll(division);
    document.setAll(settings);
    if (names != null) {
      setNames((ArrayNode) document.get(POOL), names);
    }
    return document;
  }

  /** Each stands with the expert that it is of, behind its type. */
  private static void setNames(ArrayNode pool, JsonNode names) {
    for (int e = 0; e < pool.size(); e++) {
      if (!names.get(e).asText().isEmpty()) {
        ObjectNode settings = (ObjectNode) pool.get(e);
        ObjectNode named = settings.objectNode();
        named.set(TYPE, settings.remove(TYPE));
        named.set(NAME, names.get(e));
        pool.set(e, named.setAll(settings));
      }
    }
  }

  /** Takes the names out of a pool that a document or a configuration has; null where none are. */
  static @Nullable ArrayNode takeNames(JsonNode pool) {
    ArrayNode names = MAPPER.createArrayNode();
    boolean any = false;
    for (JsonNode expert : pool) {
      JsonNode name = expert instanceof ObjectNode settings ? settings.remove(NAME) : null;
      any |= name != null;
      names.add(name == null ? MAPPER.getNodeFactory().textNode("") : name);
    }
    return any ? names : null;
  }

  /** Whether two configurations are the same but for what experts and members are called. */
  boolean sameButNames(MixtureConfig one, MixtureConfig other) {
    return one.equals(other) || withoutNames(tree(one)).equals(withoutNames(tree(other)));
  }

  private static JsonNode withoutNames(JsonNode tree) {
    if (tree instanceof ObjectNode fields) {
      fields.remove(List.of(NAME, NAMES));
    }
    tree.forEach(DocumentCodec::withoutNames);
    return tree;
  }

  /** The kind of an expert, as configurations name it; of an embedder's own, that of its class. */
  String kindOf(ExpertFactory expert) {
    String name = kinds.nameOf(ExpertFactory.class, expert);
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /**
   * An expert as a document has it in its pool.
   *
   * @throws IllegalArgumentException when a part is of a kind without a name that is no record
   */
  ObjectNode part(ExpertFactory expert) {
    ObjectNode part = MAPPER.createObjectNode();
    part.put(TYPE, kinds.nameOf(ExpertFactory.class, expert));
    return part.setAll(writer.write((Record) expert));
  }

  /**
   * The document as canonical text: equal configurations have equal texts.
   *
   * @throws IllegalArgumentException when a part is of a kind without a name that is no record
   */
  String text(MixtureConfig config) {
    return tree(config).toString();
  }

  /**
   * Reads a document.
   *
   * @throws IllegalArgumentException naming a setting that is unknown or out of range by its key
   */
  MixtureConfig read(String text) {
    try {
      return read(MAPPER.readTree(text));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * Reads a document that is a tree.
   *
   * @throws IllegalArgumentException naming a setting that is unknown or out of range by its key
   */
  MixtureConfig read(JsonNode tree) {
    ObjectNode settings = RecordReader.fields(tree, "").deepCopy();
    ObjectNode division = settings.objectNode();
    move(settings, DIVISION, division, TYPE);
    if (division.path(TYPE).asText().equals("task")) {
      if (settings.path(POOL).size() == 1) {
        division.set(EXPERT, settings.remove(POOL).get(0));
      }
    } else {
      ArrayNode names = takeNames(settings.path(POOL));
      if (names != null) {
        division.set(NAMES, names);
      }
      move(settings, POOL, division, EXPERTS);
      move(settings, "top-k", division, "top-k");
      move(settings, "combination", division, "combination");
      move(settings, "model-bytes", division, "model-bytes");
    }
    settings.set(DIVISION, division);
    try {
      return readNested(settings);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          String.valueOf(e.getMessage())
              .replaceAll("division[.]names(\\[[0-9]+])", POOL + "$1.name")
              .replace(DIVISION + "." + EXPERTS, POOL)
              .replace(DIVISION + "." + EXPERT, POOL + "[0]")
              .replace(DIVISION + ".", ""),
          e);
    }
  }

  private static void move(ObjectNode from, String key, ObjectNode to, String name) {
    if (from.has(key)) {
      to.set(name, from.remove(key));
    }
  }

  /** Reads a tree with the records' own components: what division holds stands inside it. */
  MixtureConfig readNested(JsonNode tree) {
    return reader.read(MixtureConfig.class, tree, DEFAULTS, "");
  }

  /** In which keys two configurations differ; empty if in none. */
  List<TreeDifference> differences(MixtureConfig one, MixtureConfig other) {
    return TreeDifference.between(tree(one), tree(other));
  }

  /** The differences as one line, such as {@code top-k is 3 there, 2 here}. */
  String words(MixtureConfig there, MixtureConfig here) {
    return differences(there, here).stream()
        .map(found -> found.key() + " is " + found.one() + " there, " + found.other() + " here")
        .collect(Collectors.joining("; "));
  }
}
