// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

/** The job jar that the build has made. */
final class JobJar {
  private static final Path PATH = Path.of("..", "flink-jobs/target/driftmoe-job.jar");

  private JobJar() {}

  /** Where it is; a test that is run before it was made fails and says so. */
  static Path require() {
    assertThat(PATH).as("made when flink-jobs is packaged: run verify, not test").exists();
    return PATH;
  }
}
