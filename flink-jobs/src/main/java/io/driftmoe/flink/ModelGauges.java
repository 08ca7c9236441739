// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.schemas.avro.MetricsEvent;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * Gauges per model key in Flink's metric group "driftmoe", for the first keys an operator meets: a
 * metric per tenant would drown the metric system. They show the latest metrics record.
 */
final class ModelGauges {
  private final MetricGroup group;
  private final int limit;
  private final Map<String, Latest> byKey = new HashMap<>();

  /**
   * @param limit number of model keys that get gauges
   */
  ModelGauges(MetricGroup group, int limit) {
    this.group = group;
    this.limit = limit;
  }

  void update(MetricsEvent event) {
    Latest latest = byKey.get(event.getModelKey());
    if (latest == null && byKey.size() < limit) {
      latest = new Latest(event);
      byKey.put(event.getModelKey(), latest);
      register(group.addGroup("model_key", event.getModelKey()), latest);
    }
    if (latest != null) {
      latest.event = event;
    }
  }

  private static void register(MetricGroup group, Latest latest) {
    gauge(group, "events", () -> latest.event.getEvents());
    gauge(group, "windowAccuracy", () -> latest.event.getWindowAccuracy());
    gauge(group, "windowKappaM", () -> latest.event.getWindowKappaM());
    gauge(group, "accuracy", () -> latest.event.getAccuracy());
    gauge(group, "kappaM", () -> latest.event.getKappaM());
    gauge(group, "gateEntropy", () -> latest.event.getGateEntropy());
    gauge(group, "specialistEvaluations", () -> latest.event.getSpecialistEvaluations());
    gauge(group, "pendingPredictions", () -> latest.event.getPendingPredictions());
    gauge(group, "modelBytes", () -> latest.event.getModelBytes());
    for (int e = 0; e < latest.event.getExpertShares().size(); e++) {
      int expert = e;
      gauge(
          group.addGroup("expert", Integer.toString(e)),
          "share",
          () -> latest.event.getExpertShares().get(expert));
    }
  }

  private static void gauge(MetricGroup group, String name, Gauge<Number> value) {
    group.gauge(name, value);
  }

  /** Written by the operator's thread, read by the metric reporters'. */
  private static final class Latest {
    private volatile MetricsEvent event;

    private Latest(MetricsEvent event) {
      this.event = event;
    }
  }
}
