// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the states of jobs are that run in this process and name no {@code job.state-dir}: in the
 * user's folder for such things, as the XDG Base Directory Specification has it, and there apart by
 * Kafka cluster, because jobs at two clusters may have one name.
 */
public final class DefaultStates {
  private DefaultStates() {}

  /**
   * The folder of all clusters.
   *
   * @throws LocalException when this user has no place for such things
   */
  public static Path folder() throws LocalException {
    return folder(System.getenv("XDG_STATE_HOME"), System.getProperty("user.home"));
  }

  static Path folder(@Nullable String states, String home) throws LocalException {
    if (states != null && Path.of(states).isAbsolute()) {
      return Path.of(states, "driftmoe");
    }
    if (!Path.of(home).isAbsolute()) { // the JVM has "?" for a user whom the system does not list
      throw new LocalException(
          "this user has no home folder, in which states would be: set job.state-dir");
    }
    return Path.of(home, ".local", "state", "driftmoe");
  }

  static Path of(String cluster) throws LocalException {
    return folder().resolve(cluster);
  }
}
