// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli.guess;

import io.driftmoe.streams.FieldGuess;
import io.driftmoe.streams.FieldGuess.Use;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which fields become attributes, under which names, and which are left out and why. */
final class AttributeGuess {
  private static final int MOST = 10_000;
  private static final int MOST_VALUES = 1_000_000;
  private static final int MOST_BYTES = 512;

  private final SampledRecords records;
  private final Set<SampledField> taken;
  private final List<Attribute> attributes = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();
  private final Set<String> missing = new LinkedHashSet<>();
  private final Map<String, Integer> lastSteps = new HashMap<>();
  private final Set<String> names = new HashSet<>();
  private int values;

  /**
   * One attribute.
   *
   * @param field its path
   * @param values of a nominal one
   */
  record Attribute(String name, String field, List<String> values, String reason) {}

  /**
   * @param taken fields that are something else, such as the class
   */
  AttributeGuess(SampledRecords records, Set<SampledField> taken) {
    this.records = records;
    this.taken = taken;
    for (SampledField field : records.fields()) {
      if (field.guess(records.records()).use().isAttribute()) {
        lastSteps.merge(field.at().step(), 1, Integer::sum);
      }
    }
    for (SampledField field : records.fields()) {
      if (!taken.contains(field)) {
        add(field);
      }
    }
  }

  List<Attribute> attributes() {
    return List.copyOf(attributes);
  }

  /** A line for each field that is left out. */
  List<String> leftOut() {
    return List.copyOf(leftOut);
  }

  /** Texts that stand for a missing value. */
  List<String> missing() {
    return List.copyOf(missing);
  }

  private void add(SampledField field) {
    FieldGuess guess = field.guess(records.records());
    boolean ragged = records.listOf(field).map(list -> !list.isRow()).orElse(false);
    if (ragged) {
      return; // the list says so
    }
    if (!guess.use().isAttribute()) {
      leaveOut(field, guess);
      return;
    }
    String fault = limit(field, guess);
    if (!fault.isEmpty()) {
      leftOut.add("%s: %s".formatted(Comments.path(field), fault));
      return;
    }
    values += guess.values().size();
    missing.addAll(guess.missing());
    attributes.add(new Attribute(name(field), field.path(), guess.values(), guess.inWords()));
  }

  private void leaveOut(SampledField field, FieldGuess guess) {
    if (field.isRow() || field.isObject()) {
      return; // what is in it becomes attributes, or is left out itself
    }
    String what =
        guess.use() == Use.UNUSABLE ? guess.inWords() : guess.use().word() + ", " + guess.inWords();
    leftOut.add("%s: %s".formatted(Comments.path(field), what));
  }

  private String limit(SampledField field, FieldGuess guess) {
    if (attributes.size() >= MOST) {
      return "a job has at most %s attributes".formatted(MOST);
    }
    if (values + guess.values().size() > MOST_VALUES) {
      return "all attributes together have at most %s values".formatted(MOST_VALUES);
    }
    boolean fits =
        isText(field.path())
            && guess.values().stream()
                .allMatch(value -> isText(value) && bytes(value) <= MOST_BYTES);
    return fits ? "" : "its name or a value is too long, or no proper text";
  }

  private static boolean isText(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** The last step, with those before it where that is not enough to tell it apart. */
  private String name(SampledField field) {
    FieldAt at = field.at();
    String name = at.step();
    boolean inList = records.listOf(field).isPresent();
    if (at.parent() != null && (inList || lastSteps.getOrDefault(name, 0) > 1)) {
      StringBuilder whole = new StringBuilder(name);
      for (FieldAt above = at.parent(); above != null; above = above.parent()) {
        whole.insert(0, above.step() + ".");
      }
      name = whole.toString();
    }
    if (name.isBlank() || bytes(name) > MOST_BYTES) {
      name = "field-" + (attributes.size() + 1);
    }
    String unique = name;
    for (int other = 2; !names.add(unique); other++) {
      unique = "%s (%s)".formatted(name, other);
    }
    return unique;
  }
}
