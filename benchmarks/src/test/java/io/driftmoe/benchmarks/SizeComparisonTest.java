// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How memory grows with sizes, and that what is measured is what is said. */
final class SizeComparisonTest {
  private static final LearnerSpec ADAPTIVE = LearnerCatalog.named("adaptive");

  private static SizeResult run(SizeAxis axis, int size, int events) throws IOException {
    SizeResult result = new SizeComparison(events, 1_000, 1).once(axis, size, ADAPTIVE, true);
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
    SizeResult result = new SizeComparison(100, 0, 1).once(SizeAxis.CLASSES, 2, ADAPTIVE, true);
    assertThat(result.failure()).startsWith("given up after 32 of 100 events");
    assertThat(result.microseconds()).isNaN();
  }

  @Test
  void fewKeysAreMeasuredSeveralTimes() throws IOException {
    SizeResult one = run(SizeAxis.YOUNG_KEYS, 1, 100);
    assertThat(one.events()).isEqualTo(3);
    assertThat(one.measured()).isEqualTo(1_002);
  }

  @Test
  void eachKeyComesEquallyOftenInRandomOrder() {
    int[] order = SizeComparison.order(100, 800, 1);
    assertThat(Arrays.stream(order).boxed().collect(Collectors.groupingBy(k -> k)).values())
        .hasSize(100)
        .allSatisfy(times -> assertThat(times).hasSize(8));
    assertThat(Arrays.stream(order, 0, 100).distinct().count()).isBetween(50L, 80L);
    assertThat(SizeComparison.order(100, 800, 2)).isNotEqualTo(order);
  }

  /** The second measurement of a size is on the way back; given up, there is none. */
  @Test
  void sizesAreMeasuredOnTheWayUpAndBack() throws IOException {
    LearnerSpec quick = LearnerCatalog.named("majority");
    List<SizeResult> measured = new ArrayList<>();
    List<SizeResult> results =
        new SizeComparison(100, 1_000, 1).run(SizeAxis.CLASSES, quick, measured::add);
    assertThat(measured)
        .extracting(SizeResult::size)
        .containsExactly(2, 10, 100, 1_000, 1_000, 100, 10, 2);
    assertThat(results).extracting(SizeResult::size).containsExactly(2, 10, 100, 1_000);
    for (int r = 0; r < 4; r++) {
      assertThat(results.get(r).microseconds())
          .isEqualTo(Math.min(measured.get(r).microseconds(), measured.get(7 - r).microseconds()));
      assertThat(results.get(r).modelBytes()).isEqualTo(measured.get(r).modelBytes());
    }
    assertThat(new SizeComparison(100, 0, 1).run(SizeAxis.CLASSES, quick, result -> {}))
        .extracting(SizeResult::size)
        .containsExactly(2);
  }

  @Test
  void modelsOfKeysAreThoseOfMixturesOnly() throws IOException {
    LearnerSpec tree = LearnerCatalog.named("HoeffdingTree");
    assertThat(SizeComparison.suits(SizeAxis.GROWN_KEYS, tree)).isFalse();
    assertThat(SizeComparison.suits(SizeAxis.GROWN_KEYS, ADAPTIVE)).isTrue();
    assertThat(SizeComparison.suits(SizeAxis.CLASSES, tree)).isTrue();
    assertThat(new SizeComparison(100, 1, 1).run(SizeAxis.GROWN_KEYS, tree, result -> {}))
        .extracting(SizeResult::failure)
        .containsExactly("only a mixture has a model for each key");
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
