// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import java.util.List;

/**
 * The arithmetic of networks, for one or for many of equal shape in one call: a stack. Each network
 * sees its own rows alone, and its result does not depend on what else is in the call, bit for bit.
 *
 * <p>{@link ReferenceBackend}, plain Java, is the reference. Others give, for equal calls, logits
 * that differ by at most 1e-6, and after 100 training steps parameters that differ by at most 1e-4,
 * both relative to the largest magnitude in the matrix compared. Two calls with equal arguments
 * give equal bits on one back end and device. All this is said of finite numbers.
 *
 * <p>Holds scratch memory but no learned state. Not thread-safe.
 */
public interface NetworkBackend extends AutoCloseable {

  /**
   * {@return the name for people: {@code java}, {@code simd}, or {@code opencl} with the name of
   * the device}
   */
  String name();

  /**
   * Computes logits.
   *
   * @param passes of networks with equal sizes, equal rows, all with dropout or all without; not
   *     empty. A network may occur several times
   * @throws IllegalArgumentException when they differ in one of these
   * @throws BackendException when the device failed; logits are undefined then
   */
  void forward(List<ForwardPass> passes);

  /**
   * Takes one training step for each network.
   *
   * @param steps whose {@link TrainingStep#shape} is equal, each of another network; not empty.
   *     Their learning rates may differ
   * @throws IllegalArgumentException when shapes differ or a network occurs twice
   * @throws BackendException when the device failed; parameters, moments and step counts of all
   *     networks are as before then, so that the steps can be taken elsewhere
   */
  void step(List<TrainingStep> steps);

  /**
   * What has been asked of the device so far; may be called from any thread.
   *
   * @return counts since the back end was opened; zeros without a device
   */
  default DeviceUse used() {
    return DeviceUse.NONE;
  }

  /** Gives memory and devices back; calling it again does nothing. */
  @Override
  default void close() {}
}
