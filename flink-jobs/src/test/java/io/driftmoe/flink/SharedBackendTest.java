// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.networks.BackendException;
import io.driftmoe.networks.BackendUnavailableException;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkShape;
import io.driftmoe.networks.TrainingStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SharedBackendTest {
  private final List<ObservedBackend> opened = new ArrayList<>();
  private final BackendSource source =
      ObservedDevices.of(
          () -> {
            opened.add(new ObservedBackend());
            return opened.get(opened.size() - 1);
          });
  private final JobID job = new JobID();
  private final int before = SharedBackend.inUse();

  @Test
  void subtasksOfAJobShareADevice_untilTheLastEnds() throws Exception {
    SharedBackend first = acquire(job, "8");
    SharedBackend second = acquire(job, "8");
    assertThat(second).isSameAs(first);
    assertThat(opened).hasSize(1);
    first.release();
    assertThat(opened.get(0).isClosed()).isFalse();
    second.release();
    assertThat(opened.get(0).isClosed()).isTrue();
    assertThat(second.gatherer().isClosed()).isTrue();
    assertThat(SharedBackend.inUse()).isEqualTo(before);
  }

  @Test
  void jobsDoNotShare_norDoOtherOptions() throws Exception {
    SharedBackend first = acquire(job, "8");
    SharedBackend otherJob = acquire(new JobID(), "8");
    SharedBackend otherOptions = acquire(job, "9");
    assertThat(List.of(first, otherJob, otherOptions)).doesNotHaveDuplicates();
    assertThat(opened).hasSize(3);
    first.release();
    otherJob.release();
    otherOptions.release();
    assertThat(opened).allMatch(ObservedBackend::isClosed);
    assertThat(SharedBackend.inUse()).isEqualTo(before);
  }

  @Test
  void aDeviceThatIsNotThereLeavesNothing() {
    BackendSource none = ObservedDevices.none();
    assertThatThrownBy(() -> SharedBackend.acquire(job, options("8"), List.of(), 1, none))
        .isInstanceOf(BackendUnavailableException.class);
    assertThat(SharedBackend.inUse()).isEqualTo(before);
  }

  @Test
  void whatIsBrokenIsNotHandedOutAgain() throws Exception {
    SharedBackend broken = acquire(job, "8");
    opened.get(0).failNext(new IllegalStateException("a bug"));
    GatheredSteps steps = new GatheredSteps(broken.gatherer());
    steps.of("a");
    steps.add(StepGathererTest.anyStep());
    assertThatThrownBy(steps.submit()::await).hasRootCauseMessage("a bug");
    SharedBackend next = acquire(job, "8");
    assertThat(next).isNotSameAs(broken);
    broken.release();
    assertThat(acquire(job, "8")).as("the broken one took nothing along").isSameAs(next);
    next.release();
    next.release();
    assertThat(SharedBackend.inUse()).isEqualTo(before);
  }

  @Test
  void autoGoesOnInJava_whereTheDeviceWasFastestAndThenDidNotOpen() throws Exception {
    BackendSource fickle =
        new BackendSource() {
          private static final long serialVersionUID = 1L;

          @Override
          public ChosenBackend choose(
              JobOptions.Router options, List<NetworkShape> shapes, int subtasks) {
            assertThat(subtasks).isEqualTo(3);
            return ChosenBackend.all(BackendChoice.OPENCL);
          }

          @Override
          public NetworkBackend open(BackendChoice choice, String device, List<NetworkShape> shapes)
              throws BackendUnavailableException {
            throw new BackendUnavailableException("gone");
          }
        };
    JobOptions.Router auto = Events.options(Map.of("router.backend", "auto")).router();
    SharedBackend shared = SharedBackend.acquire(job, auto, List.of(), 3, fickle);
    assertThat(shared.choice()).isEqualTo(BackendChoice.JAVA);
    assertThat(shared.gatherer()).isNull();
    shared.release();
    assertThat(SharedBackend.inUse()).isEqualTo(before);
  }

  @Test
  void autoGivesADeviceLargeStacksOnly() throws Exception {
    TrainingStep step = StepGathererTest.anyStep();
    ObservedBackend device = new ObservedBackend();
    ObservedBackend host = new ObservedBackend();
    SharedBackend shared =
        acquireMeasured(choice -> choice == BackendChoice.OPENCL ? device : host);
    GatheredSteps steps = new GatheredSteps(shared.gatherer());
    steps.of("a");
    steps.add(step);
    steps.submit().await();

    assertThat(host.sizes()).containsExactly(1);
    assertThat(device.sizes()).isEmpty();
    shared.release();
    assertThat(device.isClosed() && host.isClosed()).isTrue();
  }

  @Test
  void autoGoesOnWithTheFasterHost_whereTheDeviceThenDidNotOpen() throws Exception {
    ObservedBackend host = new ObservedBackend();
    SharedBackend shared =
        acquireMeasured(
            choice -> {
              if (choice == BackendChoice.OPENCL) {
                throw new BackendUnavailableException("gone");
              }
              return host;
            });
    assertThat(shared.choice()).isEqualTo(BackendChoice.SIMD);
    assertThat(shared.gatherer()).isNull();
    assertThat(host.isClosed()).as("each subtask opens its own").isTrue();
    shared.release();
    assertThat(SharedBackend.inUse()).isEqualTo(before);
  }

  @Test
  void autoGoesOnInJava_whereTheHostThenDidNotOpen() throws Exception {
    ObservedBackend device = new ObservedBackend();
    SharedBackend shared =
        acquireMeasured(
            choice -> {
              if (choice == BackendChoice.SIMD) {
                throw new BackendUnavailableException("no vectors");
              }
              return device;
            });
    assertThat(shared.choice()).isEqualTo(BackendChoice.JAVA);
    assertThat(device.isClosed()).isTrue();
    shared.release();
    assertThat(SharedBackend.inUse()).isEqualTo(before);
  }

  @Test
  void aHostThatFailsLeavesNoDeviceOpen() {
    ObservedBackend device = new ObservedBackend();
    assertThatThrownBy(
            () ->
                acquireMeasured(
                    choice -> {
                      if (choice == BackendChoice.SIMD) {
                        throw new BackendException("a bug");
                      }
                      return device;
                    }))
        .hasRootCauseMessage("a bug");
    assertThat(device.isClosed()).isTrue();
    assertThat(SharedBackend.inUse()).isEqualTo(before);
  }

  /** Opens what was chosen. */
  private interface Opening {
    NetworkBackend open(BackendChoice choice) throws BackendUnavailableException;
  }

  /** Where a device is fastest for stacks of two, and vector instructions else. */
  private SharedBackend acquireMeasured(Opening opening) throws Exception {
    NetworkShape shape = StepGathererTest.anyStep().shape();
    BackendSource measured =
        new BackendSource() {
          private static final long serialVersionUID = 1L;

          @Override
          public ChosenBackend choose(
              JobOptions.Router options, List<NetworkShape> shapes, int subtasks) {
            return new ChosenBackend(BackendChoice.OPENCL, BackendChoice.SIMD, Map.of(shape, 2));
          }

          @Override
          public NetworkBackend open(BackendChoice choice, String part, List<NetworkShape> shapes)
              throws BackendUnavailableException {
            return opening.open(choice);
          }
        };
    JobOptions.Router auto = Events.options(Map.of("router.backend", "auto")).router();
    return SharedBackend.acquire(job, auto, List.of(), 1, measured);
  }

  private SharedBackend acquire(JobID of, String gatherRouters) throws Exception {
    return SharedBackend.acquire(of, options(gatherRouters), List.of(), 1, source);
  }

  private static JobOptions.Router options(String gatherRouters) {
    return Events.options(
            Map.of("router.backend", "opencl", "router.gather-routers", gatherRouters))
        .router();
  }
}
