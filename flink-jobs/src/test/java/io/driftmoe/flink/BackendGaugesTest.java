// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.flink.metrics.testutils.MetricListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BackendGaugesTest {
  private final MetricListener listener = new MetricListener();
  private final ObservedBackend device = new ObservedBackend();

  @Test
  void theyShowLaunchesAndFailures() throws Exception {
    try (SubtaskNetworks arithmetic = open("opencl")) {
      BackendGauges.register(listener.getMetricGroup(), arithmetic);
      assertThat(text("routerBackend")).isEqualTo("observed");
      step(arithmetic);
      step(arithmetic);
      assertThat(count("routerSteps")).isEqualTo(2);
      assertThat(count("taskManager", "routerLaunches")).isEqualTo(2);
      assertThat(count("taskManager", "routerStepsLaunched")).isEqualTo(2);
      assertThat(
              count("taskManager", "routerLaunchesFull")
                  + count("taskManager", "routerLaunchesNeeded"))
          .isEqualTo(2);
      assertThat(count("taskManager", "routerLaunchesWaited")).isZero();
      assertThat(count("taskManager", "routerKernels")).isEqualTo(2);
      assertThat(count("taskManager", "routerBytesToDevice")).isEqualTo(16);
      assertThat(count("taskManager", "routerBytesFromDevice")).isEqualTo(4);
      assertThat(count("taskManager", "routerFailures")).isZero();
      assertThat(
              listener
                  .getHistogram("taskManager", "routersPerLaunch")
                  .orElseThrow()
                  .getStatistics()
                  .getMean())
          .isEqualTo(1);
      assertThat(listener.getHistogram("routerStepWaitMicros").orElseThrow().getCount())
          .isEqualTo(2);
      device.failNext();
      step(arithmetic);
      assertThat(count("taskManager", "routerFailures")).isEqualTo(1);
      assertThat(text("routerBackend")).isEqualTo("java (observed failed)");
    }
  }

  @Test
  void withoutDeviceOnlyTheBackEndIsShown() throws Exception {
    try (SubtaskNetworks arithmetic = open("java")) {
      BackendGauges.register(listener.getMetricGroup(), arithmetic);
      assertThat(text("routerBackend")).isEqualTo("java");
      assertThat(listener.getGauge("routerSteps")).isEmpty();
    }
  }

  @Test
  void aJobThatGoesOnWithoutItsDeviceSaysSo() throws Exception {
    try (SubtaskNetworks arithmetic = open("opencl", ObservedDevices.none(), true)) {
      BackendGauges.register(listener.getMetricGroup(), arithmetic);
      assertThat(text("routerBackend")).isEqualTo("java");
      assertThat(arithmetic.steps()).isNull();
    }
  }

  private static void step(SubtaskNetworks arithmetic) {
    GatheredSteps steps = arithmetic.steps();
    steps.of("a");
    steps.add(StepGathererTest.anyStep());
    steps.submit().await();
  }

  private SubtaskNetworks open(String backend) throws Exception {
    return open(backend, ObservedDevices.of(() -> device), false);
  }

  private static SubtaskNetworks open(String backend, BackendSource source, boolean recovering)
      throws Exception {
    JobOptions options = Events.options(Map.of("router.backend", backend));
    return SubtaskNetworks.open(
        source, options.router(), ModelSpec.of(options), new JobID(), 1, recovering);
  }

  private String text(String name) {
    return listener.<String>getGauge(name).orElseThrow().getValue();
  }

  private long count(String... name) {
    return listener.<Long>getGauge(name).orElseThrow().getValue();
  }
}
