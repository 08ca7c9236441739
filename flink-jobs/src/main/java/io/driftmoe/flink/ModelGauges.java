// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.schemas.avro.BranchReport;
import io.driftmoe.schemas.avro.MetricsEvent;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
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
      for (BranchReport branch : event.getBranches()) {
        if (latest.branches.size() < Branches.MOST && latest.branches.add(branch.getName())) {
          register(
              group.addGroup("model_key", event.getModelKey()).addGroup("branch", branch.getName()),
              latest,
              branch.getName());
        }
      }
    }
  }

  private static void register(MetricGroup group, Latest latest, String branch) {
    JobMetric.BRANCH_ACCURACY.gauge(group, () -> latest.of(branch, BranchReport::getAccuracy));
    JobMetric.BRANCH_MODEL_ACCURACY.gauge(
        group, () -> latest.of(branch, BranchReport::getModelAccuracy));
    JobMetric.BRANCH_LOG_EVIDENCE.gauge(
        group, () -> latest.of(branch, BranchReport::getLogEvidence));
    JobMetric.BRANCH_NEGATIVE_FLIPS.gauge(
        group, () -> latest.of(branch, BranchReport::getNegativeFlips));
    JobMetric.BRANCH_POSITIVE_FLIPS.gauge(
        group, () -> latest.of(branch, BranchReport::getPositiveFlips));
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

    /** Those with gauges, by name. */
    private final Set<String> branches = new HashSet<>();

    private Latest(MetricsEvent event) {
      this.event = event;
    }

    /** Of the branch of this name; 0 where there is none any more. */
    private double of(String branch, ToDoubleFunction<BranchReport> value) {
      return event.getBranches().stream()
          .filter(report -> report.getName().equals(branch))
          .mapToDouble(value)
          .findFirst()
          .orElse(0);
    }
  }
}
