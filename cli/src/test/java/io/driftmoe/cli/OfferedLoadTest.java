// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OfferedLoadTest {
  private static final double RATE = 1_000;
  private static final int WARM_UP = 2_000;
  private static final int EVENTS = 12_000;
  private static final long START = 1_000_000_000_000L;
  private static final double BASE_MILLIS = 20;

  private final OfferedLoad load = new OfferedLoad(RATE, WARM_UP, EVENTS, START);

  /** A system that takes a moment per event, and serves so many a second, one after the other. */
  private Arrivals served(double capacity) throws CommandException {
    Arrivals arrivals = new Arrivals(EVENTS);
    double free = 0;
    for (int i = 0; i < EVENTS; i++) {
      double due = i / RATE;
      free = Math.max(free, due) + 1 / capacity;
      double seen = free + BASE_MILLIS / 1e3;
      arrivals.add(Integer.toString(i), START + Math.round(seen * 1e9), 40 + i % 10, 0);
    }
    return arrivals;
  }

  @ParameterizedTest
  @CsvSource({"5000, true", "1100, true", "1001, true", "970, false", "800, false", "200, false"})
  void isSustained_byWhatServesFaster(double capacity, boolean sustained) throws Exception {
    assertThat(load.sustainedBy(served(capacity))).isEqualTo(sustained);
  }

  @Test
  void slowRise_isFoundInTheMedian_beforeASecondOfLoadWaits() throws Exception {
    Arrivals arrivals = served(965);

    assertThat(load.overwhelms(arrivals.by(load.end()))).isFalse();
    assertThat(load.sustainedBy(arrivals)).isFalse();
  }

  @Test
  void onePause_isNoTrend() throws Exception {
    Arrivals arrivals = new Arrivals(EVENTS);
    for (int i = 0; i < EVENTS; i++) {
      long due = load.pacer().due(i);
      long resumes = load.pacer().due(10_400);
      boolean paused = i >= 10_000 && i < 10_400;
      arrivals.add(Integer.toString(i), (paused ? resumes : due) + 20_000_000, 0, 0);
    }

    assertThat(load.sustainedBy(arrivals)).isTrue();
  }

  @Test
  void missingPredictions_areNotSustained() throws Exception {
    Arrivals arrivals = new Arrivals(EVENTS);
    for (int i = 0; i < EVENTS - 1_001; i++) {
      arrivals.add(Integer.toString(i), load.pacer().due(i), 0, 0);
    }

    assertThat(load.sustainedBy(arrivals)).isFalse();
  }

  @Test
  void latency_countsFromWhenAnEventWasDue_withoutTheWarmUp() throws Exception {
    Arrivals arrivals = new Arrivals(EVENTS);
    for (int i = 0; i < EVENTS; i++) {
      // the whole warm-up is slow; then a sender that stopped for 3 s hides nothing
      long latency = i < WARM_UP ? 9_000 : i < 5_000 ? 5_000 - i : 10;
      arrivals.add(Integer.toString(i), load.pacer().due(i) + latency * 1_000_000, 40 + i % 10, 0);
    }

    Histogram micros = load.latencies(arrivals);

    assertThat(micros.getTotalCount()).isEqualTo(load.measured()).isEqualTo(EVENTS - WARM_UP);
    assertThat(micros.getMaxValue()).isCloseTo(3_000_000, within(3_000L));
    assertThat(micros.getValueAtPercentile(50)).isCloseTo(10_000, within(10L));
    // 3,000 of 10,000 waited, the longest percent between 2.9 s and 3 s
    assertThat(micros.getValueAtPercentile(99)).isCloseTo(2_900_000, within(3_000L));
    assertThat(load.operatorLatencies(arrivals).getMaxValue()).isEqualTo(49);
  }

  @Test
  void achievedRate_isThatOfTheMeasuredTime() throws Exception {
    assertThat(load.achievedRate(served(5_000))).isCloseTo(RATE, within(1.0));
    assertThat(load.achievedRate(served(500))).isCloseTo(500, within(1.0));
  }

  @Test
  void rejectsWhatLeavesNothingToMeasure() {
    assertThatThrownBy(() -> new OfferedLoad(0, 0, 10, START))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new OfferedLoad(1, 10, 10, START))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("firstMeasured 10");
  }
}
