// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli.guess;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.flink.TopicSample;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** A guessed configuration reads every record that it was guessed from. */
class TopicGuessProperties {
  private static final String[] NAMES = {
    "a", "b c", "id", "ts", "created_at", "/slash", "key:k", "tilde~1", "ä", "\\u0000x", "code", "v"
  };

  /** Values of one field, of a kind that is drawn once. */
  private static Supplier<String> field(Random random, int depth) {
    List<Supplier<String>> kinds =
        List.of(
            () -> Integer.toString(random.nextInt(5)),
            () -> Long.toString(random.nextLong()),
            () -> Double.toString(random.nextGaussian() * 1e3),
            () -> "1e" + random.nextInt(300, 420),
            () -> "\"" + Integer.toHexString(random.nextInt(4)) + "\"",
            () -> "\"" + random.nextInt(1_000) + "\"",
            () -> "\"0" + random.nextInt(8) + "\"",
            () -> "\"text \\u00e4 " + random.nextInt(1_000_000) + "\"",
            () -> random.nextInt(9) == 0 ? "\"n/a\"" : Double.toString(random.nextDouble()),
            () -> random.nextInt(9) == 0 ? "\"\"" : "\"x" + random.nextInt(3) + "\"",
            () -> random.nextInt(20) == 0 ? "\"error\"" : Integer.toString(random.nextInt(50)),
            () -> random.nextBoolean() ? "true" : "false",
            () -> random.nextBoolean() ? "null" : "1.5",
            () -> random.nextBoolean() ? "[1, 2]" : "[3, 4]",
            () -> random.nextBoolean() ? "[]" : "[\"a\"]",
            () -> random.nextBoolean() ? "{\"z\": 1}" : "7",
            () -> Long.toString(Samples.TIME / 1_000 + random.nextInt(100)),
            () -> "\"2025-10-09T08:53:" + random.nextInt(10, 60) + "Z\"",
            () -> random.nextInt(9) == 0 ? "NaN" : "2.5",
            () -> random.nextInt(9) == 0 ? "-Infinity" : "2.5",
            () -> "{}");
    int kind = random.nextInt(kinds.size() + (depth < 3 ? 4 : 0));
    if (kind < kinds.size()) {
      return kinds.get(kind);
    }
    Supplier<String> inner = object(random, depth + 1, "");
    return random.nextBoolean() ? inner : () -> random.nextInt(9) == 0 ? "null" : inner.get();
  }

  /** Objects with the same fields, some of which may be absent, in any order. */
  private static Supplier<String> object(Random random, int depth, String more) {
    List<String> names = new ArrayList<>(List.of(NAMES));
    Collections.shuffle(names, random);
    List<Supplier<String>> fields = new ArrayList<>();
    int count = 1 + random.nextInt(5);
    for (int i = 0; i < count; i++) {
      String name = names.get(i);
      Supplier<String> value = field(random, depth);
      boolean rare = random.nextInt(5) == 0;
      fields.add(
          () -> rare && random.nextInt(3) == 0 ? "" : "\"%s\": %s".formatted(name, value.get()));
    }
    return () -> {
      List<String> drawn = new ArrayList<>();
      fields.forEach(field -> drawn.add(field.get()));
      if (!more.isEmpty()) {
        drawn.add(more.formatted(random.nextInt(3)));
      }
      drawn.removeIf(String::isEmpty);
      Collections.shuffle(drawn, random);
      return "{" + String.join(", ", drawn) + "}";
    };
  }

  @Property(tries = 300)
  void everySampledRecord_isAnEvent(@ForAll long seed, @ForAll @IntRange(min = 6, max = 90) int n) {
    Random random = new Random(seed);
    Supplier<String> records = object(random, 0, "\"class\": \"c%s\", \"n\": 1.5, \"m\": 2");
    Samples samples = new Samples("drawn");
    for (int i = 0; i < n; i++) {
      samples.add(random.nextInt(4) == 0 ? null : "k" + random.nextInt(3), records.get());
    }
    TopicSample sample = samples.sample();

    TopicAnswer answer;
    try {
      answer = TopicGuess.of(Samples.question("class", null), sample, null);
    } catch (TopicGuessException e) {
      assertThat(e).hasMessageMatching("(?s).*(no field is left|it holds only).*");
      return;
    }

    assertThat(answer.comments().get("input"))
        .as(
            "%s",
            sample.records().stream()
                .map(r -> new String(r.value(), StandardCharsets.UTF_8))
                .toList())
        .containsExactly("input: %s of %s sampled records of topic orders fit".formatted(n, n));
    assertThat(answer.notes()).noneMatch(note -> note.startsWith("warning"));
  }
}
