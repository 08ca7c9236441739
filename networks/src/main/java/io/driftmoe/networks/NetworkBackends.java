// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** Opens back ends by the names a configuration gives them. */
public final class NetworkBackends {
  /** The reference. */
  public static final String JAVA = "java";

  /** The vector instructions of the processor. */
  public static final String SIMD = "simd";

  /** A device under OpenCL. */
  public static final String OPENCL = "opencl";

  private NetworkBackends() {}

  /**
   * Opens a back end.
   *
   * @param name java, simd or opencl
   * @param device part of the name of the device to use, in any case; null for the best there is
   * @return an open back end, the caller's to close
   * @throws BackendUnavailableException naming the back end and saying why it is not to be had
   */
  public static NetworkBackend open(String name, @Nullable String device)
      throws BackendUnavailableException {
    if (name.equals(JAVA)) {
      return new ReferenceBackend();
    }
    for (NetworkBackendProvider provider : providers()) {
      if (provider.name().equals(name)) {
        try {
          return provider.open(device);
        } catch (LinkageError e) { // such as vectors of another JDK, or a native library
          throw new BackendUnavailableException(
              "network back end %s cannot be loaded: %s".formatted(name, e), e);
        } catch (BackendUnavailableException e) {
          throw new BackendUnavailableException(
              "network back end %s: %s".formatted(name, e.getMessage()), e);
        }
      }
    }
    throw new BackendUnavailableException(
        "network back end %s: no module on the class path provides it".formatted(name));
  }

  /** Those on the class path, without the reference; back ends that gather come last. */
  static List<NetworkBackendProvider> providers() {
    // the loader of this class: in a cluster it is the job's, the thread's may be another
    return ServiceLoader.load(NetworkBackendProvider.class, NetworkBackends.class.getClassLoader())
        .stream()
        .map(ServiceLoader.Provider::get)
        .sorted(Comparator.comparing(NetworkBackendProvider::gathers))
        .toList();
  }
}
