// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeFormatTest {

  @ParameterizedTest
  @CsvSource({
    "s, 1700000000, 2023-11-14T22:13:20Z",
    "s, 1700000000.1239, 2023-11-14T22:13:20.123Z",
    "s, 1.7E9, 2023-11-14T22:13:20Z",
    "s, -0.0001, 1969-12-31T23:59:59.999Z",
    "ms, 1700000000123, 2023-11-14T22:13:20.123Z",
    "ms, 1700000000123.9, 2023-11-14T22:13:20.123Z",
    "ms, -1, 1969-12-31T23:59:59.999Z",
    "us, 1700000000123999, 2023-11-14T22:13:20.123Z",
    "ns, 1700000000123999999, 2023-11-14T22:13:20.123Z",
    "ns, -1, 1969-12-31T23:59:59.999Z",
    "iso, 2023-11-14T22:13:20Z, 2023-11-14T22:13:20Z",
    "iso, 2023-11-14T22:13:20.123456789+02:00, 2023-11-14T20:13:20.123Z",
    "iso, 2023-11-14T22:13:20+0200, 2023-11-14T20:13:20Z",
    "iso, 2023-11-14T22:13:20+02, 2023-11-14T20:13:20Z",
    "iso, 2023-11-14t22:13z, 2023-11-14T22:13:00Z",
    "iso, 2023-11-14 22:13:20, 2023-11-14T21:13:20Z",
    "iso, 2023-11-14, 2023-11-13T23:00:00Z",
    "iso, 2023-07-01T00:00, 2023-06-30T22:00:00Z",
    "dd/MMM/yyyy:HH:mm:ss Z, 10/Oct/2023:13:55:36 -0700, 2023-10-10T20:55:36Z",
    "yyyyMMdd, 20230101, 2022-12-31T23:00:00Z",
    "d MMMM yyyy h:mm a, 3 March 2023 4:05 PM, 2023-03-03T15:05:00Z",
  })
  void timesAreRead_inEveryLocale(String format, String text, Instant expected) {
    Locale before = Locale.getDefault();
    try {
      for (String locale : new String[] {"en-US", "de-DE", "ar-EG", "tr-TR", "th-TH-u-nu-thai"}) {
        Locale.setDefault(Locale.forLanguageTag(locale));
        assertThat(Instant.ofEpochMilli(TimeFormat.of(format, "Europe/Berlin").millis(text)))
            .as(locale)
            .isEqualTo(expected);
      }
    } finally {
      Locale.setDefault(before);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "x",
        "NaN",
        "1e1000000000",
        "1e40",
        "9223372036854775808",
        "0x1",
        "1_000",
        "١",
        "2023-11-14T22:13:20Z"
      })
  void whatIsNoNumber(String text) {
    assertThatExceptionOfType(DateTimeException.class)
        .isThrownBy(() -> TimeFormat.of("ms", null).millis(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1700000000",
        "2023-13-01",
        "2023-02-30",
        "2023-11-14T25:00Z",
        "2023-11-14T22:13:20Zx",
        "2023-11-14TT22:13",
        "14.11.2023"
      })
  void whatIsNoIsoTime(String text) {
    assertThatExceptionOfType(DateTimeException.class)
        .isThrownBy(() -> TimeFormat.of("iso", null).millis(text));
  }

  @Test
  void nextToNothing_isNotComputedDigitByDigit() {
    assertThat(TimeFormat.of("s", null).millis("1e-1000000000")).isZero();
    assertThat(TimeFormat.of("s", null).millis("-1e-1000000000")).isEqualTo(-1);
    assertThatExceptionOfType(DateTimeException.class)
        .isThrownBy(() -> TimeFormat.of("s", null).millis("1".repeat(101)));
  }
}
