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
 * and kinds that people configure a mixture with. A saved mixture carries it at its head.
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

  private MixtureDocument() {}

  /**
   * The document as a tree.
   *
   * @throws IllegalArgumentException when a part is of a kind without a name that is no record
   */
  public static ObjectNode tree(MixtureConfig config) {
    return WRITER.write(config);
  }

  /**
   * The document as canonical text: equal configurations have equal texts.
   *
   * @throws IllegalArgumentException when a part is of a kind without a name that is no record
   */
  public static String text(MixtureConfig config) {
    return tree(config).toString();
  }

  /**
   * Reads a document.
   *
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
   * @throws IllegalArgumentException naming a setting that is unknown or out of range by its key
   */
  public static MixtureConfig read(JsonNode tree) {
    return READER.read(MixtureConfig.class, tree, DEFAULTS, "");
  }

  /** In which keys two configurations differ, named as people write them; empty if in none. */
  public static List<TreeDifference> differences(MixtureConfig one, MixtureConfig other) {
    return TreeDifference.between(tree(one), tree(other)).stream()
        .map(found -> new TreeDifference(key(found.key()), found.one(), found.other()))
        .toList();
  }

  /** The differences as one line, such as {@code top-k is 3 there, 2 here}. */
  public static String words(MixtureConfig there, MixtureConfig here) {
    return differences(there, here).stream()
        .map(found -> found.key() + " is " + found.one() + " there, " + found.other() + " here")
        .collect(Collectors.joining("; "));
  }

  private static String key(String path) {
    return path.replaceFirst("^division\\.experts\\b", "pool")
        .replaceFirst("^division\\.expert\\b", "pool[0]")
        .replaceFirst("^division\\.(?!type$)", "");
  }
}
