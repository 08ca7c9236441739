// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import org.apache.flink.metrics.Gauge;
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
    Gauge<String> backend = arithmetic::describe;
    group.gauge("routerBackend", backend);
    GatheredSteps steps = arithmetic.steps();
    StepGatherer gatherer = arithmetic.gatherer();
    if (steps == null || gatherer == null) {
      return;
    }
    gauge(group, "routerSteps", steps::steps);
    group.histogram("routerStepWaitMicros", steps.waits());
    GatherStatistics statistics = gatherer.statistics();
    MetricGroup all = group.addGroup("taskManager");
    gauge(all, "routerLaunches", statistics::launches);
    gauge(all, "routerLaunchesFull", () -> statistics.launches(LaunchReason.FULL));
    gauge(all, "routerLaunchesWaited", () -> statistics.launches(LaunchReason.WAITED));
    gauge(all, "routerLaunchesNeeded", () -> statistics.launches(LaunchReason.NEEDED));
    gauge(all, "routerStepsLaunched", statistics::steps);
    gauge(all, "routerFailures", statistics::failures);
    all.histogram("routersPerLaunch", statistics.gathered());
    gauge(all, "routerKernels", () -> gatherer.used().kernels());
    gauge(all, "routerBytesToDevice", () -> gatherer.used().bytesToDevice());
    gauge(all, "routerBytesFromDevice", () -> gatherer.used().bytesFromDevice());
  }

  private static void gauge(MetricGroup group, String name, Gauge<Long> value) {
    group.gauge(name, value);
  }
}
