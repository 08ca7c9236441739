// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import org.apache.flink.metrics.MetricGroup;

/**
 * Metrics of the networks' arithmetic. Those in the group "taskManager" are of all subtasks of the
 * job on one TaskManager, and each of these shows the same.
 */
final class BackendGauges {
  private BackendGauges() {}

  /**
   * @param group of the subtask
   */
  static void register(MetricGroup group, SubtaskNetworks arithmetic) {
    JobMetric.ROUTER_BACKEND.gauge(group, arithmetic::describe);
    GatheredSteps steps = arithmetic.steps();
    StepGatherer gatherer = arithmetic.gatherer();
    if (steps == null || gatherer == null) {
      return;
    }
    JobMetric.ROUTER_STEPS.gauge(group, steps::steps);
    JobMetric.ROUTER_STEP_WAIT.histogram(group, steps.waits());
    GatherStatistics statistics = gatherer.statistics();
    MetricGroup all = group.addGroup("taskManager");
    JobMetric.ROUTER_LAUNCHES.gauge(all, statistics::launches);
    JobMetric.ROUTER_LAUNCHES_FULL.gauge(all, () -> statistics.launches(LaunchReason.FULL));
    JobMetric.ROUTER_LAUNCHES_WAITED.gauge(all, () -> statistics.launches(LaunchReason.WAITED));
    JobMetric.ROUTER_LAUNCHES_NEEDED.gauge(all, () -> statistics.launches(LaunchReason.NEEDED));
    JobMetric.ROUTER_STEPS_LAUNCHED.gauge(all, statistics::steps);
    JobMetric.ROUTER_FAILURES.gauge(all, statistics::failures);
    JobMetric.ROUTERS_PER_LAUNCH.histogram(all, statistics.gathered());
    JobMetric.ROUTER_KERNELS.gauge(all, () -> gatherer.used().kernels());
    JobMetric.ROUTER_BYTES_TO_DEVICE.gauge(all, () -> gatherer.used().bytesToDevice());
    JobMetric.ROUTER_BYTES_FROM_DEVICE.gauge(all, () -> gatherer.used().bytesFromDevice());
  }
}
