// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.networks.BackendException;
import io.driftmoe.networks.BackendSelfTest;
import io.driftmoe.networks.BackendUnavailableException;
import io.driftmoe.networks.FastestBackend;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkBackends;
import io.driftmoe.networks.NetworkShape;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The back ends whose modules are in the job. */
enum InstalledBackends implements BackendSource {
  /** All of them. */
  INSTANCE;

  private static final Logger LOG = LoggerFactory.getLogger(InstalledBackends.class);

  @Override
  public ChosenBackend choose(JobOptions.Router options, List<NetworkShape> shapes, int subtasks) {
    if (options.backend() != BackendChoice.AUTO) {
      return ChosenBackend.all(options.backend());
    }
    if (shapes.isEmpty()) {
      LOG.info("router.backend auto: no network that router.networks names, nothing to measure");
      return ChosenBackend.all(BackendChoice.JAVA);
    }
    FastestBackend fastest =
        FastestBackend.find(shapes, subtasks, options.gatherRouters(), options.device());
    LOG.info(
        "router.backend auto: {} is fastest{}: {}",
        fastest.name(),
        fastest.leastStacks().isEmpty()
            ? ""
            : " where so many models are due, and %s else: %s"
                .formatted(fastest.host(), fastest.leastStacks()),
        fastest.measurements());
    return new ChosenBackend(choice(fastest.name()), choice(fastest.host()), fastest.leastStacks());
  }

  private static BackendChoice choice(String name) {
    return BackendChoice.valueOf(name.toUpperCase(Locale.ROOT));
  }

  @Override
  public NetworkBackend open(
      BackendChoice choice, @Nullable String device, List<NetworkShape> shapes)
      throws BackendUnavailableException {
    if (choice == BackendChoice.AUTO) {
      throw new IllegalArgumentException("auto is no back end, but a choice of one");
    }
    NetworkBackend backend = NetworkBackends.open(choice.backend(), device);
    try {
      for (NetworkShape shape : shapes) {
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
