// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.router.records.TreeDifference;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
  /** Documents in the names that configurations have for parts. */
  static final DocumentCodec CODEC = new DocumentCodec(Kinds.TABLE);

  private MixtureDocument() {}

  /**
   * Writes the document as a tree.
   *
   * @param config the mixture
   * @return a new tree, the caller's to change
   * @throws IllegalArgumentException when a part is of a kind without a name that is no record
   */
  public static ObjectNode tree(MixtureConfig config) {
    return CODEC.tree(config);
  }

  /**
   * Writes the document as canonical text: equal configurations have equal texts.
   *
   * @param config the mixture
   * @return JSON in one line
   * @throws IllegalArgumentException when a part is of a kind without a name that is no record
   */
  public static String text(MixtureConfig config) {
    return CODEC.text(config);
  }

  /**
   * Reads a document.
   *
   * @param text JSON as {@link #text} writes it; settings that it lacks have their defaults
   * @return the configuration
   * @throws IllegalArgumentException naming a setting that is unknown or out of range by its key
   */
  public static MixtureConfig read(String text) {
    return CODEC.read(text);
  }

  /**
   * Reads a document that is a tree.
   *
   * @param tree as {@link #tree} writes it; it is not modified
   * @return the configuration
   * @throws IllegalArgumentException naming a setting that is unknown or out of range by its key
   */
  public static MixtureConfig read(JsonNode tree) {
    return CODEC.read(tree);
  }

  /**
   * Takes the names out of a pool of experts, where each may stand with the expert that it is of.
   *
   * @param pool list of experts; their {@code name} is removed
   * @return one name for each expert, an empty text where it has none; null where no expert has one
   */
  public static @Nullable ArrayNode takeNames(JsonNode pool) {
    return DocumentCodec.takeNames(pool);
  }

  /** Reads a tree with the records' own components: what division holds stands inside it. */
  static MixtureConfig readNested(JsonNode tree) {
    return CODEC.readNested(tree);
  }

  /**
   * Compares two configurations.
   *
   * @param one the configuration whose values come first
   * @param other the configuration it is compared with
   * @return the keys in which they differ, with both values; empty if in none
   */
  public static List<TreeDifference> differences(MixtureConfig one, MixtureConfig other) {
    return CODEC.differences(one, other);
  }

  /**
   * {@return the differences as one line, such as {@code top-k is 3 there, 2 here}}
   *
   * @param there the saved configuration
   * @param here the one that is to go on
   */
  public static String words(MixtureConfig there, MixtureConfig here) {
    return CODEC.words(there, here);
  }
}
