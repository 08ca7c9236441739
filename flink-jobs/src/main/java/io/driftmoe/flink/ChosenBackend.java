// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.networks.NetworkShape;
import java.util.Map;

/**
 * What computes on this machine.
 *
 * @param choice never auto
 * @param host what takes the steps that are too few for a device: java or simd
 * @param leastStacks for each shape how many networks a device is given at least, the host taking
 *     smaller stacks and other shapes; empty where a device is given all, or there is none
 */
record ChosenBackend(
    BackendChoice choice, BackendChoice host, Map<NetworkShape, Integer> leastStacks) {

  /** Rejects auto, which is no back end. */
  ChosenBackend {
    if (choice == BackendChoice.AUTO || host.mayGather()) {
      throw new IllegalArgumentException("auto is no back end, but a choice of one");
    }
    leastStacks = Map.copyOf(leastStacks);
  }

  /** One that computes everything. */
  static ChosenBackend all(BackendChoice choice) {
    return new ChosenBackend(choice, BackendChoice.JAVA, Map.of());
  }
}
