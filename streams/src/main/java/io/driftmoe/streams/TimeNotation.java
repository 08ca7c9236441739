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
import java.util.List;
import java.util.Locale;

/**
 * A way to write a time. Numbers are times since 1970 where they lie in this century in one of the
 * units; a time without a zone is one of UTC.
 */
sealed interface TimeNotation {
  /** No time is longer. */
  int LONGEST = 40;

  /** In a second. */
  double MILLIS = 1_000;

  /** All that are known, the likeliest first. */
  List<TimeNotation> ALL =
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

  /** Its name, or a pattern of {@link DateTimeFormatter}. */
  String format();

  /** The time in epoch milliseconds; NaN when the value is none in this notation. */
  double millis(String text, boolean isNumber);

  /** The same of a text that may stand for a number. */
  default double millis(String text) {
    return millis(text, this instanceof Unit);
  }

  /** A number of units since 1970. */
  record Unit(String format, double perSecond) implements TimeNotation {
    private static final double FROM = Instant.parse("2000-01-01T00:00:00Z").getEpochSecond();
    private static final double TO = Instant.parse("2100-01-01T00:00:00Z").getEpochSecond();

    @Override
    public double millis(String text, boolean isNumber) {
      double seconds = isNumber ? Numbers.parse(text) / perSecond : Double.NaN;
      return seconds >= FROM && seconds < TO ? seconds * MILLIS : Double.NaN;
    }
  }

  /** ISO 8601, with T or a blank, with or without a zone; or the date alone. */
  record Iso() implements TimeNotation {
    private static final String DATE = "2026-01-31";
    private static final int SEPARATOR = 4;

    private static double parse(String text) {
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
            : parse(text);
      } catch (DateTimeException e) {
        return Double.NaN;
      }
    }
  }

  /** By a pattern. */
  record Written(String format, DateTimeFormatter formatter) implements TimeNotation {
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
}
