// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.opencl;

import io.driftmoe.core.network.BackendUnavailableException;
import io.driftmoe.core.network.RouterBackend;
import io.driftmoe.core.network.RouterBackendProvider;
import io.driftmoe.core.network.RouterBackends;
import java.util.List;

/** Opens the first GPU, else the first device, or the one that is asked for. */
public final class OpenClProvider implements RouterBackendProvider {

  @Override
  public String name() {
    return RouterBackends.OPENCL;
  }

  @Override
  public RouterBackend open(String device) throws BackendUnavailableException {
    List<OpenClDevice> devices = OpenClDevice.all();
    for (OpenClDevice candidate : devices) {
      if (device == null || candidate.isCalled(device)) {
        return candidate.open();
      }
    }
    throw new BackendUnavailableException(
        "no OpenCL device is called %s; there are: %s"
            .formatted(
                device, String.join(", ", devices.stream().map(OpenClDevice::name).toList())));
  }
}
