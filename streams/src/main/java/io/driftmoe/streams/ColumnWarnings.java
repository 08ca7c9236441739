// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.streams.ColumnProfile.Sighting;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is odd about a column of a CSV file, with the option that settles it. */
final class ColumnWarnings {
  // So many classes in half as many rows are hardly classes.
  private static final int MANY_CLASSES = 20;
  // Fewer values are all different, or all dates, by chance.
  private static final int FEW = 5;
  private static final Pattern QUANTITY =
      Pattern.compile("[+-]?[0-9]+(?:[.,][0-9]+)?(?<unit>[^0-9]+)");
  private static final String UNIT = "unit";

  private final CsvColumn column;
  private final ColumnProfile profile;
  private final String title;
  private final String option;
  private final List<String> warnings = new ArrayList<>();

  /**
   * @param column one that has a type
   */
  ColumnWarnings(CsvColumn column) {
    this.column = column;
    this.profile = column.profile();
    this.title = column.title();
    this.option = column.option();
  }

  List<String> all() {
    CsvType type = column.typing().type();
    if (column.role() == CsvColumn.Role.CLASS) {
      ClassNames classes = column.classes();
      classes
          .warnings()
          .forEach(warning -> warnings.add("column '%s': %s".formatted(title, warning)));
      int different = classes.names().size();
      if (different > MANY_CLASSES && different * 2L > column.values()) {
        warnings.add(
            "class column '%s' has %s classes in %s rows; is it the class?"
                .formatted(title, different, column.values()));
      }
    } else if (type == CsvType.NOMINAL) {
      addNominal();
    } else {
      addNumeric(type);
    }
    return warnings;
  }

  private void addNominal() {
    if (column.given() == CsvType.NOMINAL) {
      return;
    }
    if (profile.numbers() > 0) {
      warnings.add(
          "column '%s' holds %s numbers and more words, and counts as names; --numeric %s takes the words as missing"
              .formatted(title, profile.numbers(), option));
    }
    profile
        .values()
        .forEach(
            (text, seen) -> {
              if (profile.missing().isAmongNumbers(text)) {
                warnings.add(
                    "column '%s' holds names, and '%s' (%s times) counts as one of them; %s makes it a missing value"
                        .formatted(
                            title,
                            text,
                            seen.count(),
                            MissingWords.option(List.of(text)).orElse("--missing")));
              }
            });
    addUnit();
    long values = column.values();
    if (profile.values().size() > FEW
        && profile.values().keySet().stream().allMatch(ColumnOrder::isTime)) {
      warnings.add(
          "column '%s' holds %s dates or times, each of which counts as a name; --ignore %s leaves it out"
              .formatted(title, profile.values().size(), option));
    } else if (values > FEW && profile.values().size() == values) {
      warnings.add(
          "column '%s' holds a different text in each row; --ignore %s leaves it out"
              .formatted(title, option));
    }
  }

  private void addUnit() {
    Set<String> units = new HashSet<>();
    for (String text : profile.values().keySet()) {
      Matcher quantity = QUANTITY.matcher(text);
      units.add(quantity.matches() ? quantity.group(UNIT) : "");
    }
    String unit = units.size() == 1 ? units.iterator().next() : "";
    if (!unit.isEmpty() && profile.values().size() > FEW) {
      warnings.add(
          "column '%s' holds numbers, but '%s' behind each of them makes them names: remove it"
              .formatted(title, Shown.of(unit)));
    }
  }

  private void addFar(FarValues.Far far) {
    warnings.add(
        "column '%s': %s; %s makes it a missing value"
            .formatted(
                title, inWords(far), MissingWords.option(List.of(far.text())).orElse("--missing")));
  }

  /** What is far from what. */
  static String inWords(FarValues.Far far) {
    return "%s %s %s%s, and all others lie from %s to %s"
        .formatted(
            far.cells(),
            far.cells() == 1 ? "cell holds" : "cells hold",
            Shown.of(far.text()),
            far.line() == 0 ? "" : ", first in line " + far.line(),
            ColumnDescription.number(far.from()),
            ColumnDescription.number(far.to()));
  }

  private void addNumeric(@Nullable CsvType type) {
    if (type == CsvType.PER_CENT) {
      warnings.add(
          "column '%s' holds per cent: the numbers are read without the sign".formatted(title));
    }
    profile.far().forEach(this::addFar);
    long words = Typing.words(profile).values().stream().mapToLong(Sighting::count).sum();
    if (column.given() == CsvType.NUMERIC && words + profile.unkept() > 0) {
      warnings.add(
          "column '%s': %s cells are no numbers and count as missing, first '%s'"
              .formatted(
                  title,
                  words + profile.unkept(),
                  Typing.words(profile).keySet().stream().findFirst().map(Shown::of).orElse("")));
    }
    if (column.given() == CsvType.NUMERIC) {
      return;
    }
    String leadingZero = profile.leadingZero();
    if (profile.isInexact()) {
      warnings.add(
          "column '%s' holds whole numbers of more than 15 digits, which lose their last digits; --nominal %s or --ignore %s"
              .formatted(title, option, option));
    } else if (leadingZero != null) {
      warnings.add(
          "column '%s' holds numbers such as '%s', read without the zeros in front; if they are codes, --nominal %s"
              .formatted(title, Shown.of(leadingZero), option));
    }
  }
}
