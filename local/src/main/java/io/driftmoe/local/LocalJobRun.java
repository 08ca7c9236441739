// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import io.driftmoe.flink.BackendCheck;
import io.driftmoe.flink.FailureMessage;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.MixtureJob;
import io.driftmoe.networks.BackendUnavailableException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.jspecify.annotations.Nullable;

/**
 * Runs a job in this JVM until it fails or somebody interrupts it. Then it stops with a savepoint,
 * so that all it has read is in its committed outputs.
 */
public final class LocalJobRun {
  private final JobOptions options;
  private final Configuration settings;
  private final @Nullable Path savepoints;
  private final boolean webUi;
  private final PrintWriter out;
  private final PrintWriter err;
  private boolean stopped;

  /**
   * @param settings further Flink settings
   * @param savepoints where the savepoint is kept, or null for nowhere
   */
  public LocalJobRun(
      JobOptions options,
      Configuration settings,
      @Nullable Path savepoints,
      boolean webUi,
      PrintWriter out,
      PrintWriter err) {
    this.options = options;
    this.settings = settings;
    this.savepoints = savepoints;
    this.webUi = webUi;
    this.out = out;
    this.err = err;
  }

  /** Runs the job; an interrupted thread is how it ends well. */
  public void run() throws LocalException, InterruptedException {
    requireBackend();
    Broker broker = new Broker(options.kafka());
    broker.require(options);
    boolean quiet =
        settings.contains(StateRecoveryOptions.SAVEPOINT_PATH)
            && broker.hasCommittedAll(options.job());
    if (quiet) {
      RecoveredTransactions.silence();
    }
    try (TemporaryFolder folder = TemporaryFolder.create("driftmoe-job-")) {
      LocalJob job =
          LocalJob.start(
              folder.path(),
              options,
              webUi,
              settings,
              environment -> MixtureJob.build(environment, options));
      Path target =
          savepoints == null ? folder.path().resolve("savepoints") : savepoints.toAbsolutePath();
      Thread onExit = new Thread(() -> stopOnExit(job, target, folder), "stop-job");
      Runtime.getRuntime().addShutdownHook(onExit);
      try {
        err.printf("job %s runs; press Ctrl-C to stop it%n", job.id());
        if (!job.url().isEmpty()) {
          err.println("web UI: " + job.url());
        }
        if (quiet) {
          job.awaitRunning();
          RecoveredTransactions.warnAgain();
        }
        job.awaitEnd();
      } catch (InterruptedException e) {
        stop(job, target);
      } finally {
        ShutdownHooks.remove(onExit);
      }
    }
  }

  /** Here it takes one line to say so; a task that cannot open it takes Flink some more. */
  private void requireBackend() throws LocalException {
    try {
      BackendCheck.require(options);
    } catch (BackendUnavailableException e) {
      throw new LocalException("router.backend: " + FailureMessage.of(e), e);
    }
  }

  private void stopOnExit(LocalJob job, Path target, TemporaryFolder folder) {
    try {
      stop(job, target);
      folder.close();
    } catch (LocalException e) {
      err.println("driftmoe job: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void stop(LocalJob job, Path target)
      throws LocalException, InterruptedException {
    if (stopped) {
      return;
    }
    stopped = true;
    err.println("stopping the job");
    String path = job.stop(target);
    if (savepoints != null) {
      out.println(path);
      err.println("continue with --from-savepoint " + path);
    }
  }
}
