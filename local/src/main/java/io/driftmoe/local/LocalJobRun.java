// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import io.driftmoe.flink.BackendCheck;
import io.driftmoe.flink.FailureMessage;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.JobStart;
import io.driftmoe.flink.JobTraces;
import io.driftmoe.flink.MixtureJob;
import io.driftmoe.flink.StartChoice;
import io.driftmoe.flink.StateFolder;
import io.driftmoe.networks.BackendUnavailableException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * Runs a job in this JVM until it fails or somebody interrupts it. Then it stops with a savepoint,
 * so that all it has read is in its committed outputs.
 */
public final class LocalJobRun {
  private final JobOptions options;
  private final StartChoice choice;
  private final @Nullable Path savepoints;
  private final boolean webUi;
  private final PrintWriter out;
  private final PrintWriter err;
  private boolean stopped;

  /**
   * @param choice from which state the job begins
   * @param savepoints where the savepoint is put with which it ends, or null for the state folder
   */
  public LocalJobRun(
      JobOptions options,
      StartChoice choice,
      @Nullable Path savepoints,
      boolean webUi,
      PrintWriter out,
      PrintWriter err) {
    this.options = options;
    this.choice = choice;
    this.savepoints = savepoints;
    this.webUi = webUi;
    this.out = out;
    this.err = err;
  }

  /**
   * Runs the job; an interrupted thread is how it ends well.
   *
   * @param begun runs when the state folder holds this run, from which a later start goes on, and
   *     before the job reads or sends anything
   */
  public void run(Runnable begun) throws LocalException, InterruptedException {
    requireBackend();
    Broker broker = new Broker(options.kafka());
    broker.require(options);
    String given = options.job().stateDir();
    String stateDir = given == null ? DefaultStates.of(broker.cluster()).toString() : given;
    Path states = StateFolder.local(stateDir, options.job().name());
    if (states == null) {
      run(stateDir, broker.tracesOf(options), begun);
      return;
    }
    // before the broker is asked for another job: here the answer comes at once
    StateLock lock = StateLock.take(states, options.job().name());
    try {
      run(stateDir, broker.tracesOf(options), begun);
    } finally {
      lock.close();
    }
  }

  private void run(String stateDir, JobTraces traces, Runnable begun)
      throws LocalException, InterruptedException {
    JobStart.Decision start = decide(stateDir, traces);
    begun.run();
    try (TemporaryFolder folder = TemporaryFolder.create("job")) {
      LocalJob job = start(start, folder.path());
      Thread onExit = new Thread(() -> stopOnExit(job, start, folder), "stop-job");
      Runtime.getRuntime().addShutdownHook(onExit);
      try {
        err.printf("job %s runs; press Ctrl-C to stop it%n", job.id());
        if (!job.url().isEmpty()) {
          err.println("web UI: " + job.url());
        }
        job.awaitEnd();
      } catch (InterruptedException e) {
        stop(job, start);
      } finally {
        ShutdownHooks.remove(onExit);
      }
    }
  }

  private LocalJob start(JobStart.Decision start, Path folder) throws LocalException {
    try {
      return LocalJob.start(
          folder,
          options,
          webUi,
          false,
          new Configuration(),
          environment -> {
            MixtureJob.build(environment, options);
            environment.configure(start.settings());
          });
    } catch (LocalException e) {
      start.withdraw(e);
      throw e;
    }
  }

  private JobStart.Decision decide(String stateDir, JobTraces traces) throws LocalException {
    try {
      JobStart.Decision start = JobStart.decide(options, stateDir, choice, traces);
      start.lines().forEach(err::println);
      return start;
    } catch (IllegalArgumentException e) {
      throw new LocalException(String.valueOf(e.getMessage()), e);
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

  private void stopOnExit(LocalJob job, JobStart.Decision start, TemporaryFolder folder) {
    try {
      stop(job, start);
      folder.close();
    } catch (LocalException e) {
      err.println("driftmoe job: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void stop(LocalJob job, JobStart.Decision start)
      throws LocalException, InterruptedException {
    if (stopped) {
      return;
    }
    stopped = true;
    err.println("stopping the job");
    String path = job.stop(target(start));
    if (savepoints != null) {
      out.println(path);
    }
    try {
      start.endedWith(path);
    } catch (IOException e) {
      throw new LocalException("job.state-dir: " + FailureMessage.of(e), e);
    }
    err.printf("saved to %s; started again, the job goes on from there%n", path);
  }

  private String target(JobStart.Decision start) {
    return savepoints == null
        ? Objects.requireNonNull(start.savepoints(), "a local job has a state folder")
        : StateFolder.pointer(savepoints.toString());
  }
}
