// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.benchmarks.LabelArrival;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code N}, {@code A-B}, {@code CLASS=N/CLASS=N} or {@code true-times}. */
final class LabelDelayConverter implements ITypeConverter<LabelArrival> {
  private static final Pattern RANGE = Pattern.compile("(\\d{1,9})(?:-(\\d{1,9}))?");
  private static final Pattern BY_CLASS = Pattern.compile("(.+)=(\\d{1,9})");

  @Override
  public LabelArrival convert(String text) {
    if (text.equals(LabelArrival.TRUE_TIMES_TEXT)) {
      return LabelArrival.TRUE_TIMES;
    }
    try {
      Matcher range = RANGE.matcher(text);
      if (range.matches()) {
        long from = Long.parseLong(range.group(1));
        long to = range.group(2) == null ? from : Long.parseLong(range.group(2));
        return new LabelArrival(from, to, Map.of(), 1);
      }
      return new LabelArrival(0, 0, byClass(text), 1);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException("'%s' is no delay: %s".formatted(text, e.getMessage()));
    }
  }

  private static Map<String, Long> byClass(String text) {
    Map<String, Long> delays = new LinkedHashMap<>();
    for (String part : text.split("/")) {
      Matcher delay = BY_CLASS.matcher(part);
      if (!delay.matches()) {
        throw new IllegalArgumentException(
            "allowed are N, A-B or CLASS=N/CLASS=N, from 0 to %s, and %s"
                .formatted(LabelArrival.MAX_DELAY, LabelArrival.TRUE_TIMES_TEXT));
      }
      delays.put(delay.group(1), Long.valueOf(delay.group(2)));
    }
    return delays;
  }
}
