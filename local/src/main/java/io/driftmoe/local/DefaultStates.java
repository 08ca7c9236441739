// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import java.nio.file.Path;

/**
 * Where the states of jobs are that run in this process and name no {@code job.state-dir}: in the
 * user's folder for such things, as the XDG Base Directory Specification has it, and there apart by
 * Kafka cluster, because jobs at two clusters may have one name.
 */
final class DefaultStates {
  private DefaultStates() {}

  static Path of(String cluster) {
    String base = System.getenv("XDG_STATE_HOME");
    Path states =
        base == null || !Path.of(base).isAbsolute()
            ? Path.of(System.getProperty("user.home"), ".local", "state")
            : Path.of(base);
    return states.resolve("driftmoe").resolve(cluster);
  }
}
