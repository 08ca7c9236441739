// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.simd;

import io.driftmoe.networks.BackendUnavailableException;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkBackends;

/** The back end as a configuration opens it, for tests that cannot do without. */
final class Opened {
  private Opened() {}

  static NetworkBackend backend() {
    try {
      return NetworkBackends.open(NetworkBackends.SIMD, null);
    } catch (BackendUnavailableException e) {
      throw new AssertionError(e);
    }
  }
}
