// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.TypeConversionException;

class FirstEventTest {
  private static final Instant START = Instant.parse("2020-01-01T00:00:00Z");
  private static final Duration INTERVAL = Duration.ofMillis(2);

  private static long number(String text, Instant now) {
    return new FirstEvent.Converter().convert(text).number(START, INTERVAL, now);
  }

  @Test
  void aNumber_isItself() {
    assertThat(number("7", START.minusSeconds(1))).isEqualTo(7);
  }

  @Test
  void now_isTheNumberOfIntervalsSinceTheStart() {
    assertThat(number("now", START)).isZero();
    assertThat(number("now", START.plusMillis(5))).isEqualTo(2);
    assertThat(number("now", START.plusSeconds(3_600))).isEqualTo(1_800_000);
  }

  @Test
  void now_isNoNumberBeforeTheStart() {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> number("now", START.minusMillis(1)))
        .withMessageContaining("--start");
  }

  @Test
  void otherWords_areRefused() {
    assertThatExceptionOfType(TypeConversionException.class)
        .isThrownBy(() -> number("soon", START))
        .withMessage("'soon' is not a whole number below 2^63, nor 'now'");
  }
}
