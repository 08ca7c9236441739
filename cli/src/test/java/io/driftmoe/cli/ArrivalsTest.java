// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArrivalsTest {
  private final Arrivals arrivals = new Arrivals(3);

  @Test
  void isComplete_onceEveryEventHasItsPrediction() throws Exception {
    arrivals.add("2", 50, 7, 0);
    arrivals.add("0", 60, 8, 0);
    assertThat(arrivals.complete()).isFalse();
    assertThat(arrivals.arrived(1)).isFalse();
    assertThatThrownBy(() -> arrivals.at(1)).hasMessage("event 1 has no prediction");

    arrivals.add("1", 70, 9, 0);

    assertThat(arrivals.complete()).isTrue();
    assertThat(arrivals.at(2)).isEqualTo(50);
    assertThat(arrivals.operatorMicros(1)).isEqualTo(9);
  }

  @Test
  void secondPredictionOfAnEvent_isAnError() throws Exception {
    arrivals.add("1", 50, 7, 0);

    assertThatThrownBy(() -> arrivals.add("1", 60, 7, 0))
        .isInstanceOf(CommandException.class)
        .hasMessage("event 1 was predicted twice");
    assertThat(arrivals.count()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"3", "-1", "x", ""})
  void predictionOfAnEventNeverSent_isAnError(String id) {
    assertThatThrownBy(() -> arrivals.add(id, 50, 7, 0))
        .isInstanceOf(CommandException.class)
        .hasMessage("a prediction for event '" + id + "', which was not sent");
  }

  @Test
  void countsByTime_alsoAcrossTheOverflowOfTheClock() throws Exception {
    long start = Long.MAX_VALUE - 5;
    arrivals.add("0", start, 0, 0);
    arrivals.add("1", start + 10, 0, 0); // has wrapped

    assertThat(arrivals.by(start - 1)).isZero();
    assertThat(arrivals.by(start)).isEqualTo(1);
    assertThat(arrivals.by(start + 9)).isEqualTo(1);
    assertThat(arrivals.by(start + 10)).isEqualTo(2);
    assertThat(arrivals.rate(start, start + 10)).isCloseTo(1e8, within(1e-3));
  }

  @Test
  void steadyRate_leavesOutTheSlowBeginning() throws Exception {
    Arrivals hundred = new Arrivals(111);
    for (int i = 0; i < 111; i++) {
      // one a second in the first fifth of 50 s, then 2.5
      double seconds = i <= 10 ? i : 10 + (i - 10) * 0.4;
      hundred.add(Integer.toString(i), (long) (seconds * 1e9), 0, 0);
    }

    assertThat(hundred.steadyRate()).isCloseTo(2.5, within(0.01));
  }

  @Test
  void steadyRate_needsTime() {
    assertThatThrownBy(arrivals::steadyRate).isInstanceOf(IllegalStateException.class);
  }
}
