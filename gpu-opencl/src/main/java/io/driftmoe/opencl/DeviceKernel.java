// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.opencl;

import com.aparapi.Kernel;
import com.aparapi.Range;
import com.aparapi.device.Device;
import com.aparapi.device.JavaDevice;
import com.aparapi.device.OpenCLDevice;
import com.aparapi.internal.kernel.KernelManager;
import com.aparapi.internal.opencl.OpenCLPlatform;
import io.driftmoe.networks.BackendException;
import java.util.LinkedHashSet;

/**
 * A kernel that runs on one device or fails. Aparapi by itself goes on to the next device, and at
 * last to Java threads, without a word. Here the next one allowed is the alternative algorithm, and
 * that one throws.
 */
abstract class DeviceKernel extends Kernel {
  private final OpenCLDevice device;
  private boolean launched;

  DeviceKernel(OpenCLDevice device) {
    this.device = device;
  }

  @Override
  public final boolean isAllowDevice(Device candidate) {
    return candidate == device
        || (candidate == JavaDevice.ALTERNATIVE_ALGORITHM
            && KernelManager.instance().getPreferences(this).getFailedDevices().contains(device));
  }

  @Override
  public final boolean hasFallbackAlgorithm() {
    return true;
  }

  @Override
  public final void executeFallbackAlgorithm(Range range, int pass) {
    throw new BackendException("the device %s failed a launch".formatted(device.getName()));
  }

  /**
   * Runs all passes.
   *
   * @param items a multiple of the group
   * @param group work items that share local memory
   * @throws BackendException when the device did not run them; what the arrays hold is undefined
   */
  final void launch(int items, int group, int passes) {
    launched = true;
    try {
      // No device in the range: with one, Aparapi would try it for ever when it fails.
      execute(Range.create(null, items, group), passes);
    } catch (BackendException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new BackendException(
          "the device %s failed a launch: %s".formatted(device.getName(), e.getMessage()), e);
    }
    if (getTargetDevice() != device) {
      throw new BackendException(
          "the device %s did not run a launch, Aparapi went elsewhere".formatted(device.getName()));
    }
  }

  /**
   * Aparapi keeps for the life of the JVM which device once failed a class of kernels. When a
   * kernel is opened anew that shall not count.
   */
  final void forgetFailures() {
    LinkedHashSet<Device> preferred = new LinkedHashSet<>();
    for (OpenCLPlatform platform : new OpenCLPlatform().getOpenCLPlatforms()) {
      preferred.addAll(platform.getOpenCLDevices());
    }
    preferred.add(JavaDevice.ALTERNATIVE_ALGORITHM);
    KernelManager.instance().setPreferredDevices(this, preferred);
  }

  /** Gives the device's memory back. */
  @Override
  public final synchronized void dispose() {
    if (launched) { // of a kernel that was compiled but never ran, the native side crashes
      forgetFailures(); // or Aparapi takes it for one of Java and gives nothing back
      super.dispose();
    }
  }
}
