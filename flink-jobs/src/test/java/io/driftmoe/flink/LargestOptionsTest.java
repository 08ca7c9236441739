// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.driftmoe.core.Attribute;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.StreamSchema;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Nothing that a job's configuration can name is without an upper bound. */
final class LargestOptionsTest {
  /** The learner's are in LargestSettingsTest, the schema's below. */
  private static final Set<String> ELSEWHERE = Set.of("learner", "schema");

  private static final String LONG_TEXT = "x".repeat(70_000);

  static List<Arguments> keys() {
    List<Arguments> found = new ArrayList<>();
    for (RecordComponent section : JobOptions.class.getRecordComponents()) {
      if (ELSEWHERE.contains(section.getName())) {
        continue;
      }
      for (RecordComponent option : section.getType().getRecordComponents()) {
        String key = section.getName() + "." + kebab(option.getName());
        String largest = largest(option.getType());
        if (largest != null) {
          found.add(Arguments.of(key, largest));
        }
      }
    }
    return found;
  }

  private static String kebab(String name) {
    return new PropertyNamingStrategies.KebabCaseStrategy().translate(name);
  }

  /** Null for what is one of few words. */
  private static String largest(Class<?> type) {
    if (type == Integer.class) {
      return Integer.toString(Integer.MAX_VALUE);
    } else if (type == Long.class) {
      return Long.toString(Long.MAX_VALUE);
    } else if (type == Duration.class) {
      return "100000 d";
    } else if (type == Map.class) {
      return "{" + "y".repeat(3) + ": " + "x".repeat(2_000_000) + "}";
    }
    return type == String.class ? LONG_TEXT : null;
  }

  @Test
  void thereAreManyKeys() {
    assertThat(keys()).hasSizeGreaterThanOrEqualTo(22);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("keys")
  void theLargestValueIsRefusedByItsKey(String key, String largest) {
    String name = key.substring(key.indexOf('.') + 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Events.options(Map.of(key, largest)))
        .withMessageContaining(key.substring(0, key.indexOf('.')))
        .withMessageContaining(name)
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300).doesNotContain("\n"));
  }

  @Test
  void topicsHaveNamesThatKafkaTakes() {
    for (String name : List.of("my topic", "..", "a/b", "ü")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Events.options(Map.of("topics.metrics", "'" + name + "'")))
          .withMessageContaining("topics.metrics must have 1 to 249 of the characters");
    }
  }

  @Test
  void schemasAreBounded() {
    refused(
        "schema.attributes must have at most 10000 attributes, got 10001",
        IntStream.rangeClosed(0, 10_000).mapToObj(a -> Attribute.numeric("a" + a)).toList());
    List<String> values = IntStream.range(0, 100_000).mapToObj(Integer::toString).toList();
    refused(
        "schema.attributes must have at most 1000000 values in all, got 1100000",
        IntStream.rangeClosed(0, 10).mapToObj(a -> Attribute.nominal("a" + a, values)).toList());
    refused("schema.attributes[0].name has 70000 bytes", List.of(Attribute.numeric(LONG_TEXT)));
    refused(
        "schema.attributes[0].values[1] has 70000 bytes",
        List.of(Attribute.nominal("a", List.of("b", LONG_TEXT))));
  }

  private static void refused(String message, List<Attribute> attributes) {
    StreamSchema schema = new StreamSchema(attributes, new LabelSpace(List.of("no", "yes")));
    JobOptions.Schema options = JobOptions.Schema.of(schema);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new JobOptions(null, null, options, null, null, null, null, null, null, null))
        .withMessageContaining(message);
  }
}
