// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.streams.ColumnProfile.Sighting;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a field of sampled records is good for.
 *
 * @param use what it is
 * @param reason why, in a few words with counts
 * @param doubts what speaks against it, or what else it may be
 * @param values of a nominal attribute, sorted
 * @param missing texts that stand for a missing value in it
 * @param timeFormats the notations in which all values are times, the likeliest first
 */
public record FieldGuess(
    Use use,
    String reason,
    List<String> doubts,
    List<String> values,
    List<String> missing,
    List<String> timeFormats) {
  private static final int SHOWN = 3;
  // Fewer records say little: neither is one value a constant nor are different texts ids.
  private static final int FEW = 20;
  // Names that occur less often on average are no values that one learns from.
  private static final int SEEN_TWICE = 2;
  private static final int MOST_NOMINAL = 1_000;
  private static final int MOST_CODES = 10;
  private static final Pattern RANDOM_ID =
      Pattern.compile(
          "[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}|[0-9a-fA-F]{24,}|[0-9A-HJKMNP-TV-Z]{26}");

  /** What a field is good for. */
  public enum Use {
    /** An attribute of numbers. */
    NUMERIC,
    /** An attribute of names. */
    NOMINAL,
    /** The same in each record. */
    CONSTANT,
    /** Tells records apart. */
    ID,
    /** A time. */
    TIME,
    /** Texts of which hardly any comes twice. */
    TEXT,
    /** No value that an attribute takes. */
    UNUSABLE;

    /** Whether a field of this use becomes an attribute. */
    public boolean isAttribute() {
      return this == NUMERIC || this == NOMINAL;
    }

    /** In a word. */
    public String word() {
      return this == UNUSABLE ? "not usable" : name().toLowerCase(Locale.ROOT);
    }
  }

  /** Keeps the lists. */
  public FieldGuess {
    doubts = List.copyOf(doubts);
    values = List.copyOf(values);
    missing = List.copyOf(missing);
    timeFormats = List.copyOf(timeFormats);
  }

  /**
   * Guesses.
   *
   * @param path of the field, whose last part is its name
   * @param field what the sample holds in it
   * @param records in the sample that could be read
   */
  public static FieldGuess of(String path, FieldProfile field, long records) {
    return new Guessing(new FieldName(path), field, records).guess();
  }

  /** Reason and doubts in one line. */
  public String inWords() {
    return doubts.isEmpty() ? reason : reason + "; " + String.join("; ", doubts);
  }

  /** One guess in the making. */
  private static final class Guessing {
    private final FieldName name;
    private final FieldProfile field;
    private final ColumnProfile column;
    private final long records;
    private final long present;
    private final List<String> doubts = new ArrayList<>();
    private final List<String> missing;
    private final List<String> times;

    private Guessing(FieldName name, FieldProfile field, long records) {
      this.name = name;
      this.field = field;
      this.column = field.column();
      this.records = records;
      this.present = field.present();
      this.missing = new ArrayList<>(field.missing().keySet());
      this.times = field.times().formats();
    }

    private FieldGuess guess() {
      if (field.count(FieldProfile.Kind.OTHER) > 0) {
        return made(
            Use.UNUSABLE,
            present == 0
                ? "a list, a map or bytes"
                : "sometimes a list, a map or bytes, sometimes not");
      }
      if (present == 0) {
        return made(Use.UNUSABLE, "no value in %s".formatted(count(records, "record")));
      }
      if (field.count(FieldProfile.Kind.TIME) == present) {
        return made(Use.TIME, "a time by its type");
      }
      if (isTime()) {
        return made(Use.TIME, "times %s, such as %s".formatted(inFormat(), first()));
      }
      if (field.different() == 1 && field.isComplete() && present >= FEW) {
        return made(Use.CONSTANT, "always %s".formatted(first()));
      }
      if (field.count(FieldProfile.Kind.BOOLEAN) == present) {
        return nominal(List.of("false", "true"), "true or false");
      }
      Map<String, Sighting> words = Typing.words(column);
      long others = present - column.numbers() - usualWords();
      if (others == 0 && column.numbers() > 0) {
        return numbers();
      }
      return column.numbers() > others ? mixed(words) : texts();
    }

    private boolean isTime() {
      if (times.isEmpty()) {
        return false;
      }
      return field.times().certain().isPresent() || name.isTime() || field.times().isNearRecords();
    }

    private String inFormat() {
      String format = times.get(0);
      return switch (format) {
        case "s", "ms", "us", "ns" -> "in %s since 1970".formatted(format);
        case "iso" -> "as ISO 8601 has them";
        default -> "written as " + format;
      };
    }

    /** Words such as NA among numbers. */
    private long usualWords() {
      long cells = 0;
      for (Map.Entry<String, Sighting> value : column.values().entrySet()) {
        boolean isNumber = column.notation().isNumber(value.getKey());
        if (!isNumber && column.missing().isAmongNumbers(value.getKey())) {
          cells += value.getValue().count();
        }
      }
      return cells;
    }

    private void takeUsualWords() {
      column.values().keySet().stream()
          .filter(text -> !column.notation().isNumber(text))
          .filter(column.missing()::isAmongNumbers)
          .forEach(missing::add);
    }

    private FieldGuess numbers() {
      takeUsualWords();
      String range = ColumnDescription.range(column.least(), column.most());
      boolean whole = !column.hasFractions();
      if (whole && column.isInexact()) {
        return made(
            Use.ID, "whole numbers with more digits than a number keeps, such as " + first());
      }
      if (whole && present >= FEW && field.allDiffer() && name.isId()) {
        return made(Use.ID, "a different whole number in each record, and named as an id");
      }
      if (whole && present >= FEW && field.allDiffer() && field.rises()) {
        doubts.add("if it is a measurement after all, make it an attribute");
        return made(Use.ID, "whole numbers that rise from record to record: counts or times them");
      }
      String zero = column.leadingZero();
      if (zero != null && field.hasNumbersAsTexts()) {
        return texts();
      }
      if (field.count(FieldProfile.Kind.TEXT) > 0 && field.hasNumbersAsTexts()) {
        doubts.add("written as texts");
      }
      if (whole && name.isId()) {
        doubts.add("named as an id: leave it out, or list its values, if it is one");
      } else if (whole && present >= FEW && field.isComplete() && codes() <= MOST_CODES) {
        doubts.add(
            "only %s different: give them as values, in quotes, if they are codes"
                .formatted(codes()));
      }
      if (present < FEW) {
        doubts.add("few values to judge by");
      }
      column.far().forEach(far -> doubts.add(ColumnWarnings.inWords(far)));
      return made(Use.NUMERIC, "numbers from " + range);
    }

    private long codes() {
      return column.values().keySet().stream().filter(column.notation()::isNumber).count();
    }

    /** Numbers among which there are a few words, of which each would make a dead letter. */
    private FieldGuess mixed(Map<String, Sighting> words) {
      takeUsualWords();
      if (words.size() == 1 && column.unkept() == 0) {
        String word = words.keySet().iterator().next();
        if (NumberLike.of(word) == null) {
          missing.add(word);
          doubts.add("%s is taken for a missing value".formatted(quoted(word)));
          return made(
              Use.NUMERIC,
              "numbers from " + ColumnDescription.range(column.least(), column.most()));
        }
      }
      missing.clear();
      return made(Use.UNUSABLE, "numbers and words, such as %s".formatted(list(words.keySet())));
    }

    private FieldGuess texts() {
      Collection<String> texts = column.values().keySet();
      String such = texts.isEmpty() ? "" : ", such as " + list(texts);
      if (texts.isEmpty()) {
        return made(Use.TEXT, "long texts");
      }
      boolean random = texts.stream().allMatch(text -> RANDOM_ID.matcher(text).matches());
      if (field.allDiffer() && (random || (name.isId() && present >= FEW))) {
        return made(
            Use.ID,
            (random ? "random ids" : "a different value in each record, and named as an id")
                + such);
      }
      NumberLike like = NumberLike.of(texts.iterator().next());
      if (like != null && texts.stream().allMatch(text -> NumberLike.of(text) != null)) {
        return made(
            Use.UNUSABLE,
            "numbers that no job reads: the first %s%s".formatted(like.fault(), such));
      }
      int different = field.different();
      if (!field.isComplete() || different > MOST_NOMINAL) {
        return made(
            Use.TEXT,
            "more than %s different texts in %s%s"
                .formatted(different, count(present, "record"), such));
      }
      if (different > 1 && (long) different * SEEN_TWICE > present) {
        return made(Use.TEXT, "%s different texts in %s%s".formatted(different, inRecords(), such));
      }
      if (random || name.isId()) {
        doubts.add(
            "looks like an id of something that comes again: leave it out if it only tells records apart");
      }
      if (present < FEW) {
        doubts.add("few values to judge by");
      }
      List<String> sorted = sorted(texts);
      for (String text : sorted) {
        if (column.missing().isAmongNumbers(text)) {
          doubts.add(
              "if %s means a missing value, put it into input.missing".formatted(quoted(text)));
        }
      }
      return nominal(sorted, "%s in %s".formatted(count(different, "value"), inRecords()));
    }

    private List<String> sorted(Collection<String> texts) {
      boolean numbers = texts.stream().allMatch(column.notation()::isNumber);
      Comparator<String> order =
          numbers
              ? Comparator.comparingDouble(column.notation()::parse)
              : Comparator.naturalOrder();
      return texts.stream().sorted(order.thenComparing(Comparator.naturalOrder())).toList();
    }

    private FieldGuess nominal(List<String> values, String reason) {
      return new FieldGuess(Use.NOMINAL, seen(reason), doubts, values, missing, times);
    }

    private FieldGuess made(Use use, String reason) {
      return new FieldGuess(use, seen(reason), doubts, List.of(), missing, times);
    }

    private String seen(String reason) {
      String absent =
          present == 0 || present == records
              ? ""
              : ", in %s of %s records".formatted(present, records);
      return reason + absent;
    }

    private String inRecords() {
      return count(present, "record");
    }

    private String first() {
      return list(column.values().keySet().stream().limit(1).toList());
    }

    private static String list(Collection<String> texts) {
      return texts.stream().limit(SHOWN).map(Guessing::quoted).collect(Collectors.joining(", "));
    }

    private static String quoted(String text) {
      return "'" + Shown.of(text) + "'";
    }

    private static String count(long number, String what) {
      return "%s %s%s".formatted(number, what, number == 1 ? "" : "s");
    }
  }
}
