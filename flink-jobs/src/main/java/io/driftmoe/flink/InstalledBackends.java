// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.network.BackendException;
import io.driftmoe.core.network.BackendSelfTest;
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
  public BackendChoice choose(JobOptions.Router options, List<RouterShape> shapes, int subtasks) {
    if (options.backend() != BackendChoice.AUTO) {
      return options.backend();
    }
    if (shapes.isEmpty()) {
      LOG.info("router.backend auto: no gate is a network, nothing to measure");
      return BackendChoice.JAVA;
    }
    FastestBackend fastest =
        FastestBackend.find(shapes, subtasks, options.gatherRouters(), options.device());
    LOG.info("router.backend auto: {} is fastest: {}", fastest.name(), fastest.measurements());
    return BackendChoice.valueOf(fastest.name().toUpperCase(Locale.ROOT));
  }

  @Override
  public RouterBackend open(BackendChoice choice, String device, List<RouterShape> shapes)
      throws BackendUnavailableException {
    String name =
        switch (choice) {
          case JAVA -> RouterBackends.JAVA;
          case SIMD -> RouterBackends.SIMD;
          case OPENCL -> RouterBackends.OPENCL;
          case AUTO ->
              throw new IllegalArgumentException("auto is no back end, but a choice of one");
        };
    RouterBackend backend = RouterBackends.open(name, device);
    try {
      for (RouterShape shape : shapes) {
        BackendSelfTest.run(backend, shape);
      }
    } catch (BackendUnavailableException e) {
      backend.close();
      throw e;
    } catch (BackendException e) {
      backend.close();
      throw new BackendUnavailableException(e.getMessage(), e);
    }
    return backend;
  }
}
