// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;

class LabelArrivalTest {

  /** Results of cells from before there were true times still count. */
  @Test
  void withoutTrueTimes_theTextIsThatOfBefore() {
    assertThat(Json.write(new LabelArrival(3, 5, Map.of(), 0.5)))
        .isEqualTo("{\"minDelay\":3,\"maxDelay\":5,\"classDelays\":{},\"share\":0.5}");
  }

  @Test
  void trueTimes_areKept() {
    LabelArrival half = LabelArrival.TRUE_TIMES.withShare(0.5);

    assertThat(Json.read(Json.write(half), LabelArrival.class)).isEqualTo(half);
    assertThat(half.delayText()).isEqualTo("true-times");
    assertThat(half.immediate()).isFalse();
    assertThat(LabelArrival.TRUE_TIMES.immediate()).isFalse();
  }

  @Test
  void trueTimesHaveNoDelays() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LabelArrival(0, 1, Map.of(), 1, true, null))
        .withMessageContaining("exclude each other");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LabelArrival(0, 0, Map.of("a", 1L), 1, true, null));
  }
}
