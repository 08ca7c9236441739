// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the name of a field suggests. Names are taken apart where case changes and at anything that
 * is neither letter nor digit, so that orderId, order_id and order-id are the same words.
 */
public final class FieldName {
  private static final Pattern ENDS =
      Pattern.compile("(?<=[\\p{Ll}\\p{N}])(?=\\p{Lu})|[^\\p{L}\\p{N}]+");
  private static final Set<String> IDS =
      Set.of("id", "ids", "uuid", "guid", "ulid", "identifier", "uid", "nr", "no", "ref");
  private static final Set<String> TIMES =
      Set.of(
          "ts",
          "time",
          "timestamp",
          "date",
          "datetime",
          "at",
          "when",
          "millis",
          "ms",
          "epoch",
          "created",
          "updated",
          "occurred");
  private static final Set<String> LABELS =
      Set.of("label", "class", "target", "outcome", "truth", "y", "verdict", "category", "result");

  private final List<String> words;

  /**
   * @param path name of a field, or a JSON Pointer, of which the last part counts
   */
  public FieldName(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    this.words =
        Arrays.stream(ENDS.split(name))
            .filter(word -> !word.isEmpty())
            .map(word -> word.toLowerCase(Locale.ROOT))
            .toList();
  }

  /** Whether it may name an id. */
  public boolean isId() {
    return isAny(IDS);
  }

  /** Whether it may name a time. */
  public boolean isTime() {
    return isAny(TIMES);
  }

  /** Whether it may name what is to be predicted. */
  public boolean isLabel() {
    return isAny(LABELS);
  }

  /** How many of the words of a text, such as the name of a topic, are in the name. */
  public int shares(String text) {
    Set<String> others = new HashSet<>(new FieldName(text.replace('/', ' ')).words);
    return (int)
        words.stream().filter(word -> others.contains(word) || others.contains(word + "s")).count();
  }

  private boolean isAny(Set<String> known) {
    return words.stream().anyMatch(known::contains);
  }
}
