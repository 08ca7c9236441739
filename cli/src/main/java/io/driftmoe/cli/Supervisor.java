// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.flink.FailureMessage;
import io.driftmoe.local.LocalException;
import io.driftmoe.local.ShutdownHooks;
import io.driftmoe.local.TemporaryFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Runs a command in a process of its own and starts it again when that dies: by a signal, such as
 * {@code kill -9} or that of a machine without memory, or because something outside is away. A
 * process that says that another attempt would fail as well is not started again.
 *
 * <p>The process reads its standard input and ends when that ends, so that it never outlives the
 * one that watches it.
 */
final class Supervisor {
  /** The exit code of a process that may succeed at another time: EX_TEMPFAIL of sysexits.h. */
  static final int TRY_AGAIN = 75;

  /** The exit code of a process that has worked and cannot go on: EX_SOFTWARE of sysexits.h. */
  static final int GO_ON = 70;

  private static final int SIGINT = 130;
  private static final int SIGTERM = 143;

  private final Function<FirstStart, List<String>> command;
  private final Pauses pauses;
  private final PrintWriter err;
  private volatile boolean ending;

  /**
   * How long it waits between a death and the next start: twice as long each time, as long as no
   * process lives for a while in between.
   *
   * @param first after the first death
   * @param longest that it ever is
   * @param healthyAfter a life after which deaths are counted anew
   * @param most starts in a row after which it gives up
   */
  record Pauses(Duration first, Duration longest, Duration healthyAfter, int most) {
    static Pauses of(int most) {
      return new Pauses(Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofMinutes(10), most);
    }

    Duration before(int restart) {
      Duration pause = first;
      for (int i = 1; i < restart && pause.compareTo(longest) < 0; i++) {
        pause = pause.multipliedBy(2);
      }
      return pause.compareTo(longest) < 0 ? pause : longest;
    }
  }

  /**
   * @param command of the process, which is to end the first start
   */
  Supervisor(Function<FirstStart, List<String>> command, Pauses pauses, PrintWriter err) {
    this.command = command;
    this.pauses = pauses;
    this.err = err;
  }

  /** The command line of this process, to be run as a process that is watched. */
  static List<String> thisCommand(FirstStart start, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(start.options());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(arguments);
    return command;
  }

  /** In a process that is watched: ends it with the one that watches. */
  static void endWithParent() {
    if (FirstStart.ofThisProcess().isEmpty()) {
      return;
    }
    Thread reader =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // nothing is ever sent
                }
              } catch (IOException e) {
                // as good as its end
              }
              System.exit(0);
            },
            "end-with-parent");
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Runs the command until it ends for good.
   *
   * @return its exit code
   */
  int run() throws CommandException, LocalException, InterruptedException {
    try (TemporaryFolder folder = TemporaryFolder.create("supervisor")) {
      return run(command.apply(FirstStart.in(folder.path())), folder);
    } catch (IOException e) {
      throw new CommandException("the job does not start: " + FailureMessage.of(e), e);
    }
  }

  private int run(List<String> line, TemporaryFolder folder)
      throws CommandException, InterruptedException {
    int restarts = 0;
    while (true) {
      long begin = System.nanoTime();
      int code = runOnce(line, folder);
      if (ending || !isWorthAnotherTry(code)) {
        return code;
      }
      boolean healthy = System.nanoTime() - begin >= pauses.healthyAfter().toNanos();
      restarts = healthy ? 1 : restarts + 1;
      if (restarts > pauses.most()) {
        throw new CommandException(
            "the job has died %s times in a row, the last time with exit code %s: it is given up"
                .formatted(restarts, code));
      }
      Duration pause = pauses.before(restarts);
      err.printf(
          "the job has died with exit code %s: restart %s of %s in %s s%n",
          code, restarts, pauses.most(), pause.toSeconds());
      TimeUnit.MILLISECONDS.sleep(pause.toMillis());
    }
  }

  /**
   * More than 128: by a signal, but SIGINT and SIGTERM stop a job on purpose. 3: a JVM that was
   * told to end for lack of memory.
   */
  private static boolean isWorthAnotherTry(int code) {
    return code == TRY_AGAIN
        || code == GO_ON
        || code == 3
        || code > 128 && code != SIGINT && code != SIGTERM;
  }

  private int runOnce(List<String> line, TemporaryFolder folder)
      throws CommandException, InterruptedException {
    Process process;
    try {
      process =
          new ProcessBuilder(line)
              .redirectOutput(ProcessBuilder.Redirect.INHERIT)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      throw new CommandException("the job does not start: " + FailureMessage.of(e), e);
    }
    Thread onExit = new Thread(() -> endOnExit(process, folder), "stop-job");
    Runtime.getRuntime().addShutdownHook(onExit);
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      end(process);
      return process.waitFor();
    } finally {
      ShutdownHooks.remove(onExit);
    }
  }

  private void endOnExit(Process process, TemporaryFolder folder) {
    end(process);
    try {
      folder.close();
    } catch (LocalException e) {
      err.println("driftmoe job: " + e.getMessage());
    }
  }

  /** As Ctrl-C ends it: with a savepoint. */
  private void end(Process process) {
    ending = true;
    process.destroy();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
