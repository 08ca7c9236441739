// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.streams.ColumnProfile.Sighting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The classes that the texts of the class column stand for: texts that write the same number (1,
 * 1.0, 01) or the same boolean (true, True) are one class, named by the shortest of them.
 *
 * @param names in numeric order where all are numbers, else by first appearance
 * @param spellings from each text to its class
 * @param warnings what was merged, and what looks as if it should be
 */
record ClassNames(List<String> names, Map<String, String> spellings, List<String> warnings) {

  private static final Predicate<String> BOOLEAN =
      text -> text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false");

  static ClassNames of(Map<String, Sighting> texts, NumberNotation notation) {
    Map<String, List<String>> groups = new LinkedHashMap<>();
    for (String text : texts.keySet()) {
      groups.computeIfAbsent(meaning(text, notation), key -> new ArrayList<>()).add(text);
    }
    List<String> names = new ArrayList<>();
    Map<String, String> spellings = new LinkedHashMap<>();
    List<String> warnings = new ArrayList<>();
    for (List<String> group : groups.values()) {
      String name = group.stream().min(Comparator.comparingInt(String::length)).orElseThrow();
      names.add(name);
      group.forEach(text -> spellings.put(text, name));
      if (group.size() > 1) {
        warnings.add("%s are one class, '%s'".formatted(list(group), Shown.of(name)));
      }
    }
    warnings.addAll(doubts(names, notation));
    if (names.stream().allMatch(notation::isNumber)) {
      names.sort(Comparator.comparingDouble(notation::parse));
    }
    return new ClassNames(names, spellings, warnings);
  }

  /** What looks as if several of these classes were meant as one, or one as none. */
  static List<String> doubts(List<String> names, NumberNotation notation) {
    List<String> doubts = new ArrayList<>();
    for (List<String> alike : alike(names, name -> meaning(name, notation))) {
      doubts.add("classes %s mean the same and count as different".formatted(list(alike)));
    }
    for (List<String> alike : alike(names, name -> name.toLowerCase(Locale.ROOT))) {
      doubts.add("classes %s differ in upper and lower case only".formatted(list(alike)));
    }
    List<String> truths =
        names.stream()
            .filter(name -> meaning(name, notation).matches("boolean .*|number [01][.]0"))
            .toList();
    if (truths.stream().anyMatch(BOOLEAN) && !truths.stream().allMatch(BOOLEAN)) {
      doubts.add("classes %s may mean the same".formatted(list(truths)));
    }
    for (String name : names) {
      if (new MissingWords(List.of()).isAmongNumbers(name)) {
        doubts.add("class '%s' looks like a missing label; it counts as a class".formatted(name));
      }
    }
    return doubts;
  }

  private static List<List<String>> alike(List<String> names, Function<String, String> meaning) {
    Map<String, List<String>> groups =
        names.stream()
            .collect(Collectors.groupingBy(meaning, LinkedHashMap::new, Collectors.toList()));
    return groups.values().stream().filter(group -> group.size() > 1).toList();
  }

  private static String meaning(String text, NumberNotation notation) {
    double number = notation.parse(text);
    if (!Double.isNaN(number)) {
      return "number " + (number + 0.0); // no negative zero
    }
    return BOOLEAN.test(text) ? "boolean " + text.toLowerCase(Locale.ROOT) : "text " + text;
  }

  private static String list(List<String> texts) {
    return texts.stream()
            .limit(5)
            .map(text -> "'" + Shown.of(text) + "'")
            .collect(Collectors.joining(", "))
        + (texts.size() > 5 ? " and " + (texts.size() - 5) + " more" : "");
  }
}
