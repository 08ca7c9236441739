// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.opencl;

import com.aparapi.internal.opencl.OpenCLLoader;
import com.aparapi.internal.opencl.OpenCLPlatform;
import io.driftmoe.networks.BackendUnavailableException;
import java.util.List;

/** Finds what OpenCL there is, or why there is none. */
final class OpenClLoader {
  private OpenClLoader() {}

  static List<OpenCLPlatform> platforms() throws BackendUnavailableException {
    if (!OpenCLLoader.isOpenCLAvailable()) {
      throw new BackendUnavailableException(
          "OpenCL cannot be loaded: install an ICD loader (libOpenCL.so.1, Debian's"
              + " ocl-icd-libopencl1) and the driver of a device; see gpu-opencl/README.md");
    }
    List<OpenCLPlatform> platforms = new OpenCLPlatform().getOpenCLPlatforms();
    if (platforms.isEmpty()) {
      throw new BackendUnavailableException(
          "the OpenCL loader finds no platform: install the driver (ICD) of a device; see"
              + " gpu-opencl/README.md");
    }
    return platforms;
  }
}
