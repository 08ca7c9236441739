// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RigProcessTest {
  @TempDir Path folder;

  @Test
  void oneThatEndsByItself_isStartedAgainAndCounted() throws Exception {
    try (RigProcess process = process("true")) {
      process.start();

      await().until(() -> process.exits() > 1);
    }
  }

  @Test
  void oneThatIsKilled_staysAway() throws Exception {
    try (RigProcess process = process("sleep", "60")) {
      process.start();
      ProcessHandle handle = ProcessHandle.of(process.pid()).orElseThrow();

      process.kill();

      assertThat(handle.isAlive()).isFalse();
      assertThat(process.exits()).isZero();
    }
  }

  private RigProcess process(String... command) {
    return new RigProcess("one", List.of(command), Map.of(), folder.resolve("output"));
  }
}
