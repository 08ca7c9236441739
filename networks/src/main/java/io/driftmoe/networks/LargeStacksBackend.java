// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A device that is given stacks which are large enough for a call to pay, and a host that takes all
 * others. Owns both.
 */
public final class LargeStacksBackend implements NetworkBackend {
  private final NetworkBackend device;
  private final NetworkBackend host;
  private final Map<NetworkShape, Integer> least;

  /**
   * @param device for large stacks
   * @param host for others, and for logits
   * @param least how many networks of a shape the device is given at least; of a shape that is not
   *     there it is given none
   */
  public LargeStacksBackend(
      NetworkBackend device, NetworkBackend host, Map<NetworkShape, Integer> least) {
    this.device = Objects.requireNonNull(device, "device");
    this.host = Objects.requireNonNull(host, "host");
    this.least = Map.copyOf(least);
  }

  /** {@return that of the device} */
  @Override
  public String name() {
    return device.name();
  }

  @Override
  public void forward(List<ForwardPass> passes) {
    host.forward(passes);
  }

  @Override
  public void step(List<TrainingStep> steps) {
    Stack.checkSteps(steps);
    boolean large = steps.size() >= least.getOrDefault(steps.get(0).shape(), Integer.MAX_VALUE);
    (large ? device : host).step(steps);
  }

  @Override
  public DeviceUse used() {
    return device.used();
  }

  @Override
  public void close() {
    try {
      device.close();
    } finally {
      host.close();
    }
  }
}
