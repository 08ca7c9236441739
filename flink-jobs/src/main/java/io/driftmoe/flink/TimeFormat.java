// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.schemas.QuotedText;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads times as they are written in records of others: numbers since 1970, or text. */
final class TimeFormat {
  /** Digits behind which a time in milliseconds stands, of numbers in a unit. */
  private static final Map<String, Integer> UNITS = Map.of("s", 3, "ms", 0, "us", -3, "ns", -6);

  private static final String ISO = "iso";
  private static final int MOST_PATTERN = 200;

  /** More say no time of sense, and would take long to compute with. */
  private static final int MOST_CHARACTERS = 100;

  private static final int MOST_DIGITS = 30;
  private static final int SHORT = 18;
  private static final int DATE_LENGTH = 10;

  private static final DateTimeFormatter ISO_8601 =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendLiteral('T')
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .appendPattern("[XXX][XX][X]")
          .toFormatter(Locale.ENGLISH)
          .withResolverStyle(ResolverStyle.STRICT);

  private final @Nullable Integer shift;
  private final @Nullable DateTimeFormatter formatter;
  private final ZoneId zone;

  private TimeFormat(@Nullable Integer shift, @Nullable DateTimeFormatter formatter, ZoneId zone) {
    this.shift = shift;
    this.formatter = formatter;
    this.zone = zone;
  }

  /**
   * {@return the format of these settings}
   *
   * @param format s, ms, us, ns, iso or a pattern
   * @param zone of times that name none; null for UTC
   * @throws IllegalArgumentException that begins with time-format or time-zone
   */
  static TimeFormat of(String format, @Nullable String zone) {
    ZoneId of = zone(zone);
    if (UNITS.containsKey(format)) {
      return new TimeFormat(UNITS.get(format), null, of);
    }
    return new TimeFormat(null, format.equals(ISO) ? ISO_8601 : pattern(format), of);
  }

  /**
   * {@return the zone of this name, UTC for null}
   *
   * @throws IllegalArgumentException that begins with time-zone
   */
  static ZoneId zone(@Nullable String name) {
    try {
      return name == null ? ZoneOffset.UTC : ZoneId.of(name);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "time-zone must be one such as UTC, Europe/Berlin or +02:00, got " + QuotedText.of(name),
          e);
    }
  }

  private static DateTimeFormatter pattern(String pattern) {
    String fault;
    try {
      if (pattern.length() > MOST_PATTERN) {
        throw new IllegalArgumentException("it has %s characters".formatted(pattern.length()));
      }
      DateTimeFormatter formatter = DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH);
      ZonedDateTime sample = ZonedDateTime.of(2001, 12, 23, 4, 5, 6, 0, ZoneOffset.UTC);
      instant(formatter.parse(formatter.format(sample)), ZoneOffset.UTC);
      return formatter;
    } catch (DateTimeException e) {
      fault = "what it writes names no day";
    } catch (IllegalArgumentException e) {
      fault = String.valueOf(e.getMessage());
    }
    throw new IllegalArgumentException(
        ("time-format must be s, ms, us, ns, iso or a pattern of java.time.format.DateTimeFormatter"
                + " with a day, got %s: %s")
            .formatted(QuotedText.of(pattern), fault));
  }

  /** {@return whether times are numbers since 1970} */
  boolean isUnit() {
    return shift != null;
  }

  /**
   * {@return a time in epoch milliseconds}
   *
   * @param text a number in the unit, or what the pattern says
   * @throws DateTimeException when it is neither
   */
  long millis(String text) {
    if (text.length() > MOST_CHARACTERS) {
      throw new DateTimeException("it has %s characters".formatted(text.length()));
    }
    if (shift != null) {
      return ofUnit(text, shift);
    }
    String iso = formatter == ISO_8601 ? withT(text) : text;
    return instant(parsed(iso), zone).toEpochMilli();
  }

  private TemporalAccessor parsed(String text) {
    return formatter == null ? LocalDate.MIN : formatter.parse(text);
  }

  /** RFC 3339 allows a space between date and time. */
  private static String withT(String text) {
    return text.length() > DATE_LENGTH && text.charAt(DATE_LENGTH) == ' '
        ? text.substring(0, DATE_LENGTH) + 'T' + text.substring(DATE_LENGTH + 1)
        : text;
  }

  private static long ofUnit(String text, int shift) {
    if (shift == 0 && isShortWhole(text)) {
      return Long.parseLong(text);
    }
    BigDecimal number;
    try {
      if (!DecimalText.mayBe(text.strip())) {
        throw new NumberFormatException();
      }
      number = new BigDecimal(text.strip());
    } catch (NumberFormatException e) {
      throw new DateTimeException("it is no number", e);
    }
    if (number.precision() - (long) number.scale() > MOST_DIGITS) {
      throw new DateTimeException("it is too large");
    }
    if (number.scale() > MOST_CHARACTERS + MOST_DIGITS) {
      return number.signum() < 0 ? -1 : 0; // next to nothing, with all its zeros
    }
    try {
      return number.movePointRight(shift).setScale(0, RoundingMode.FLOOR).longValueExact();
    } catch (ArithmeticException e) {
      throw new DateTimeException("it is too large", e);
    }
  }

  /** As most times are written; the rest takes longer. */
  private static boolean isShortWhole(String text) {
    if (text.isEmpty() || text.length() > SHORT) {
      return false;
    }
    for (int at = 0; at < text.length(); at++) {
      if (text.charAt(at) < '0' || text.charAt(at) > '9') {
        return false;
      }
    }
    return true;
  }

  private static Instant instant(TemporalAccessor parsed, ZoneId zone) {
    if (parsed.isSupported(ChronoField.INSTANT_SECONDS)) {
      return Instant.from(parsed);
    }
    LocalTime time = parsed.query(TemporalQueries.localTime());
    return LocalDateTime.of(LocalDate.from(parsed), time == null ? LocalTime.MIDNIGHT : time)
        .atZone(zone)
        .toInstant();
  }
}
