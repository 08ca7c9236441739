// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The short set: what run.sh does at length, once for each process that a job needs. */
@Tag("slow")
class FailuresIT {
  private static final Path HOME = Path.of("..");
  private static final Duration MOST = Duration.ofHours(1);
  private static final double RATE = 2_000;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  static Path folder;

  @Test
  void killedProcesses_changeNoPrediction() throws Exception {
    JobJar.require();
    Load load = Load.of(10_000, true);
    List<FaultKind> killed =
        List.of(FaultKind.TASKMANAGER_KILLED, FaultKind.BROKER_KILLED, FaultKind.JOBMANAGER_KILLED);

    FailureRun.Outcome undisturbed =
        new FailureRun(
                List.of(FaultKind.NONE),
                0,
                load,
                RATE,
                MOST,
                HOME,
                folder.resolve("undisturbed"),
                false)
            .run(null, System.err::println);
    FailureRun.Outcome struck =
        new FailureRun(killed, 3, load, RATE, MOST, HOME, folder.resolve("struck"), false)
            .run(undisturbed.ledger(), System.err::println);

    assertThat(undisturbed.result()).matches(RunResult::isGood);
    assertThat(struck.result()).matches(RunResult::isGood);
    assertThat(struck.result().strikes()).isEqualTo(3);
    assertThat(struck.result().digest()).isEqualTo(undisturbed.result().digest());
  }
}
