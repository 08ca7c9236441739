// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.opencl;

import com.aparapi.device.Device;
import com.aparapi.device.OpenCLDevice;
import com.aparapi.exception.CompileFailedException;
import com.aparapi.exception.QueryFailedException;
import com.aparapi.internal.opencl.OpenCLPlatform;
import io.driftmoe.networks.BackendException;
import io.driftmoe.networks.BackendSelfTest;
import io.driftmoe.networks.BackendUnavailableException;
import io.driftmoe.networks.NetworkBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A device that an OpenCL platform on this machine offers. */
public final class OpenClDevice {
  private final OpenCLPlatform platform;
  private final OpenCLDevice device;

  private OpenClDevice(OpenCLPlatform platform, OpenCLDevice device) {
    this.platform = platform;
    this.device = device;
  }

  /**
   * {@return all devices, GPUs first, each kind in the order of the platforms}
   *
   * @throws BackendUnavailableException saying why there is none
   */
  public static synchronized List<OpenClDevice> all() throws BackendUnavailableException {
    List<OpenCLPlatform> platforms = OpenClLoader.platforms();
    List<OpenClDevice> devices = new ArrayList<>();
    for (OpenCLPlatform platform : platforms) {
      for (OpenCLDevice device : platform.getOpenCLDevices()) {
        // Aparapi treats a device that it has no entry for as part of the processor. On one that is
        // not, that would leave it to the driver when to copy.
        device.setSharedMemory(device.getType() == Device.TYPE.CPU);
        devices.add(new OpenClDevice(platform, device));
      }
    }
    if (devices.isEmpty()) {
      throw new BackendUnavailableException(
          "the OpenCL platforms on this machine offer no device: " + names(platforms));
    }
    devices.sort((a, b) -> Boolean.compare(b.isGpu(), a.isGpu()));
    return devices;
  }

  /**
   * Those that are called so, in the order of {@link #all}.
   *
   * @param part of the name, in any case; null for all
   * @return at least one
   * @throws BackendUnavailableException saying which devices there are, or why there is none
   */
  public static List<OpenClDevice> called(@Nullable String part)
      throws BackendUnavailableException {
    List<OpenClDevice> all = all();
    List<OpenClDevice> called =
        all.stream().filter(device -> part == null || device.isCalled(part)).toList();
    if (called.isEmpty()) {
      throw new BackendUnavailableException(
          "no OpenCL device is called %s; there are: %s"
              .formatted(part, String.join(", ", all.stream().map(OpenClDevice::name).toList())));
    }
    return called;
  }

  private static String names(List<OpenCLPlatform> platforms) {
    return String.join(", ", platforms.stream().map(OpenCLPlatform::getName).toList());
  }

  /** {@return the name of the platform, such as {@code NVIDIA CUDA}} */
  public String platform() {
    return platform.getName();
  }

  /** {@return the version of the platform, such as {@code OpenCL 3.0 CUDA 13.0.84}} */
  public String version() {
    return platform.getVersion();
  }

  /** {@return the name of the device, such as {@code NVIDIA H100 80GB HBM3}} */
  public String name() {
    return device.getName();
  }

  /** {@return {@code GPU}, {@code CPU} or {@code ACC}} */
  public String type() {
    return device.getType().name();
  }

  /** {@return the number of processors that run work groups} */
  public int computeUnits() {
    return device.getMaxComputeUnits();
  }

  /** {@return how many work items a group may have} */
  public int groupSize() {
    return device.getMaxWorkGroupSize();
  }

  /** {@return the memory of a work group, in bytes} */
  public long localBytes() {
    return device.getLocalMemSize();
  }

  /** {@return the memory of the device, in bytes} */
  public long globalBytes() {
    return device.getGlobalMemSize();
  }

  OpenCLDevice aparapi() {
    return device;
  }

  private boolean isGpu() {
    return device.getType() == Device.TYPE.GPU;
  }

  private boolean isCalled(String part) {
    return name().toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
  }

  /**
   * Opens a back end on this device: compiles the kernel for it, runs small steps of every kind and
   * compares them with the reference.
   *
   * @return an open back end, the caller's to close
   * @throws BackendUnavailableException saying what failed
   */
  public NetworkBackend open() throws BackendUnavailableException {
    NetworkKernel kernel = new NetworkKernel(device);
    kernel.forgetFailures();
    OpenClBackend backend = new OpenClBackend(device, kernel);
    try {
      compile(kernel);
      BackendSelfTest.run(backend, 2 * NetworkKernel.TILE + 6);
      return backend;
    } catch (BackendException e) {
      backend.close();
      throw new BackendUnavailableException(e.getMessage(), e);
    } catch (BackendUnavailableException e) {
      backend.close();
      throw e;
    }
  }

  /**
   * Measures how many floating-point operations in single precision the device does in a second,
   * when it multiplies and adds in registers and does nothing else.
   *
   * @return operations per second; a multiplication with an addition counts as two
   * @throws BackendUnavailableException when the kernel does not run
   */
  public double measurePeak() throws BackendUnavailableException {
    PeakKernel kernel = new PeakKernel(device);
    kernel.forgetFailures();
    try {
      kernel.compile(device);
      return kernel.operationsPerSecond();
    } catch (CompileFailedException | BackendException e) {
      throw new BackendUnavailableException(
          "the peak of device %s cannot be measured: %s".formatted(name(), e.getMessage()), e);
    } finally {
      kernel.dispose();
    }
  }

  private void compile(NetworkKernel kernel) throws BackendUnavailableException {
    try {
      kernel.compile(device);
      int group = kernel.getKernelMaxWorkGroupSize(device);
      if (group < NetworkKernel.GROUP) {
        throw new BackendUnavailableException(
            "device %s runs work groups of at most %s for this kernel, it needs %s"
                .formatted(name(), group, NetworkKernel.GROUP));
      }
    } catch (CompileFailedException | QueryFailedException e) {
      throw new BackendUnavailableException(
          "the kernel does not compile for device %s: %s".formatted(name(), e.getMessage()), e);
    }
  }
}
