// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * In which notations all values of a field are times. Numbers are times since 1970 where they lie
 * in this century in one of the units.
 */
final class FieldTimes {
  private static final double FROM = Instant.parse("2000-01-01T00:00:00Z").getEpochSecond();
  private static final double TO = Instant.parse("2100-01-01T00:00:00Z").getEpochSecond();
  private static final double MILLIS = 1_000;
  // Producers stamp their events shortly before they send them.
  private static final double NEAR_MILLIS = 3_600_000;
  private static final int LONGEST = 40;

  /** A way to write a time. */
  private sealed interface Notation {
    String format();

    /** The time in epoch milliseconds; NaN when the value is none in this notation. */
    double millis(String text, boolean isNumber);
  }

  private record Unit(String format, double perSecond) implements Notation {
    @Override
    public double millis(String text, boolean isNumber) {
      double seconds = isNumber ? Numbers.parse(text) / perSecond : Double.NaN;
      return seconds >= FROM && seconds < TO ? seconds * MILLIS : Double.NaN;
    }
  }

  private record Iso() implements Notation {
    private static final String DATE = "2026-01-31";
    private static final int SEPARATOR = 4;

    private static double millis(String text) {
      String date = text.length() == DATE.length() ? text + "T00:00" : text.replace(' ', 'T');
      TemporalAccessor time =
          DateTimeFormatter.ISO_DATE_TIME.parseBest(date, Instant::from, LocalDateTime::from);
      Instant instant =
          time instanceof LocalDateTime local
              ? local.toInstant(ZoneOffset.UTC)
              : Instant.from(time);
      return instant.toEpochMilli();
    }

    @Override
    public String format() {
      return "iso";
    }

    @Override
    public double millis(String text, boolean isNumber) {
      try {
        return isNumber || text.length() < DATE.length() || text.charAt(SEPARATOR) != '-'
            ? Double.NaN
            : millis(text);
      } catch (DateTimeException e) {
        return Double.NaN;
      }
    }
  }

  private record Written(String format, DateTimeFormatter formatter) implements Notation {
    private static Written of(String pattern) {
      return new Written(
          pattern,
          DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH)
              .withResolverStyle(ResolverStyle.SMART)
              .withZone(ZoneOffset.UTC));
    }

    @Override
    public double millis(String text, boolean isNumber) {
      if (isNumber) {
        return Double.NaN;
      }
      try {
        TemporalAccessor time = formatter.parse(text);
        return time.getLong(ChronoField.INSTANT_SECONDS) * MILLIS;
      } catch (DateTimeException e) {
        return Double.NaN;
      }
    }
  }

  private static final List<Notation> ALL =
      List.of(
          new Unit("s", 1),
          new Unit("ms", 1e3),
          new Unit("us", 1e6),
          new Unit("ns", 1e9),
          new Iso(),
          Written.of("yyyy/MM/dd HH:mm:ss"),
          Written.of("yyyyMMddHHmmss"),
          Written.of("dd/MM/yyyy HH:mm:ss"),
          Written.of("MM/dd/yyyy HH:mm:ss"),
          Written.of("dd.MM.yyyy HH:mm:ss"),
          Written.of("EEE, dd MMM yyyy HH:mm:ss zzz"));

  private final List<Notation> left = new ArrayList<>(ALL);
  private long values;
  private long near;

  /**
   * Takes in a value.
   *
   * @param recordMillis time of its record in Kafka; negative where there is none
   */
  void observe(String text, boolean isNumber, long recordMillis) {
    values++;
    if (left.isEmpty() || text.length() > LONGEST) {
      left.clear();
      return;
    }
    boolean isNear = false;
    List<Notation> kept = new ArrayList<>();
    for (Notation notation : left) {
      double millis = notation.millis(text, isNumber);
      if (!Double.isNaN(millis)) {
        kept.add(notation);
        isNear |= recordMillis >= 0 && Math.abs(millis - recordMillis) <= NEAR_MILLIS;
      }
    }
    near += isNear ? 1 : 0;
    left.clear();
    left.addAll(kept);
  }

  /** The formats in which all values are times; the first is the likeliest. */
  List<String> formats() {
    return values == 0 ? List.of() : left.stream().map(Notation::format).toList();
  }

  /** Whether most values lie near the times of their records in Kafka. */
  boolean isNearRecords() {
    return values > 0 && near * 2 > values;
  }

  /** Whether a number alone makes it a time: seconds are a size that other numbers have, too. */
  Optional<String> certain() {
    return formats().stream().findFirst().filter(format -> !format.equals("s"));
  }
}
