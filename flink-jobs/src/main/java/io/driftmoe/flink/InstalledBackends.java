// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.network.BackendUnavailableException;
import io.driftmoe.core.network.FastestBackend;
import io.driftmoe.core.network.RouterBackend;
import io.driftmoe.core.network.RouterBackends;
import io.driftmoe.core.network.RouterShape;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The back ends whose modules are in the job. */
enum InstalledBackends implements BackendSource {
  /** All of them. */
  INSTANCE;

  private static final Logger LOG = LoggerFactory.getLogger(InstalledBackends.class);

  @Override
  public BackendChoice choose(JobOptions.Router options, List<RouterShape> shapes) {
    if (options.backend() != BackendChoice.AUTO) {
      return options.backend();
    }
    if (shapes.isEmpty()) {
      LOG.info("router.backend auto: no gate is a network, nothing to measure");
      return BackendChoice.JAVA;
    }
    FastestBackend fastest = FastestBackend.find(shapes, options.gatherRouters(), options.device());
    LOG.info("router.backend auto: {} is fastest: {}", fastest.name(), fastest.measurements());
    return BackendChoice.valueOf(fastest.name().toUpperCase(Locale.ROOT));
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
