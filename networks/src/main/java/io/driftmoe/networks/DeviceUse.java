// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

/**
 * What a back end has asked of its device since it was opened; all 0 for one that has none.
 *
 * @param launches calls to the device: data there, kernels, results back
 * @param kernels kernels that were run in these
 * @param bytesToDevice bytes that were sent
 * @param bytesFromDevice bytes that were fetched
 */
public record DeviceUse(long launches, long kernels, long bytesToDevice, long bytesFromDevice) {

  /** Nothing. */
  public static final DeviceUse NONE = new DeviceUse(0, 0, 0, 0);

  /**
   * {@return what has been asked since an earlier moment, count by count}
   *
   * @param earlier counts of the same back end, taken before these
   */
  public DeviceUse since(DeviceUse earlier) {
    return new DeviceUse(
        launches - earlier.launches,
        kernels - earlier.kernels,
        bytesToDevice - earlier.bytesToDevice,
        bytesFromDevice - earlier.bytesFromDevice);
  }
}
