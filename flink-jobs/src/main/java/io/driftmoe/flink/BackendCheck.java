// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.networks.BackendUnavailableException;
import io.driftmoe.networks.NetworkBackends;

/** Finds out before a job starts in this process whether what computes its networks is there. */
public final class BackendCheck {
  private BackendCheck() {}

  /**
   * Opens the back end that is configured, and closes it.
   *
   * @param options of the job
   * @throws BackendUnavailableException when it is not to be had; one that is chosen by measuring
   *     always is
   */
  public static void require(JobOptions options) throws BackendUnavailableException {
    BackendChoice choice = options.router().backend();
    if (choice != BackendChoice.AUTO) {
      NetworkBackends.open(choice.backend(), options.router().device()).close();
    }
  }
}
