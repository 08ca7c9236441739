// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

/** What computes networks. */
public enum BackendChoice {
  /** Plain Java: the reference, everywhere. */
  JAVA,
  /** The vector instructions of the processor; needs {@code --add-modules jdk.incubator.vector}. */
  SIMD,
  /** A device under OpenCL, many models in one launch. */
  OPENCL,
  /** The fastest of these on the job's own networks, measured once at start. */
  AUTO
}
