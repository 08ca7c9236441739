// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The classes that a field of sampled records holds.
 *
 * @param names in numeric order where all are numbers, else in that of the alphabet
 * @param counts how often each was seen
 * @param doubts classes that may be one, or none
 */
public record FieldClasses(List<String> names, List<Long> counts, List<String> doubts) {
  private static final int MOST = 1_000;
  private static final int MOST_GUESSED = 50;
  private static final int SEEN_TWICE = 2;
  private static final int SHOWN = 10;

  /** Keeps the lists. */
  public FieldClasses {
    names = List.copyOf(names);
    counts = List.copyOf(counts);
    doubts = List.copyOf(doubts);
  }

  /** The classes of a field. */
  public static FieldClasses of(FieldProfile field) {
    NumberNotation notation = field.column().notation();
    boolean numbers = field.values().stream().allMatch(notation::isNumber);
    Comparator<String> order =
        numbers ? Comparator.comparingDouble(notation::parse) : Comparator.naturalOrder();
    List<String> names =
        field.values().stream().sorted(order.thenComparing(Comparator.naturalOrder())).toList();
    Map<String, Long> counts = field.counts();
    return new FieldClasses(
        names,
        names.stream().map(name -> counts.getOrDefault(name, 0L)).toList(),
        ClassNames.doubts(names, notation));
  }

  /** Why a field cannot be the class; empty where it can. */
  public static String fault(FieldProfile field) {
    if (field.present() == 0) {
      return "it holds no value";
    }
    if (!field.isComplete() || field.different() > MOST) {
      return "it holds more than %s different values".formatted(Math.min(MOST, field.different()));
    }
    if (field.different() < 2) {
      return "it holds only '%s'".formatted(Shown.of(field.values().iterator().next()));
    }
    boolean quantity = field.column().hasFractions() && field.different() > MOST_GUESSED;
    return quantity
        ? "it holds %s different numbers with decimals: is this a regression target?"
            .formatted(field.different())
        : "";
  }

  /** Whether a field may be the class, judged by its values alone. */
  public static boolean isLikely(FieldProfile field) {
    return fault(field).isEmpty()
        && field.different() <= MOST_GUESSED
        && (long) field.different() * SEEN_TWICE <= field.present()
        && !field.column().hasFractions();
  }

  /** Names with counts, in one line. */
  public String inWords() {
    StringBuilder words = new StringBuilder();
    for (int i = 0; i < Math.min(names.size(), SHOWN); i++) {
      words.append(i == 0 ? "" : ", ").append(Shown.of(names.get(i))).append(' ');
      words.append(counts.get(i));
    }
    return names.size() > SHOWN ? words + ", …" : words.toString();
  }
}
