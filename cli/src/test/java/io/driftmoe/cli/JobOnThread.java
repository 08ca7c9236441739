// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A job that runs beside a test, until it is interrupted. */
final class JobOnThread implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final StringWriter err = new StringWriter();
  private final FutureTask<Integer> run;
  private final Thread thread;

  private JobOnThread(List<String> command) {
    PrintWriter out = new PrintWriter(new StringWriter());
    String[] words = command.toArray(String[]::new);
    run = new FutureTask<>(() -> Main.run(out, new PrintWriter(err), words));
    thread = new Thread(run, "job");
  }

  static JobOnThread start(List<String> command) {
    JobOnThread job = new JobOnThread(command);
    job.thread.start();
    return job;
  }

  /** What it has said until now on standard error. */
  String said() {
    return err.toString();
  }

  /** Waits for it, as long as the job runs. */
  void await(String what, Callable<Boolean> done) throws Exception {
    Awaitility.await(what).atMost(PATIENCE).until(() -> run.isDone() || done.call());
    if (run.isDone()) {
      throw new AssertionError("the job ended before %s: %s".formatted(what, said()));
    }
  }

  /** As Ctrl-C does. */
  void end() throws Exception {
    thread.interrupt();
    assertThat(run.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(said()).isZero();
  }

  /** Leaves no job behind where a test fails. */
  @Override
  public void close() {
    thread.interrupt();
  }
}
