// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.driftmoe.schemas.avro.MetricsEvent;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class DemoSummaryTest {
  private static final List<DriftReport.Row> DRIFTS =
      List.of(
          new DriftReport.Row(
              DriftReport.Verdict.FOUND, 600, 700, 90.25, 50.5, OptionalInt.of(250), 89.75));

  private static MetricsEvent report(long events, long drifts, long orphans, long expired) {
    return MetricsEvent.newBuilder()
        .setModelKey("default")
        .setEventTime(0)
        .setEmittedAt(0)
        .setEvents(events)
        .setLabels(events - 1)
        .setPendingPredictions(0)
        .setOrphanLabels(orphans)
        .setExpiredPredictions(expired)
        .setDriftEvents(drifts)
        .setLifecycleEvents(7)
        .setAccuracy(81.25)
        .setKappa(60)
        .setKappaM(-2.5)
        .setKappaT(10)
        .setWindowSize(1000)
        .setWindowAccuracy(0)
        .setWindowKappa(0)
        .setWindowKappaM(0)
        .setWindowKappaT(0)
        .setModelVersion(events - 1)
        .build();
  }

  private static DemoSummary summary(long sent, MetricsEvent last, LibraryCheck.Result check) {
    return summary(sent, 0, last, check);
  }

  private static DemoSummary summary(
      long sent, long bad, MetricsEvent last, LibraryCheck.Result check) {
    DemoOutputs outputs = new DemoOutputs(1_000, 5, List.of(700), 7, 1, 2, 3, 4, last, 0.5);
    return new DemoSummary(
        "elec", "paper-data", 9, sent, bad, outputs, DRIFTS, Optional.ofNullable(check));
  }

  @Test
  void json_hasTheScoresOfTheJobAndTheCountsOfTheTopics() {
    JsonNode json = summary(1_002, report(1_000, 5, 3, 4), null).toJson();

    assertThat(json.toString())
        .isEqualTo(
            "{\"stream\":\"elec\",\"preset\":\"paper-data\",\"seed\":9,\"events\":1002,"
                + "\"predictions\":1000,\"labels\":999,\"accuracy\":81.25,\"kappa\":60.0,"
                + "\"kappa_m\":-2.5,\"kappa_t\":10.0,\"drift_events\":5,\"experts_replaced\":1,\"dead_letters\":2,"
                + "\"orphan_labels\":3,\"expired_predictions\":4,\"wall_seconds\":0.5,"
                + "\"events_per_second\":2000.0,"
                + "\"drifts\":[{\"verdict\":\"found\",\"planted\":600,\"reported\":700,"
                + "\"accuracy_before\":90.25,\"accuracy_lowest\":50.5,\"recovered_after\":250,"
                + "\"accuracy_recovered\":89.75}]}");
  }

  @Test
  void verified_addsTheLibrarysSpeed() {
    JsonNode json =
        summary(1_002, report(1_000, 5, 3, 4), new LibraryCheck.Result(1_000, 2_500)).toJson();

    assertThat(json.path("verified_predictions").asLong()).isEqualTo(1_000);
    assertThat(json.path("library_events_per_second").asDouble()).isEqualTo(2_500);
    assertThat(json.path("throughput_ratio").asDouble()).isEqualTo(0.8);
  }

  @Test
  void table_hasALineForEveryKey() {
    DemoSummary summary = summary(1_002, report(1_000, 5, 3, 4), null);

    assertThat(summary.toTable().lines())
        .hasSize(summary.toJson().size() - 1 + 3) // the drifts: a blank, a heading, one line
        .anyMatch(line -> line.matches("kappa m +-2\\.50"))
        .anyMatch(line -> line.matches("events +1,002"))
        .endsWith(
            "  planted    noticed               accuracy",
            "      600        700  100 late     90.3 %, fell to 50.5 %, back at 89.8 % after 250");
  }

  @Test
  void check_acceptsCountsThatAgree() {
    assertThatCode(summary(1_002, report(1_000, 5, 3, 4), null)::check).doesNotThrowAnyException();
    assertThatCode(summary(1_000, 2, report(1_000, 5, 3, 4), null)::check)
        .doesNotThrowAnyException();
  }

  @Test
  void check_namesTheCountThatDiffers() {
    assertThatThrownBy(summary(1_002, report(999, 5, 3, 4), null)::check)
        .hasMessage("the job counted 999 predictions, its topic holds 1000");
    assertThatThrownBy(summary(1_002, report(1_000, 6, 3, 4), null)::check)
        .hasMessage("the job counted 6 drift events, its topic holds 5");
    MetricsEvent fewer = report(1_000, 5, 3, 4);
    fewer.setLifecycleEvents(6);
    assertThatThrownBy(summary(1_002, fewer, null)::check)
        .hasMessage("the job counted 6 life cycle events, its topic holds 7");
    assertThatThrownBy(summary(1_002, report(1_000, 5, 2, 4), null)::check)
        .hasMessage("the job counted 2 orphan labels, its topic holds 3");
    assertThatThrownBy(summary(1_002, report(1_000, 5, 3, 5), null)::check)
        .hasMessage("the job counted 5 expired predictions, its topic holds 4");
    assertThatThrownBy(summary(1_003, report(1_000, 5, 3, 4), null)::check)
        .hasMessage("1003 events were sent, but 1002 predictions and dead letters came back");
  }
}
