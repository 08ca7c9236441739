// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.streams.FieldGuess.Use;
import io.driftmoe.streams.FieldProfile.Kind;
import java.util.Locale;
import java.util.UUID;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldGuessTest {
  private static final int RECORDS = 200;
  private static final long NOW = 1_760_000_000_000L;

  private static FieldGuess guess(String name, Kind kind, IntFunction<String> values) {
    FieldProfile field = new FieldProfile(new FieldProfile.Memory());
    for (int i = 0; i < RECORDS; i++) {
      field.observe(kind, values.apply(i), i + 1, NOW + i);
    }
    return FieldGuess.of(name, field, RECORDS);
  }

  @Test
  void numbers_withWhatElseTheyMayBe() {
    FieldGuess measured =
        guess(
            "temp",
            Kind.NUMBER,
            i -> String.format(Locale.ROOT, "%.2f", Math.sin(i * 0.7853981633974483) * 9));
    FieldGuess codes = guess("state", Kind.NUMBER, i -> Integer.toString(i % 3));
    FieldGuess far = guess("x", Kind.NUMBER, i -> i % 50 == 7 ? "-9999" : i % 17 + ".5");

    assertThat(measured.use()).isEqualTo(Use.NUMERIC);
    assertThat(measured.inWords()).isEqualTo("numbers from -9 to 9");
    assertThat(codes.use()).isEqualTo(Use.NUMERIC);
    assertThat(codes.inWords()).contains("only 3 different: give them as values");
    assertThat(far.inWords()).contains("4 cells hold -9999, first in line 8");
  }

  @Test
  void ids_areToldFromMeasurements() {
    assertThat(guess("user_id", Kind.NUMBER, i -> Integer.toString(i * 7919 % 1_009)).use())
        .isEqualTo(Use.ID);
    assertThat(guess("seq", Kind.NUMBER, i -> Integer.toString(1_000 + i)).use()).isEqualTo(Use.ID);
    assertThat(guess("big", Kind.NUMBER, i -> "90071992547409" + (930 + i)).use())
        .isEqualTo(Use.ID);
    assertThat(guess("x", Kind.TEXT, i -> new UUID(1, i).toString()).use()).isEqualTo(Use.ID);
    assertThat(guess("x", Kind.NUMBER, i -> Integer.toString(i * 7919 % 1_009)).use())
        .isEqualTo(Use.NUMERIC);
  }

  @Test
  void names_textsAndConstants() {
    FieldGuess colours = guess("colour", Kind.TEXT, i -> "c" + i % 12);
    FieldGuess notes = guess("note", Kind.TEXT, i -> "note " + i);
    FieldGuess zips = guess("zip", Kind.TEXT, i -> "0" + (100 + i % 9));

    assertThat(colours.use()).isEqualTo(Use.NOMINAL);
    assertThat(colours.reason()).isEqualTo("12 values in 200 records");
    assertThat(colours.values()).hasSize(12).startsWith("c0", "c1", "c10");
    assertThat(notes.use()).isEqualTo(Use.TEXT);
    assertThat(zips.use()).isEqualTo(Use.NOMINAL);
    assertThat(zips.values()).startsWith("0100");
    assertThat(guess("v", Kind.TEXT, i -> "same").use()).isEqualTo(Use.CONSTANT);
    assertThat(guess("v", Kind.NULL, i -> "").use()).isEqualTo(Use.UNUSABLE);
    assertThat(guess("v", Kind.BOOLEAN, i -> "true").use()).isEqualTo(Use.CONSTANT);
    assertThat(guess("v", Kind.BOOLEAN, i -> i % 2 == 0 ? "true" : "false").values())
        .containsExactly("false", "true");
  }

  @Test
  void wordsAmongNumbers_areMissingValuesOrMakeTheFieldUseless() {
    FieldGuess usual = guess("x", Kind.TEXT, i -> i % 9 == 0 ? "N/A" : Integer.toString(i % 31));
    FieldGuess one = guess("x", Kind.TEXT, i -> i % 9 == 0 ? "broken" : Integer.toString(i % 31));
    FieldGuess many = guess("x", Kind.TEXT, i -> i % 3 == 0 ? "w" + i : Integer.toString(i % 31));
    FieldGuess commas = guess("x", Kind.TEXT, i -> "1," + i);

    assertThat(usual.use()).isEqualTo(Use.NUMERIC);
    assertThat(usual.missing()).containsExactly("N/A");
    assertThat(one.use()).isEqualTo(Use.NUMERIC);
    assertThat(one.missing()).containsExactly("broken");
    assertThat(one.inWords()).contains("'broken' is taken for a missing value");
    assertThat(many.use()).isEqualTo(Use.UNUSABLE);
    assertThat(commas.use()).isEqualTo(Use.UNUSABLE);
    assertThat(commas.reason()).contains("has a decimal comma");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ts     | NUMBER | 1760000000                    | s",
        "x      | NUMBER | 1760000000                    | s", // near the times in Kafka
        "x      | NUMBER | 1260000000123                 | ms",
        "x      | NUMBER | 1260000000123456              | us",
        "x      | NUMBER | 1260000000123456789           | ns",
        "x      | TEXT   | 2025-10-09T08:53:20Z          | iso",
        "x      | TEXT   | 2025-10-09T08:53:20.123+02:00 | iso",
        "x      | TEXT   | 2025-10-09 08:53:20           | iso",
        "x      | TEXT   | 09.10.2025 08:53:20           | dd.MM.yyyy HH:mm:ss",
        "x      | TEXT   | 31/12/2025 08:53:20           | dd/MM/yyyy HH:mm:ss",
        "x      | TEXT   | 'Thu, 09 Oct 2025 08:53:20 GMT' | 'EEE, dd MMM yyyy HH:mm:ss zzz'"
      })
  void times_inTheirNotation(String name, Kind kind, String value, String format) {
    FieldGuess guess = guess(name, kind, i -> value);

    assertThat(guess.use()).isEqualTo(Use.TIME);
    assertThat(guess.timeFormats()).first().isEqualTo(format);
  }

  @Test
  void numbersOfTheSizeOfSeconds_areNumbers_whereNothingElseSaysTime() {
    assertThat(guess("cents", Kind.NUMBER, i -> Long.toString(1_100_000_000L + i % 7)).use())
        .isEqualTo(Use.NUMERIC);
  }

  @Test
  void names_areTakenApart() {
    assertThat(new FieldName("/order/customerId").isId()).isTrue();
    assertThat(new FieldName("valid").isId()).isFalse();
    assertThat(new FieldName("createdAt").isTime()).isTrue();
    assertThat(new FieldName("is_label").isLabel()).isTrue();
    assertThat(new FieldName("order_id").shares("shop.orders")).isEqualTo(1);
  }
}
