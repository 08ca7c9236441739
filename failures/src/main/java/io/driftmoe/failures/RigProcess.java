// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process that is started again when it ends by itself, as a service manager does, and that can
 * be killed and paused.
 */
final class RigProcess implements AutoCloseable {
  private final String name;
  private final List<String> command;
  private final Map<String, String> environment;
  private final Path output;

  private @Nullable Process process;
  private boolean wanted;
  private int exits;

  /**
   * @param environment variables besides those of this process
   * @param output file to which standard output and error are appended
   */
  RigProcess(String name, List<String> command, Map<String, String> environment, Path output) {
    this.name = name;
    this.command = command;
    this.environment = environment;
    this.output = output;
  }

  String name() {
    return name;
  }

  /** How often it ended although nobody killed it. */
  synchronized int exits() {
    return exits;
  }

  synchronized long pid() {
    return running().pid();
  }

  synchronized void start() throws IOException {
    wanted = true;
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(output.toFile()));
    builder.environment().putAll(environment);
    Process started = builder.start();
    process = started;
    started.onExit().thenAccept(this::ended);
  }

  private synchronized void ended(Process ended) {
    if (!wanted || ended != process) {
      return;
    }
    exits++;
    try {
      start();
    } catch (IOException e) {
      throw new IllegalStateException(name + " does not start again: " + e.getMessage(), e);
    }
  }

  /** Ends it at once, as {@code kill -9} does, and waits until it has gone. */
  void kill() throws InterruptedException {
    Process killed;
    synchronized (this) {
      wanted = false;
      killed = running();
    }
    killed.destroyForcibly().waitFor();
  }

  /** Kills the processes that it has started, and not itself. */
  void killChildren() {
    ProcessHandle.of(pid()).stream()
        .flatMap(ProcessHandle::children)
        .toList()
        .forEach(RigProcess::kill);
  }

  private static void kill(ProcessHandle process) {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** Asks it to end, as a service manager does, and waits until it has gone. */
  void terminate() throws InterruptedException {
    Process terminated;
    synchronized (this) {
      wanted = false;
      terminated = running();
    }
    terminated.destroy();
    terminated.waitFor();
  }

  /** Stops it where it is; {@link #resume} lets it go on. */
  void pause() throws IOException, InterruptedException {
    signal("STOP");
  }

  void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String signal) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid())).start();
    if (!kill.waitFor(10, TimeUnit.SECONDS) || kill.exitValue() != 0) {
      throw new IOException("%s did not get the signal %s".formatted(name, signal));
    }
  }

  private synchronized Process running() {
    Process running = process;
    if (running == null) {
      throw new IllegalStateException(name + " was not started");
    }
    return running;
  }

  /** Kills it and its children, for good, and waits until they have gone. */
  @Override
  public void close() {
    Process last;
    synchronized (this) {
      wanted = false;
      last = process;
    }
    if (last != null) {
      List<ProcessHandle> children = last.children().toList();
      last.destroyForcibly().onExit().join();
      children.forEach(RigProcess::kill);
    }
  }
}
