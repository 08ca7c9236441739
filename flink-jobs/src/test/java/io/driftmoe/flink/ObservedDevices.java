// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.networks.BackendUnavailableException;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkShape;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * A machine that has what a test says as its device, and no vector instructions.
 *
 * @param id names it in this JVM, so that it can travel with a job
 */
record ObservedDevices(String id) implements BackendSource {
  private static final long serialVersionUID = 1L;
  private static final Map<String, Supplier<NetworkBackend>> DEVICES = new ConcurrentHashMap<>();

  /** A new machine, whose device is opened again whenever it is asked for. */
  static ObservedDevices of(Supplier<NetworkBackend> device) {
    ObservedDevices machine = new ObservedDevices("machine " + DEVICES.size());
    DEVICES.put(machine.id, device);
    return machine;
  }

  /** A machine without device. */
  static ObservedDevices none() {
    return new ObservedDevices("no device");
  }

  @Override
  public ChosenBackend choose(JobOptions.Router options, List<NetworkShape> shapes, int subtasks) {
    return ChosenBackend.all(
        options.backend() == BackendChoice.AUTO ? BackendChoice.JAVA : options.backend());
  }

  @Override
  public NetworkBackend open(BackendChoice choice, String device, List<NetworkShape> shapes)
      throws BackendUnavailableException {
    Supplier<NetworkBackend> found = choice == BackendChoice.OPENCL ? DEVICES.get(id) : null;
    if (found == null) {
      throw new BackendUnavailableException("%s: this test has none".formatted(choice));
    }
    return found.get();
  }
}
