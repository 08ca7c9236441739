// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.router.records.RecordReader;
import io.driftmoe.router.records.RecordWriter;
import io.driftmoe.router.records.TreeDifference;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A configuration as a document: a JSON object with every value, the seed among them, in the keys
 * and kinds that people configure a mixture with: {@code pool}, {@code top-k} and so on, and
 * instead of a preset {@code division}, which is {@code data} or {@code task}. A saved mixture
 * carries it at its head.
 *
 * <p>A document of an older build may lack settings that were added since: they have the default of
 * their kind, and in the mixture itself the value of the published mixture, which has none of what
 * was added to it.
 *
 * <p>Parts of an embedder's own kinds stand there under the names of their records' classes. Such a
 * document can be compared with another but not be read.
 */
public final class MixtureDocument {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final RecordReader READER = new RecordReader(Kinds.TABLE);
  private static final RecordWriter WRITER = new RecordWriter(Kinds.TABLE.withClassNames());
  private static final MixtureConfig DEFAULTS = MixtureConfig.of(Preset.PAPER_DATA, 0);

  private static final String TYPE = "type";
  private static final String DIVISION = "division";
  private static final String POOL = "pool";
  private static final String EXPERTS = "experts";
  private static final String EXPERT = "expert";

  private MixtureDocument() {}

  /**
   * Writes the document as a tree.
   *
   * @param config the mixture
   * @return a new tree, the caller's to change
   * @throws IllegalArgumentException when a part is of a kind without a name that is no record
   */
  public static ObjectNode tree(MixtureConfig config) {
    ObjectNode settings = WRITER.write(config);
    ObjectNode division = (ObjectNode) settings.remove(DIVISION);
    ObjectNode document = settings.objectNode();
    document.set(DIVISION, division.remove(TYPE));
    document.set("seed", settings.remove("seed"));
    if (division.has(EXPERT)) {
      document.putArray(POOL).add(division.remove(EXPERT));
    } else {
      document.set(POOL, division.remove(EXPERTS));
    }
    document.setAll(division);
    document.setAll(settings);
    return document;
  }

  /**
   * Writes the document as canonical text: equal configurations have equal texts.
   *
   * @param config the mixture
   * @return JSON in one line
   * @throws IllegalArgumentException when a part is of a kind without a name that is no record
   */
  public static String text(MixtureConfig config) {
    return tree(config).toString();
  }

  /**
   * Reads a document.
   *
   * @param text JSON as {@link #text} writes it; settings that it lacks have their defaults
   * @return the configuration
   * @throws IllegalArgumentException naming a setting that is unknown or out of range by its key
   */
  public static MixtureConfig read(String text) {
    try {
      return read(MAPPER.readTree(text));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * Reads a document that is a tree.
   *
   * @param tree as {@link #tree} writes it; it is not modified
   * @return the configuration
   * @throws IllegalArgumentException naming a setting that is unknown or out of range by its key
   */
  public static MixtureConfig read(JsonNode tree) {
    ObjectNode settings = RecordReader.fields(tree, "").deepCopy();
    ObjectNode division = settings.objectNode();
    move(settings, DIVISION, division, TYPE);
    if (division.path(TYPE).asText().equals("task")) {
      if (settings.path(POOL).size() == 1) {
        division.set(EXPERT, settings.remove(POOL).get(0));
      }
    } else {
      move(settings, POOL, division, EXPERTS);
      move(settings, "top-k", division, "top-k");
      move(settings, "combination", division, "combination");
    }
    settings.set(DIVISION, division);
    try {
      return readNested(settings);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          String.valueOf(e.getMessage())
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
  static MixtureConfig readNested(JsonNode tree) {
    return READER.read(MixtureConfig.class, tree, DEFAULTS, "");
  }

  /**
   * Compares two configurations.
   *
   * @param one the configuration whose values come first
   * @param other the configuration it is compared with
   * @return the keys in which they differ, with both values; empty if in none
   */
  public static List<TreeDifference> differences(MixtureConfig one, MixtureConfig other) {
    return TreeDifference.between(tree(one), tree(other));
  }

  /**
   * {@return the differences as one line, such as {@code top-k is 3 there, 2 here}}
   *
   * @param there the saved configuration
   * @param here the one that is to go on
   */
  public static String words(MixtureConfig there, MixtureConfig here) {
    return differences(there, here).stream()
        .map(found -> found.key() + " is " + found.one() + " there, " + found.other() + " here")
        .collect(Collectors.joining("; "));
  }
}
