// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.simd;

import io.driftmoe.core.network.BackendUnavailableException;
import io.driftmoe.core.network.RouterBackend;
import io.driftmoe.core.network.RouterBackends;

/** The back end as a configuration opens it, for tests that cannot do without. */
final class Opened {
  private Opened() {}

  static RouterBackend backend() {
    try {
      return RouterBackends.open(RouterBackends.SIMD, null);
    } catch (BackendUnavailableException e) {
      throw new AssertionError(e);
    }
  }
}
