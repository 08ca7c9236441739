// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.flink.FailureMessage;
import io.driftmoe.local.ShutdownHooks;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs a command in a process of its own and starts it again when that dies: by a signal, such as
 * {@code kill -9} or that of a machine without memory, or because something outside is away. A
 * process that says that another attempt would fail as well is not started again.
 *
 * <p>The process reads its standard input and ends when that ends, so that it never outlives the
 * one that watches it.
 */
final class Supervisor {
  /** Tells the process that it is watched. */
  static final String SUPERVISED = "driftmoe.supervised";

  /** The exit code of a process that may succeed at another time: EX_TEMPFAIL of sysexits.h. */
  static final int TRY_AGAIN = 75;

  /** The exit code of a process that has worked and cannot go on: EX_SOFTWARE of sysexits.h. */
  static final int GO_ON = 70;

  private static final int SIGINT = 130;
  private static final int SIGTERM = 143;

  private final List<String> first;
  private final List<String> later;
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
   * @param first command until a process has begun its work
   * @param later command that goes on with that work
   */
  Supervisor(List<String> first, List<String> later, Pauses pauses, PrintWriter err) {
    this.first = List.copyOf(first);
    this.later = List.copyOf(later);
    this.pauses = pauses;
    this.err = err;
  }

  /** The command line of this process, to be run as a process that is watched. */
  static List<String> thisCommand(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("-D" + SUPERVISED + "=true");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(arguments);
    return command;
  }

  /** In a process that is watched: ends it with the one that watches. */
  static void endWithParent() {
    if (!Boolean.getBoolean(SUPERVISED)) {
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
  int run() throws CommandException, InterruptedException {
    int restarts = 0;
    List<String> command = first;
    while (true) {
      long begin = System.nanoTime();
      int code = runOnce(command);
      if (ending || !isWorthAnotherTry(code)) {
        return code;
      }
      command = code == TRY_AGAIN ? command : later;
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

  private int runOnce(List<String> command) throws CommandException, InterruptedException {
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.INHERIT)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      throw new CommandException("the job does not start: " + FailureMessage.of(e), e);
    }
    Thread onExit = new Thread(() -> end(process), "stop-job");
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
