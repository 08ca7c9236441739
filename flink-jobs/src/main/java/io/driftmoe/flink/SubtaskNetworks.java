// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.networks.BackendUnavailableException;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkShape;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.NetworkScope;
import java.util.List;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where one subtask has the networks of its models computed: in plain Java of their own, on a back
 * end of this thread, or, for training steps, by the gatherer that all subtasks share.
 */
final class SubtaskNetworks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SubtaskNetworks.class);

  /** Which networks of each model. */
  private final NetworkScope scope;

  /** Of this thread; null for plain Java of each network's own. */
  private final @Nullable NetworkBackend host;

  /** Null where there is no device. */
  private final @Nullable SharedBackend shared;

  /** Null where steps are taken at once. */
  private final @Nullable GatheredSteps steps;

  private SubtaskNetworks(
      NetworkScope scope, @Nullable NetworkBackend host, @Nullable SharedBackend shared) {
    this.scope = scope;
    this.host = host;
    this.shared = shared;
    StepGatherer gatherer = gatherer();
    this.steps = gatherer == null ? null : new GatheredSteps(gatherer);
  }

  /** Plain Java, whatever is configured. */
  static SubtaskNetworks plain() {
    return new SubtaskNetworks(NetworkScope.GATES, null, null);
  }

  /**
   * Opens what is configured.
   *
   * @param subtasks of the job
   * @param recovering whether the job has run before and goes on after a failure: a device that has
   *     disappeared meanwhile then costs speed, not the job
   * @throws SuppressRestartsException when what is asked for is not to be had; trying again would
   *     not help
   */
  static SubtaskNetworks open(
      BackendSource source,
      JobOptions.Router options,
      ModelSpec spec,
      JobID job,
      int subtasks,
      boolean recovering)
      throws InterruptedException {
    if (options.backend() == BackendChoice.JAVA) {
      return plain();
    }
    List<NetworkShape> shapes =
        MixtureOfExperts.create(spec.mixtureConfig(), spec.streamSchema())
            .networkShapes(options.networks());
    SharedBackend shared = null;
    SubtaskNetworks opened = null;
    try {
      shared = SharedBackend.acquire(job, options, shapes, subtasks, source);
      opened =
          new SubtaskNetworks(options.networks(), host(source, shared.choice(), shapes), shared);
      return opened;
    } catch (BackendUnavailableException e) {
      if (recovering && options.backend().mayGather() && options.backend() != BackendChoice.AUTO) {
        LOG.error("the device is gone since the job failed; it goes on in plain Java", e);
        return plain();
      }
      throw new SuppressRestartsException(
          new IllegalArgumentException("router.backend: " + e.getMessage(), e));
    } finally {
      if (opened == null && shared != null) {
        shared.release();
      }
    }
  }

  /** What computes predictions. For single events vector instructions give the bits of Java. */
  private static @Nullable NetworkBackend host(
      BackendSource source, BackendChoice choice, List<NetworkShape> shapes)
      throws BackendUnavailableException {
    if (choice == BackendChoice.JAVA) {
      return null;
    }
    if (!choice.mayGather()) {
      return source.open(choice, null, shapes);
    }
    try {
      return source.open(BackendChoice.SIMD, null, shapes);
    } catch (BackendUnavailableException e) {
      LOG.info("predictions are computed in plain Java: {}", e.getMessage());
      return null;
    }
  }

  /** Has a model computed here from now on. Cheap; needed whenever a model comes from the state. */
  void attach(MixtureOfExperts mixture, String modelKey) {
    if (steps != null) {
      steps.of(modelKey);
    }
    if (host != null || steps != null) {
      mixture.computeWith(scope, host, steps);
    }
  }

  /** Null where steps are taken at once. */
  @Nullable GatheredSteps steps() {
    return steps;
  }

  /** Null where there is no device. */
  @Nullable StepGatherer gatherer() {
    return shared == null ? null : shared.gatherer();
  }

  /** For people: what takes the training steps. */
  String describe() {
    StepGatherer gatherer = gatherer();
    if (gatherer != null) {
      return gatherer.describe();
    }
    return host == null ? "java" : host.name();
  }

  @Override
  public void close() {
    if (steps != null) {
      steps.close();
    }
    if (shared != null) {
      shared.release();
    }
    if (host != null) {
      host.close();
    }
  }
}
