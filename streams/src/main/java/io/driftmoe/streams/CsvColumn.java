// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.Attribute;
import io.driftmoe.streams.ColumnProfile.Sighting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One column of a CSV file: what it holds, and what follows from that. */
final class CsvColumn {
  private static final int MOST_VALUES = 10_000;
  private static final int MOST_CLASSES = 1_000;
  // So many different decimals are a quantity, not classes.
  private static final int MOST_DECIMALS = 20;
  private static final int FEW = 5;

  /** What a column is used as. */
  enum Role {
    FEATURE,
    CLASS,
    IGNORED
  }

  private final String name;
  private final int position;
  private final Role role;
  private final @Nullable CsvType given;
  private ColumnProfile profile;
  private long emptyLine;
  private @Nullable Typing typing;

  /**
   * @param given its type, where it is not to be found out
   */
  CsvColumn(
      String name,
      int position,
      Role role,
      @Nullable CsvType given,
      MissingWords missing,
      NumberNotation notation) {
    this.name = name;
    this.position = position;
    this.role = role;
    this.given = given;
    this.profile =
        new ColumnProfile(
            missing,
            notation,
            role == Role.CLASS ? MOST_CLASSES : MOST_VALUES,
            role == Role.CLASS || given == CsvType.NOMINAL);
  }

  String name() {
    return name;
  }

  int position() {
    return position;
  }

  Role role() {
    return role;
  }

  ColumnProfile profile() {
    return profile;
  }

  void observe(String[] row, long line) {
    typing = null;
    if (!profile.observe(row[position], line) && role == Role.CLASS && emptyLine == 0) {
      emptyLine = line;
    }
  }

  /** Whether numbers that are values of this nominal column have not been kept. */
  boolean isIncomplete() {
    return typing().type() == CsvType.NOMINAL && !profile.keepsNumbers() && profile.numbers() > 0;
  }

  /** Begins a second pass that keeps them. */
  void startAgain() {
    profile = profile.keepingNumbers();
    typing = null;
  }

  /** Its type, or why it has none. */
  Typing typing() {
    Typing known = typing;
    if (known == null) {
      known = findType();
      typing = known;
    }
    return known;
  }

  private Typing findType() {
    if (role == Role.CLASS) {
      return classTyping();
    }
    if (given == CsvType.NOMINAL || profile.keepsNumbers()) {
      return Typing.nominal(profile, name, option());
    }
    return given != null ? Typing.of(given) : Typing.of(profile, name, option());
  }

  private Typing classTyping() {
    if (emptyLine > 0) {
      return new Typing(null, emptyLine, "class column '%s' is empty".formatted(name));
    }
    boolean numbers = profile.numbers() == values();
    if (given == null && numbers && profile.hasFractions() && isManyDecimals()) {
      return new Typing(
          null,
          0,
          ("class column '%s' holds %s%s different numbers with decimals: is this a regression"
                  + " target? --nominal %s takes each as a class")
              .formatted(
                  name,
                  profile.fullLine() > 0 ? "more than " : "",
                  profile.values().size(),
                  option()));
    }
    if (profile.fullLine() > 0) {
      return new Typing(
          null,
          profile.fullLine(),
          profile.tooLong() > 0
              ? "class column '%s' holds a text of %s characters; is it the class?"
                  .formatted(name, profile.tooLong())
              : "class column '%s' has more than %s distinct values; is it the class?"
                  .formatted(name, MOST_CLASSES));
    }
    return Typing.of(CsvType.NOMINAL);
  }

  private boolean isManyDecimals() {
    int different = profile.values().size();
    return different > MOST_DECIMALS || (different > FEW && different * 2L > values());
  }

  private long values() {
    return profile.values().values().stream().mapToLong(Sighting::count).sum() + profile.unkept();
  }

  /** What is odd about a column that has a type. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    CsvType type = typing().type();
    if (role == Role.CLASS) {
      ClassNames classes = classes();
      classes
          .warnings()
          .forEach(warning -> warnings.add("column '%s': %s".formatted(name, warning)));
      int different = classes.names().size();
      if (different > MOST_DECIMALS && different * 2L > values()) {
        warnings.add(
            "class column '%s' has %s classes in %s rows; is it the class?"
                .formatted(name, different, values()));
      }
    } else if (type == CsvType.NOMINAL) {
      nominalWarnings(warnings);
    } else {
      numericWarnings(type, warnings);
    }
    return warnings;
  }

  private void nominalWarnings(List<String> warnings) {
    if (given == CsvType.NOMINAL) {
      return;
    }
    if (profile.numbers() > 0) {
      warnings.add(
          "column '%s' holds %s numbers and more words, and counts as names; --numeric %s takes the words as missing"
              .formatted(name, profile.numbers(), option()));
    }
    profile
        .values()
        .forEach(
            (text, seen) -> {
              if (profile.missing().isAmongNumbers(text)) {
                warnings.add(
                    "column '%s' holds names, and '%s' (%s times) counts as one of them; --missing %s makes it a missing value"
                        .formatted(name, text, seen.count(), text));
              }
            });
    long values = values();
    if (profile.values().size() > FEW
        && profile.values().keySet().stream().allMatch(ColumnOrder::isDate)) {
      warnings.add(
          "column '%s' holds %s dates or times, each of which counts as a name; --ignore %s leaves it out"
              .formatted(name, profile.values().size(), option()));
    } else if (values > FEW && profile.values().size() == values) {
      warnings.add(
          "column '%s' holds a different text in each row; --ignore %s leaves it out"
              .formatted(name, option()));
    }
  }

  private void numericWarnings(@Nullable CsvType type, List<String> warnings) {
    if (type == CsvType.PER_CENT) {
      warnings.add(
          "column '%s' holds per cent: the numbers are read without the sign".formatted(name));
    }
    long words = Typing.words(profile).values().stream().mapToLong(Sighting::count).sum();
    if (given == CsvType.NUMERIC && words + profile.unkept() > 0) {
      warnings.add(
          "column '%s': %s cells are no numbers and count as missing, first '%s'"
              .formatted(
                  name,
                  words + profile.unkept(),
                  Typing.words(profile).keySet().stream().findFirst().orElse("")));
    }
    if (given == CsvType.NUMERIC) {
      return;
    }
    if (profile.isInexact()) {
      warnings.add(
          "column '%s' holds whole numbers of more than 15 digits, which lose their last digits; --nominal %s or --ignore %s"
              .formatted(name, option(), option()));
    } else if (profile.leadingZero() != null) {
      warnings.add(
          "column '%s' holds numbers such as '%s', read without the zeros in front; if they are codes, --nominal %s"
              .formatted(name, profile.leadingZero(), option()));
    }
  }

  /** Cells without a value, for the type that it has. */
  long missing() {
    CsvType type = typing().type();
    if (type == CsvType.NUMERIC || type == CsvType.PER_CENT) {
      Map<String, Sighting> words = Typing.words(profile);
      long lost = given == CsvType.NUMERIC ? profile.unkept() : 0;
      for (Map.Entry<String, Sighting> value : profile.values().entrySet()) {
        boolean isWord = words.containsKey(value.getKey());
        lost += !isWord || given == CsvType.NUMERIC ? value.getValue().count() : 0;
      }
      return profile.missingCells() + lost;
    }
    return profile.missingCells();
  }

  ClassNames classes() {
    return ClassNames.of(profile.values(), profile.notation());
  }

  /** Rows of each class. */
  Map<String, Long> classCounts() {
    ClassNames classes = classes();
    Map<String, Long> counts = new LinkedHashMap<>();
    classes.names().forEach(className -> counts.put(className, 0L));
    classes
        .spellings()
        .forEach(
            (text, className) ->
                counts.merge(
                    className,
                    Objects.requireNonNull(profile.values().get(text)).count(),
                    Long::sum));
    return counts;
  }

  /** For a column that has a type. */
  Column column() {
    CsvType type = Objects.requireNonNull(typing().type());
    if (role == Role.CLASS) {
      return new Column(Attribute.nominal(name, classes().names()), position);
    }
    return new Column(
        type == CsvType.NOMINAL
            ? Attribute.nominal(name, List.copyOf(profile.values().keySet()))
            : Attribute.numeric(name),
        position);
  }

  /** For a column that has a type. */
  CsvCells.Cell cell() {
    MissingWords missing = profile.missing();
    if (role == Role.CLASS) {
      return CsvCells.classes(missing, classes().spellings());
    }
    return switch (Objects.requireNonNull(typing().type())) {
      case NOMINAL -> CsvCells.names(missing);
      case NUMERIC -> CsvCells.numbers(missing, profile.notation(), given == CsvType.NUMERIC);
      case PER_CENT -> CsvCells.perCents(missing, profile.notation());
    };
  }

  /** How options name it. */
  private String option() {
    return name.matches("[\\p{L}\\p{N}_.-]+") ? name : "'#" + (position + 1) + "'";
  }
}
