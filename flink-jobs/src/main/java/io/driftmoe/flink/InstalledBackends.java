// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.network.BackendUnavailableException;
import io.driftmoe.core.network.RouterBackend;
import io.driftmoe.core.network.RouterBackends;
import io.driftmoe.core.network.RouterShape;
import java.util.List;

/** The back ends whose modules are in the job. */
enum InstalledBackends implements BackendSource {
  /** All of them. */
  INSTANCE;

  @Override
  public BackendChoice choose(JobOptions.Router options, List<RouterShape> shapes)
      throws BackendUnavailableException {
    if (options.backend() == BackendChoice.AUTO) {
      throw new BackendUnavailableException("router back end auto: nothing measures them yet");
    }
    return options.backend();
  }

  @Override
  public RouterBackend open(BackendChoice choice, String device)
      throws BackendUnavailableException {
    return switch (choice) {
      case JAVA -> RouterBackends.open(RouterBackends.JAVA, device);
      case SIMD -> RouterBackends.open(RouterBackends.SIMD, device);
      case OPENCL -> RouterBackends.open(RouterBackends.OPENCL, device);
      case AUTO -> throw new IllegalArgumentException("auto is no back end, but a choice of one");
    };
  }
}
