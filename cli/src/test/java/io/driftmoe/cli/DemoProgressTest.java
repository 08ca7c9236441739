// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.DriftKind;
import io.driftmoe.schemas.avro.MetricsEvent;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import org.junit.jupiter.api.Test;

class DemoProgressTest {
  private static final long EVENTS = 100_000;
  private static final int COLUMNS = 80;

  /** A line of a terminal has 80 columns and more to show than that. */
  @Test
  void thePositionOfADriftIsShownWhole() {
    List<String> lines = Collections.synchronizedList(new ArrayList<>());
    ProgressBar bar =
        DemoProgress.bar("electricity", EVENTS)
            .setConsumer(new DelegatingProgressBarConsumer(lines::add, COLUMNS))
            .build();
    try (DemoProgress progress =
        new DemoProgress(new PrintWriter(new StringWriter()), EVENTS, bar)) {
      progress.drift(drift("25111"));
      progress.report(report(99_999));
    }

    String last = lines.get(lines.size() - 1);
    assertThat(last).hasSizeLessThanOrEqualTo(COLUMNS).contains("drift @25111 ");
  }

  private static DriftEvent drift(String eventId) {
    DriftEvent event = new DriftEvent();
    event.setModelKey("default");
    event.setEventId(eventId);
    event.setKind(DriftKind.DRIFT);
    event.setDetector("adwin");
    return event;
  }

  private static MetricsEvent report(long events) {
    MetricsEvent report = new MetricsEvent();
    report.setBranches(List.of());
    report.setEvents(events);
    report.setEmittedAt(1_000);
    report.setWindowAccuracy(88.8);
    report.setWindowKappaM(77.7);
    return report;
  }
}
