// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How memory grows with sizes, and that what is measured is what is said. */
final class SizeComparisonTest {
  private static final LearnerSpec ADAPTIVE = LearnerCatalog.named("adaptive");

  private static SizeResult run(SizeAxis axis, int size, int events) throws IOException {
    SizeResult result = new SizeComparison(events, 1_000, 1).run(axis, size, ADAPTIVE);
    assertThat(result.failure()).isEmpty();
    return result;
  }

  /**
   * What a model holds and what an event allocates: no clock, and the same on every machine but for
   * what the JVM need not allocate.
   */
  @ParameterizedTest
  @CsvSource({
    "ATTRIBUTES, 100, 1000, 130",
    "CLASSES, 10, 100, 150",
    "YOUNG_KEYS, 10, 100, 0",
  })
  void tenTimesTheSizeTakesAtMostTenTimesTheBytes(SizeAxis axis, int size, int larger, int events)
      throws IOException {
    SizeResult small = run(axis, size, events);
    SizeResult large = run(axis, larger, events);
    assertThat(large.modelBytes()).isBetween(small.modelBytes(), 10.5 * small.modelBytes());
    assertThat(large.allocatedBytes()).isBetween(1.0, 10.5 * small.allocatedBytes());
  }

  @Test
  void aLearnerThatTakesTooLongIsGivenUp() throws IOException {
    SizeResult result = new SizeComparison(100, 0, 1).run(SizeAxis.CLASSES, 2, ADAPTIVE);
    assertThat(result.failure()).startsWith("given up after 32 of 100 events");
    assertThat(result.microseconds()).isNaN();
  }

  @Test
  void fewKeysAreMeasuredSeveralTimes() throws IOException {
    SizeResult one = run(SizeAxis.YOUNG_KEYS, 1, 100);
    assertThat(one.events()).isEqualTo(5);
    assertThat(one.measured()).isEqualTo(1_000);
  }

  @Test
  void modelsOfKeysAreThoseOfMixturesOnly() {
    LearnerSpec tree = LearnerCatalog.named("HoeffdingTree");
    assertThat(SizeComparison.suits(SizeAxis.GROWN_KEYS, tree)).isFalse();
    assertThat(SizeComparison.suits(SizeAxis.GROWN_KEYS, ADAPTIVE)).isTrue();
    assertThat(SizeComparison.suits(SizeAxis.CLASSES, tree)).isTrue();
  }

  @Test
  void unknownAxesAreRefused() {
    assertThat(SizeAxis.of(List.of("classes", "attributes")))
        .containsExactly(SizeAxis.ATTRIBUTES, SizeAxis.CLASSES);
    assertThatThrownBy(() -> SizeAxis.of(List.of("experts")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'experts' is unknown, allowed: attributes, classes, young-keys");
  }
}
