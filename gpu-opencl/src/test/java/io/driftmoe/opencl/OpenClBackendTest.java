// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.opencl;

import io.driftmoe.core.network.BackendUnavailableException;
import io.driftmoe.core.network.RouterBackend;
import io.driftmoe.core.network.RouterBackendContract;

/** What every back end must do, on the first OpenCL device. */
@NeedsOpenCl
final class OpenClBackendTest extends RouterBackendContract {
  private static RouterBackend backend;

  /** PoCL on two cores does some 3 GFLOP/s, and a tile counts in full however little is in it. */
  @Override
  protected long mostWork() {
    return 400_000;
  }

  @Override
  protected synchronized RouterBackend backend() {
    if (backend == null) {
      try {
        backend = new OpenClProvider().open(null);
      } catch (BackendUnavailableException e) {
        throw new AssertionError(e.getMessage(), e);
      }
    }
    return backend;
  }
}
