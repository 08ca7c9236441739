// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.schemas.avro.MetricsEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    JobMetric.MODEL_EVENTS.gauge(group, () -> latest.event.getEvents());
    JobMetric.MODEL_WINDOW_ACCURACY.gauge(group, () -> latest.event.getWindowAccuracy());
    JobMetric.MODEL_WINDOW_KAPPA_M.gauge(group, () -> latest.event.getWindowKappaM());
    JobMetric.MODEL_ACCURACY.gauge(group, () -> latest.event.getAccuracy());
    JobMetric.MODEL_KAPPA_M.gauge(group, () -> latest.event.getKappaM());
    JobMetric.MODEL_GATE_ENTROPY.gauge(group, () -> latest.event.getGateEntropy());
    JobMetric.MODEL_SPECIALISTS.gauge(group, () -> latest.event.getSpecialistEvaluations());
    JobMetric.MODEL_PENDING.gauge(group, () -> latest.event.getPendingPredictions());
    JobMetric.MODEL_BYTES.gauge(group, () -> latest.event.getModelBytes());
    JobMetric.MODEL_COVERAGE.gauge(group, () -> latest.event.getCoverage());
    JobMetric.MODEL_SET_SIZE.gauge(group, () -> latest.event.getSetSize());
    JobMetric.MODEL_ESTIMATED_ACCURACY.gauge(group, () -> latest.event.getEstimatedAccuracy());
    JobMetric.MODEL_ESTIMATED_ACCURACY_ERROR.gauge(
        group, () -> latest.event.getEstimatedAccuracyError());
    List<String> names = latest.event.getExpertNames();
    for (int e = 0; e < latest.event.getExpertShares().size(); e++) {
      int expert = e;
      JobMetric.MODEL_EXPERT_SHARE.gauge(
          group.addGroup("expert", names.isEmpty() ? Integer.toString(e) : names.get(e)),
          () -> latest.event.getExpertShares().get(expert));
    }
  }

  /** Written by the operator's thread, read by the metric reporters'. */
  private static final class Latest {
    private volatile MetricsEvent event;

    private Latest(MetricsEvent event) {
      this.event = event;
    }
  }
}
