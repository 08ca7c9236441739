// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DefaultStatesTest {
  @Test
  void areInTheFolderForStates_orElseAtHome() throws Exception {
    assertThat(DefaultStates.folder("/states", "?")).isEqualTo(Path.of("/states/driftmoe"));
    Path home = Path.of("/home/a/.local/state/driftmoe");
    assertThat(DefaultStates.folder(null, "/home/a")).isEqualTo(home);
    assertThat(DefaultStates.folder("states", "/home/a")).isEqualTo(home);
  }

  @Test
  void ofAUserWithoutAHome_areNotInTheWorkingFolder() {
    assertThatExceptionOfType(LocalException.class)
        .isThrownBy(() -> DefaultStates.folder(null, "?"))
        .withMessage("this user has no home folder, in which states would be: set job.state-dir");
  }
}
