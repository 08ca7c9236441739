// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnClockTest {
  @TempDir private Path folder;

  @Test
  void processSeesItsJumps() throws Exception {
    Assumptions.assumeTrue(OwnClock.missing().isEmpty(), "a C compiler");
    OwnClock clock = OwnClock.in(folder);
    assertThat(ahead(clock)).isCloseTo(0, within(60L));

    clock.jump(Duration.ofHours(1));
    clock.jump(Duration.ofHours(1));
    assertThat(ahead(clock)).isCloseTo(7_200, within(60L));

    clock.jump(Duration.ofHours(-3));
    assertThat(ahead(clock)).isCloseTo(-3_600, within(60L));
  }

  private static long ahead(OwnClock clock) throws IOException {
    ProcessBuilder date = new ProcessBuilder("date", "+%s");
    date.environment().putAll(clock.environment());
    String seconds =
        new String(date.start().getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    return Long.parseLong(seconds.strip()) - Instant.now().getEpochSecond();
  }
}
