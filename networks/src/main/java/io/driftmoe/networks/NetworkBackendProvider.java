// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import org.jspecify.annotations.Nullable;

/** Opens back ends of one kind; found with {@link java.util.ServiceLoader}. */
public interface NetworkBackendProvider {

  /** {@return what a configuration calls it: {@code simd}, {@code opencl}} */
  String name();

  /**
   * Whether one back end takes the training steps of all threads, stacked, because a call costs
   * more than a step.
   *
   * @return true of a device; otherwise each thread opens a back end of its own
   */
  default boolean gathers() {
    return false;
  }

  /**
   * Opens a back end that has computed something and was compared with the reference.
   *
   * @param device part of the name of the device to use, in any case; null for the best there is
   * @return an open back end, the caller's to close
   * @throws BackendUnavailableException saying why there is none: a missing JVM flag or driver, no
   *     such device, a kernel that does not compile, a wrong result
   */
  NetworkBackend open(@Nullable String device) throws BackendUnavailableException;
}
