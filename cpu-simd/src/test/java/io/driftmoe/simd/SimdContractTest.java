// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.simd;

import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkBackendContract;

/** Runs twice in a build: under G1, and under ZGC. */
final class SimdContractTest extends NetworkBackendContract {
  private static final NetworkBackend BACKEND = Opened.backend();

  @Override
  protected NetworkBackend backend() {
    return BACKEND;
  }
}
