// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.specialists;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class RegimeTimelineTest {
  private static final double[] FIRST = {1, 0, 0};
  private static final double[] THIRD = {0, 0, 1};
  private static final double[] SHARED = {0.4, 0.3, 0.3};

  private static void observe(RegimeTimeline timeline, double[] responsibilities, int events) {
    for (int i = 0; i < events; i++) {
      timeline.observe(responsibilities);
    }
  }

  @Test
  void regimeIsWhoeverHoldsMoreThanHalf() {
    RegimeTimeline timeline = new RegimeTimeline(3);
    observe(timeline, SHARED, 1_000);
    assertThat(timeline.regime()).isEqualTo(-1);
    assertThat(timeline.describe(Integer::toString))
        .isEqualTo("0 changes of regime in 1000 events");
    observe(timeline, FIRST, 100);
    assertThat(timeline.regime()).isZero();
  }

  @Test
  void aChangeTakesAFewDozenEventsAndIsDated() {
    RegimeTimeline timeline = new RegimeTimeline(3);
    observe(timeline, FIRST, 1_000);
    observe(timeline, THIRD, 34);
    assertThat(timeline.regime()).isZero(); // 0.98^34 > 0.5
    observe(timeline, THIRD, 1);
    assertThat(timeline.regime()).isEqualTo(2);
    assertThat(timeline.describe(Integer::toString))
        .isEqualTo("2 changes of regime in 1035 events; 0 from event 35; 2 from event 1035");
  }

  @Test
  void keepsTheLatestTwelve() {
    RegimeTimeline timeline = new RegimeTimeline(3);
    for (int i = 0; i < 10; i++) {
      observe(timeline, FIRST, 200);
      observe(timeline, THIRD, 200);
    }
    assertThat(timeline.describe(Integer::toString))
        .startsWith("20 changes of regime in 4000 events; 0 from event");
    assertThat(timeline.describe(Integer::toString).split("; ")).hasSize(13);
  }

  @Test
  void continuesAfterASnapshot() throws IOException {
    RegimeTimeline timeline = new RegimeTimeline(3);
    observe(timeline, FIRST, 500);
    observe(timeline, THIRD, 20);
    RegimeTimeline restored = new RegimeTimeline(3);
    restored.readFrom(snapshot(timeline));
    observe(timeline, THIRD, 100);
    observe(restored, THIRD, 100);
    assertThat(restored.describe(Integer::toString))
        .isEqualTo(timeline.describe(Integer::toString));
  }

  @Test
  void rejectsRegimesThatThereAreNot() throws IOException {
    RegimeTimeline timeline = new RegimeTimeline(3);
    observe(timeline, THIRD, 500);
    DataInputStream in = snapshot(timeline);
    byte[] bytes = in.readAllBytes();
    bytes[4 + 3 * 8 + 4 + 12 * 4 - 1] = 7; // the present regime
    assertThatThrownBy(
            () ->
                new RegimeTimeline(3)
                    .readFrom(new DataInputStream(new ByteArrayInputStream(bytes))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("regimes");
  }

  private static DataInputStream snapshot(RegimeTimeline timeline) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    timeline.writeTo(new DataOutputStream(bytes));
    return new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
  }
}
