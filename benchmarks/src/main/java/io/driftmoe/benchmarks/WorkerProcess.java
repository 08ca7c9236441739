// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs every cell in a JVM of its own: no cell inherits what the compiler learned from another,
 * none takes another's memory, and a crash is that cell's alone.
 */
final class WorkerProcess implements CellExecutor, AutoCloseable {
  private final Provenance provenance;
  private final String memory;
  private final Duration timeout;
  private final Set<Process> running = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private volatile boolean closed;

  /**
   * @param memory of the heap, as the JVM's -Xmx takes it
   * @param timeout after which a cell is given up; zero for never
   */
  WorkerProcess(Provenance provenance, String memory, Duration timeout) {
    this.provenance = provenance;
    this.memory = memory;
    this.timeout = timeout;
  }

  @Override
  public CellResult execute(Cell cell, LongConsumer progress) throws InterruptedException {
    try {
      return run(cell, progress);
    } catch (IOException e) {
      return Failures.of(cell, provenance, "its process could not be run: " + e.getMessage());
    }
  }

  private CellResult run(Cell cell, LongConsumer progress)
      throws IOException, InterruptedException {
    Path errors = Files.createTempFile("driftmoe-worker-", ".log");
    Process process = new ProcessBuilder(command()).redirectError(errors.toFile()).start();
    running.add(process);
    @Nullable ScheduledFuture<?> alarm =
        timeout.isZero()
            ? null
            : timer.schedule(process::destroyForcibly, timeout.toMillis(), TimeUnit.MILLISECONDS);
    try {
      if (closed) {
        throw new InterruptedException("the suite is closing");
      }
      AtomicLong events = new AtomicLong();
      @Nullable String result =
          talk(
              process,
              cell,
              done -> {
                events.set(done);
                progress.accept(done);
              });
      int code = process.waitFor();
      if (closed) {
        throw new InterruptedException("the suite is closing");
      }
      if (result != null) {
        return Json.read(result, CellResult.class);
      }
      boolean late = alarm != null && alarm.isDone();
      return Failures.of(cell, provenance, late ? late(events.get(), cell) : died(code, errors));
    } finally {
      if (alarm != null) {
        alarm.cancel(false);
      }
      process.destroyForcibly();
      running.remove(process);
      Files.deleteIfExists(errors);
    }
  }

  private @Nullable String talk(Process process, Cell cell, LongConsumer progress)
      throws IOException {
    // the stream stays open: its end would end the worker
    process
        .getOutputStream()
        .write(
            (Json.write(new WorkerMain.Request(cell, provenance)) + "\n")
                .getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
    try {
      String line;
      while ((line = lines.readLine()) != null) {
        if (line.startsWith(WorkerMain.PROGRESS)) {
          progress.accept(Long.parseLong(line.substring(WorkerMain.PROGRESS.length())));
        } else if (line.startsWith(WorkerMain.RESULT)) {
          return line.substring(WorkerMain.RESULT.length());
        }
      }
    } catch (IOException e) {
      return null; // the process was killed while we read
    }
    return null;
  }

  private List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + memory);
    // collects in the thread that allocates the garbage, so the other cells keep their cores
    command.add("-XX:+UseSerialGC");
    // as ./driftmoe has it: long methods are compiled by themselves, for all learners alike
    command.add("-XX:FreqInlineSize=120");
    // JOL weighs models: it looks for the instrumentation it can attach, and at fields of records
    command.add("-Djdk.attach.allowAttachSelf=true");
    command.add("-Djol.magicFieldOffset=true");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(WorkerMain.class.getName());
    return command;
  }

  private String late(long events, Cell cell) {
    boolean whole = timeout.toSeconds() % 60 == 0;
    return String.format(
        Locale.ROOT,
        "not done after %d %s: only about %,d of %,d events",
        whole ? timeout.toMinutes() : timeout.toSeconds(),
        whole ? "minutes" : "seconds",
        events,
        cell.events());
  }

  private static String died(int code, Path errors) {
    String last = "";
    try {
      for (String line : Files.readAllLines(errors)) {
        last = line.isBlank() ? last : line.strip();
      }
    } catch (IOException | UncheckedIOException e) {
      last = "";
    }
    return "its process ended with exit code %s%s"
        .formatted(code, last.isEmpty() ? "" : ": " + last);
  }

  /** Kills what still runs. */
  @Override
  public void close() {
    closed = true;
    running.forEach(Process::destroyForcibly);
    timer.shutdownNow();
  }
}
