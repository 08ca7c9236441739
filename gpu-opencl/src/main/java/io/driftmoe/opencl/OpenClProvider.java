// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.opencl;

import io.driftmoe.networks.BackendUnavailableException;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkBackendProvider;
import io.driftmoe.networks.NetworkBackends;

/** Opens the first GPU, else the first device, or the one that is asked for. */
public final class OpenClProvider implements NetworkBackendProvider {

  @Override
  public String name() {
    return NetworkBackends.OPENCL;
  }

  @Override
  public boolean gathers() {
    return true;
  }

  @Override
  public NetworkBackend open(String device) throws BackendUnavailableException {
    return OpenClDevice.called(device).get(0).open();
  }
}
