// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.Locale;

/** What computes networks. One line lets jobs choose another back end. */
public enum BackendChoice {
  /** Plain Java: the reference, everywhere. */
  JAVA(false),
  /** The vector instructions of the processor; needs {@code --add-modules jdk.incubator.vector}. */
  SIMD(false),
  /** A device under OpenCL, many models in one launch. */
  OPENCL(true),
  /** The fastest of these on the job's own networks, measured once at start. */
  AUTO(true);

  private final boolean mayGather;

  BackendChoice(boolean mayGather) {
    this.mayGather = mayGather;
  }

  /** {@return whether training steps of many models may go to the back end together} */
  public boolean mayGather() {
    return mayGather;
  }

  /** Name of the back end, which is also that in a configuration. */
  String backend() {
    return name().toLowerCase(Locale.ROOT);
  }
}
