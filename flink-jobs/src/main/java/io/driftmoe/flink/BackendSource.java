// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.networks.BackendUnavailableException;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkShape;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the back ends of a job's networks come from. Travels with the job to its TaskManagers. */
interface BackendSource extends Serializable {

  /**
   * Says what computes on this machine. Called once per job and TaskManager.
   *
   * @param options as configured
   * @param shapes of the training steps of the networks of one model, each once; maybe none
   * @param subtasks of the job
   * @return what is asked for; for auto what was measured to be fastest
   */
  ChosenBackend choose(JobOptions.Router options, List<NetworkShape> shapes, int subtasks);

  /**
   * Opens a back end, which the caller closes.
   *
   * @param choice not auto
   * @param device part of the name of the device to use, or null
   * @param shapes of the steps that it will take, to be tried
   * @throws BackendUnavailableException saying why it is not to be had
   */
  NetworkBackend open(BackendChoice choice, @Nullable String device, List<NetworkShape> shapes)
      throws BackendUnavailableException;
}
