// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class WaitLimitTest {
  private final WaitLimit limit = new WaitLimit(Duration.ofMillis(200));

  @Test
  void whatComesInTimeIsReturned() throws Exception {
    limit.until(() -> true);
    assertThat(limit.get(CompletableFuture.completedFuture("result"))).isEqualTo("result");
  }

  @Test
  void whatDoesNotComeLeavesTheStacksOfAllThreadsInAFile() throws Exception {
    assertNamesDump(catchThrowable(() -> limit.until(() -> false)));
    assertNamesDump(catchThrowable(() -> limit.get(new CompletableFuture<>())));
  }

  private static void assertNamesDump(Throwable error) throws Exception {
    assertThat(error).isInstanceOf(AssertionError.class).hasMessageContaining("thread-dumps");
    Path dump = Path.of(error.getMessage().replaceFirst(".*: ", ""));
    assertThat(dump).content().contains("\"" + Thread.currentThread().getName() + "\"");
    Files.delete(dump);
  }
}
