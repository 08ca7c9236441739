// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.simd;

import io.driftmoe.networks.BackendSelfTest;
import io.driftmoe.networks.BackendUnavailableException;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkBackendProvider;
import io.driftmoe.networks.NetworkBackends;
import org.jspecify.annotations.Nullable;

/**
 * Opens the back end of this module where the JVM has the module with the vector instructions.
 * Names no class of that module itself, so that it can say when it is missing.
 */
public final class SimdProvider implements NetworkBackendProvider {
  private static final String VECTORS = "jdk.incubator.vector";

  /** For the service loader. */
  public SimdProvider() {}

  @Override
  public String name() {
    return NetworkBackends.SIMD;
  }

  /**
   * {@inheritDoc}
   *
   * @param device null or empty: the processor is the only one
   */
  @Override
  public NetworkBackend open(@Nullable String device) throws BackendUnavailableException {
    if (device != null && !device.isEmpty()) {
      throw new BackendUnavailableException(
          "no device '%s': the processor is the only one, leave its name out".formatted(device));
    }
    if (ModuleLayer.boot().findModule(VECTORS).isEmpty()) {
      throw new BackendUnavailableException("start the JVM with --add-modules " + VECTORS);
    }
    NetworkBackend backend = new SimdBackend();
    BackendSelfTest.run(backend, SimdBackend.FIRST_WIDTH);
    return backend;
  }
}
