// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.opencl;

import io.driftmoe.core.network.BackendUnavailableException;
import io.driftmoe.core.network.RouterBackend;
import io.driftmoe.core.network.RouterBackendProvider;
import io.driftmoe.core.network.RouterBackends;

/** Opens the first GPU, else the first device, or the one that is asked for. */
public final class OpenClProvider implements RouterBackendProvider {

  @Override
  public String name() {
    return RouterBackends.OPENCL;
  }

  @Override
  public RouterBackend open(String device) throws BackendUnavailableException {
    return OpenClDevice.called(device).get(0).open();
  }
}
