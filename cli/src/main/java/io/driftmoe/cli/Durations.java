// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.flink.DurationFormat;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations on the command line as in the configuration file: 500 ms, 10 s, 1 h. */
final class Durations implements ITypeConverter<Duration> {
  @Override
  public Duration convert(String text) {
    Duration duration;
    try {
      duration = DurationFormat.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(
          "'%s' is no duration; write a number and a unit, for example 500ms, 10s, 1h"
              .formatted(text));
    }
    if (duration.toMillis() <= 0) {
      throw new TypeConversionException("'%s' is shorter than 1 ms".formatted(text));
    }
    return duration;
  }
}
