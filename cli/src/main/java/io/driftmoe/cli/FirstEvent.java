// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * With which number the events of a stream begin.
 *
 * @param given the number; empty for that of the present
 */
record FirstEvent(OptionalLong given) {
  private static final String NOW = "now";

  /**
   * The number.
   *
   * @param start event time of event 0
   * @param interval of event time between two events
   * @throws UsageException when the present is asked for and the stream begins in the future
   */
  long number(Instant start, Duration interval, Instant now) {
    if (given.isPresent()) {
      return given.getAsLong();
    }
    if (start.isAfter(now)) {
      throw new UsageException("--first now: --start lies in the future: " + start);
    }
    return Duration.between(start, now).dividedBy(interval);
  }

  /** Reads a number or {@code now}. */
  static final class Converter implements ITypeConverter<FirstEvent> {
    @Override
    public FirstEvent convert(String text) {
      if (text.equals(NOW)) {
        return new FirstEvent(OptionalLong.empty());
      }
      try {
        return new FirstEvent(OptionalLong.of(Long.parseLong(text.strip())));
      } catch (NumberFormatException e) {
        throw new TypeConversionException(
            "'%s' is not a whole number below 2^63, nor '%s'".formatted(text, NOW));
      }
    }
  }
}
