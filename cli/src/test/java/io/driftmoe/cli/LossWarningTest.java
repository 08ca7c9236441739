// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.schemas.avro.MetricsEvent;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LossWarningTest {
  private final LossWarning warning = new LossWarning();

  @Test
  void saysOnceThatAShareHasRisen_andHowMuch() {
    assertThat(warning.report(report(1_000, Map.of("orphanLabels.no-event", 10L)))).isEmpty();
    assertThat(
            warning.report(
                report(
                    2_000, Map.of("orphanLabels.no-event", 70L, "orphanLabels.max-pending", 190L))))
        .containsExactly(
            "orphan labels are 25.0 % of the last 1,000 events, 1.0 % before:"
                + " {max-pending=190, no-event=60}");
    assertThat(warning.report(report(3_000, Map.of("orphanLabels.no-event", 900L)))).isEmpty();
    assertThat(warning.report(report(4_000, Map.of("lateEvents.labels", 30L)))).hasSize(1);
  }

  @Test
  void aFewEventsOrTheEndOfTheInputSayNothing() {
    assertThat(warning.report(report(100, Map.of("orphanLabels.no-event", 50L)))).isEmpty();
    assertThat(warning.report(report(900, Map.of("expiredPredictions.end-of-input", 300L))))
        .isEmpty();
  }

  private static MetricsEvent report(long events, Map<String, Long> losses) {
    MetricsEvent report = new MetricsEvent();
    report.setEvents(events);
    report.setLosses(losses);
    return report;
  }
}
