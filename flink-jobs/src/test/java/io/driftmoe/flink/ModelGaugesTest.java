// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.schemas.avro.BranchReport;
import io.driftmoe.schemas.avro.MetricsEvent;
import java.util.List;
import org.apache.flink.metrics.testutils.MetricListener;
import org.junit.jupiter.api.Test;

class ModelGaugesTest {
  private final MetricListener listener = new MetricListener();
  private final ModelGauges gauges = new ModelGauges(listener.getMetricGroup(), 1);

  @Test
  void gaugesShowTheLatestReportOfTheirModelKey() {
    gauges.update(report("a", 10));
    gauges.update(report("a", 20));
    assertThat(value("a", "events")).isEqualTo(20L);
    assertThat(value("a", "windowAccuracy")).isEqualTo(81.5);
    assertThat(value("a", "windowKappaM")).isEqualTo(40.5);
    assertThat(value("a", "accuracy")).isEqualTo(80.0);
    assertThat(value("a", "kappaM")).isEqualTo(41.0);
    assertThat(value("a", "gateEntropy")).isEqualTo(0.25);
    assertThat(value("a", "specialistEvaluations")).isEqualTo(3.5);
    assertThat(value("a", "pendingPredictions")).isEqualTo(3L);
    assertThat(value("a", "modelBytes")).isEqualTo(1234L);
    assertThat(value("a", "expert", "weather", "share")).isEqualTo(0.75);
  }

  @Test
  void aBranchHasGauges_whichAre0OnceItIsGone() {
    MetricsEvent first = report("a", 10);
    first.setBranches(
        List.of(
            new BranchReport(
                "wider", "", 400L, 300L, 81.5, 80.25, 7L, 11L, 0.5, "UNDECIDED", 1.5, 9_000L)));
    gauges.update(first);
    assertThat(value("a", "branch", "wider", "accuracy")).isEqualTo(81.5);
    assertThat(value("a", "branch", "wider", "modelAccuracy")).isEqualTo(80.25);
    assertThat(value("a", "branch", "wider", "logEvidence")).isEqualTo(0.5);
    assertThat(value("a", "branch", "wider", "negativeFlips")).isEqualTo(7.0);
    assertThat(value("a", "branch", "wider", "positiveFlips")).isEqualTo(11.0);
    gauges.update(report("a", 20));
    assertThat(value("a", "branch", "wider", "positiveFlips")).isEqualTo(0.0);
  }

  @Test
  void onlyTheFirstModelKeysGetGauges() {
    gauges.update(report("a", 1));
    gauges.update(report("b", 2));
    assertThat(listener.getGauge("model_key", "b", "events")).isEmpty();
  }

  private Number value(String modelKey, String... name) {
    String[] identifier = new String[name.length + 2];
    identifier[0] = "model_key";
    identifier[1] = modelKey;
    System.arraycopy(name, 0, identifier, 2, name.length);
    return listener.<Number>getGauge(identifier).orElseThrow().getValue();
  }

  private static MetricsEvent report(String modelKey, long events) {
    MetricsEvent event = new MetricsEvent();
    event.setBranches(List.of());
    event.setModelKey(modelKey);
    event.setEvents(events);
    event.setWindowAccuracy(81.5);
    event.setWindowKappaM(40.5);
    event.setAccuracy(80);
    event.setKappaM(41);
    event.setGateEntropy(0.25);
    event.setSpecialistEvaluations(3.5);
    event.setPendingPredictions(3);
    event.setModelBytes(1234);
    event.setExpertShares(List.of(0.25, 0.75));
    event.setExpertNames(List.of("forest 0", "weather"));
    return event;
  }
}
