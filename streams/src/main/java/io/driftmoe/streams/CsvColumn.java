// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.Attribute;
import io.driftmoe.streams.ColumnProfile.Sighting;
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
  private final String title;
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
      NumberNotation notation,
      ValueBudget budget) {
    this.name = name;
    this.title = Shown.of(name);
    this.position = position;
    this.role = role;
    this.given = given;
    this.profile =
        new ColumnProfile(
            missing,
            notation,
            role == Role.FEATURE ? MOST_VALUES : MOST_CLASSES,
            role == Role.CLASS || given == CsvType.NOMINAL,
            budget);
  }

  String name() {
    return name;
  }

  /** The name as in messages. */
  String title() {
    return title;
  }

  /** The type that it was given, null where it is to be found out. */
  @Nullable CsvType given() {
    return given;
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
      return Typing.nominal(profile, title, option());
    }
    return given != null ? Typing.of(given) : Typing.of(profile, title, option());
  }

  private Typing classTyping() {
    if (emptyLine > 0) {
      return new Typing(
          null,
          emptyLine,
          values() == 0
              ? "class column '%s' holds no value: --class names the class".formatted(title)
              : "%s (rows without a class: %s)"
                  .formatted(Column.noClass(title), profile.missingCells()));
    }
    boolean numbers = profile.numbers() > 0 && Typing.words(profile).isEmpty();
    if (given == null && numbers && profile.hasFractions() && isManyDecimals()) {
      return new Typing(
          null,
          0,
          ("class column '%s' holds %s%s different numbers with decimals: is this a regression"
                  + " target? --nominal %s takes each as a class")
              .formatted(
                  title,
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
                  .formatted(title, profile.tooLong())
              : "class column '%s' has more than %s distinct values; is it the class?"
                  .formatted(title, MOST_CLASSES));
    }
    List<String> names = classes().names();
    return names.size() < 2
        ? new Typing(
            null,
            0,
            "class column '%s' needs at least two values, has %s"
                .formatted(title, names.stream().map(Shown::of).toList()))
        : Typing.of(CsvType.NOMINAL);
  }

  /** Whether it was named as the class and cannot be one, whatever is mended in the file. */
  boolean isWrongClass() {
    return role == Role.CLASS && typing().fault() != null && (emptyLine == 0 || values() == 0);
  }

  private boolean isManyDecimals() {
    int different = profile.values().size();
    return different > MOST_DECIMALS || (different > FEW && different * 2L > values());
  }

  /** Cells that have a value. */
  long values() {
    return profile.values().values().stream().mapToLong(Sighting::count).sum() + profile.unkept();
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
  String option() {
    return ColumnNames.option(name, position);
  }
}
