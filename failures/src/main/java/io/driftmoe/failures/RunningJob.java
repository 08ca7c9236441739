// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;

/** The job of a rig, wherever it runs. */
interface RunningJob extends AutoCloseable {

  /** Starts it without a past. */
  void submit() throws IOException, InterruptedException;

  /** Waits until it works; where that cannot be seen from outside, does nothing. */
  void awaitRunning();

  /**
   * Stops it with a savepoint and starts it again from there.
   *
   * @param jar that it is started from
   * @param parallelism of the second start
   */
  void restart(Path jar, int parallelism) throws IOException, InterruptedException;

  /** The jar that it was last started from. */
  Path jar();

  int parallelism();

  /**
   * Attempts to go on after a failure, by the metric {@code numRestarts}; a JobManager that is
   * started anew counts from 0. Empty when nobody says.
   */
  OptionalLong restarts();

  @Override
  void close();
}
