// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.simd;

import io.driftmoe.core.network.RouterBackend;
import io.driftmoe.core.network.RouterBackendContract;

/** Runs twice in a build: under G1, and under ZGC. */
final class SimdContractTest extends RouterBackendContract {
  private static final RouterBackend BACKEND = Opened.backend();

  @Override
  protected RouterBackend backend() {
    return BACKEND;
  }
}
