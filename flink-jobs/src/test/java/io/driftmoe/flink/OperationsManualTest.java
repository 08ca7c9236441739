// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The tables of the operations manual are those of the code. */
class OperationsManualTest {
  private static final Path MANUAL = Path.of("..", "docs", "operations.md");
  private static final Pattern RANGE =
      Pattern.compile(
          "from ([\\d,]+)( \\w+)? to ([\\d,]+)( \\w+)?|positive, at most ([\\d,]+)( \\w+)");
  private static final Map<String, Long> FACTORS =
      Map.of(" KiB", 1L << 10, " MiB", 1L << 20, " GiB", 1L << 30, " TiB", 1L << 40);

  @Test
  void tables_areThoseOfTheCode() throws Exception {
    new GeneratedTables()
        .with("keys", keys("key", ConfigurationKeys.ofJob()))
        .with("learner", keys("key", ConfigurationKeys.ofMixture()))
        .with("parts", keys("setting", ConfigurationKeys.ofParts()))
        .requireIn(MANUAL, OperationsManualTest.class);
  }

  private static String keys(String name, List<ConfigurationKeys> keys) {
    StringBuilder text = new StringBuilder();
    GeneratedTables.row(text, name, "type", "default", "range", "meaning");
    text.append("|---|---|---|---|---|\n");
    for (ConfigurationKeys key : keys) {
      GeneratedTables.row(
          text, "`" + key.key() + "`", key.type(), key.fallback(), key.range(), key.meaning());
    }
    return text.toString();
  }

  /** Values at the ends of a range that are accepted, and beyond them that are not. */
  static List<Arguments> ends() throws IOException {
    List<Arguments> ends = new ArrayList<>();
    for (ConfigurationKeys key : ConfigurationKeys.ofJob()) {
      Matcher range = RANGE.matcher(key.range());
      if (!key.key().startsWith("schema.") && range.lookingAt()) {
        ends.addAll(ends(key, range));
      }
    }
    return ends;
  }

  private static List<Arguments> ends(ConfigurationKeys key, Matcher range) {
    boolean duration = key.type().equals("duration");
    boolean positive = range.group(5) != null;
    String least = positive ? "1" : range.group(1);
    String least1 = positive || range.group(2) == null ? "" : range.group(2);
    String most = positive ? range.group(5) : range.group(3);
    String unit = positive ? range.group(6) : range.group(4) == null ? "" : range.group(4);
    if (duration) {
      String below = least.equals("0") ? "" : "0 ms";
      String above = "%s%s".formatted(number(most) + 1, unit);
      return List.of(
          Arguments.of(key.key(), least + " ms", below),
          Arguments.of(key.key(), number(most) + unit, above));
    }
    long first = number(least) * FACTORS.getOrDefault(least1, 1L);
    long last = number(most) * FACTORS.getOrDefault(unit, 1L);
    return List.of(
        Arguments.of(key.key(), Long.toString(first), Long.toString(first - 1)),
        Arguments.of(key.key(), Long.toString(last), Long.toString(last + 1)));
  }

  private static long number(String text) {
    return Long.parseLong(text.replace(",", ""));
  }

  @Test
  void rangesAreKnownOfMostKeys() throws IOException {
    assertThat(ends()).hasSizeGreaterThanOrEqualTo(30);
  }

  /** The key, and what its section cannot be without. */
  private static Map<String, String> with(String key, String value) {
    return key.startsWith("models.publish.")
        ? Map.of(key, value, "models.publish.folder", "published")
        : Map.of(key, value);
  }

  @ParameterizedTest(name = "{0}: {1}, not {2}")
  @MethodSource("ends")
  void ranges_areWhatTheCodeAccepts(String key, String good, String bad) {
    assertThatCode(() -> Events.options(with(key, good))).doesNotThrowAnyException();
    if (!bad.isEmpty()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Events.options(with(key, bad)))
          .withMessageContaining(key.substring(key.indexOf('.') + 1).toLowerCase(Locale.ROOT));
    }
  }
}
