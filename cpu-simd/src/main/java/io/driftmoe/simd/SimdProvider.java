// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.simd;

import io.driftmoe.core.network.BackendSelfTest;
import io.driftmoe.core.network.BackendUnavailableException;
import io.driftmoe.core.network.RouterBackend;
import io.driftmoe.core.network.RouterBackendProvider;
import io.driftmoe.core.network.RouterBackends;

/**
 * Opens the back end of this module where the JVM has the module with the vector instructions.
 * Names no class of that module itself, so that it can say when it is missing.
 */
public final class SimdProvider implements RouterBackendProvider {
  private static final String VECTORS = "jdk.incubator.vector";

  /** For the service loader. */
  public SimdProvider() {}

  @Override
  public String name() {
    return RouterBackends.SIMD;
  }

  /**
   * {@inheritDoc}
   *
   * @param device null or empty: the processor is the only one
   */
  @Override
  public RouterBackend open(String device) throws BackendUnavailableException {
    if (device != null && !device.isEmpty()) {
      throw new BackendUnavailableException(
          "no device '%s': the processor is the only one, leave its name out".formatted(device));
    }
    if (ModuleLayer.boot().findModule(VECTORS).isEmpty()) {
      throw new BackendUnavailableException("start the JVM with --add-modules " + VECTORS);
    }
    RouterBackend backend = new SimdBackend();
    BackendSelfTest.run(backend, SimdBackend.FIRST_WIDTH);
    return backend;
  }
}
