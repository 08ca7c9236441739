// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Runs cells, several at a time, and keeps what is finished in a folder: started again after an
 * interruption, it runs only what is missing or had failed. A cell that fails does not stop the
 * others. Where failures are kept, a cell that had failed is finished, too.
 */
public final class Suite implements AutoCloseable {
  private final CellStore store;
  private final CellExecutor executor;
  private final int workers;
  private final boolean keepFailures;
  private final FileChannel lockFile;
  private final ExecutorService threads;

  Suite(Path folder, CellExecutor executor, int workers) throws IOException {
    this(folder, executor, workers, false);
  }

  /**
   * @param keepFailures whether a cell that failed before is finished, and not run again
   */
  Suite(Path folder, CellExecutor executor, int workers, boolean keepFailures) throws IOException {
    Files.createDirectories(folder);
    this.lockFile =
        FileChannel.open(
            folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!locked(lockFile)) {
      lockFile.close();
      throw new IOException("another run is using the folder " + folder);
    }
    this.store = new CellStore(folder.resolve("cells"));
    this.executor = executor;
    this.workers = workers;
    this.keepFailures = keepFailures;
    this.threads = Executors.newFixedThreadPool(workers);
  }

  /**
   * A suite that runs each cell in a process of its own.
   *
   * @param folder for the results; is made when it is not there
   * @param workers how many cells run at a time, at least 1
   * @param memory heap of each process, as the JVM's -Xmx takes it
   * @param timeout after which a cell is given up and counts as failed; zero for never
   * @param keepFailures whether a cell that failed before is finished, and not run again
   * @throws IOException when the folder cannot be used, or another suite is using it
   */
  public static Suite open(
      Path folder,
      Provenance provenance,
      int workers,
      String memory,
      Duration timeout,
      boolean keepFailures)
      throws IOException {
    WorkerProcess processes = new WorkerProcess(provenance, memory, timeout);
    return new Suite(folder, processes, workers, keepFailures);
  }

  private static boolean locked(FileChannel file) throws IOException {
    try {
      FileLock lock = file.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // held by this very process
    }
  }

  /**
   * Runs what has no result yet.
   *
   * @return one result per cell, in the order of the cells
   * @throws IOException when a result cannot be kept
   * @throws InterruptedException when the thread was interrupted or the suite closed; everything
   *     finished until then is kept
   */
  public List<CellResult> run(List<Cell> cells, SuiteListener listener)
      throws IOException, InterruptedException {
    Map<Cell, CellResult> results = new ConcurrentHashMap<>();
    Queue<Cell> missing = new ConcurrentLinkedQueue<>();
    for (Cell cell : cells) {
      CellResult before =
          store.load(cell).filter(found -> keepFailures || !found.failed()).orElse(null);
      if (before == null) {
        missing.add(cell);
      } else {
        results.put(cell, before);
        listener.finished(before, true);
      }
    }
    List<Future<Void>> loops = new ArrayList<>();
    for (int i = 0; i < workers; i++) {
      loops.add(
          threads.submit(
              () -> {
                work(missing, results, listener);
                return null;
              }));
    }
    for (Future<Void> loop : loops) {
      await(loop);
    }
    return cells.stream().map(results::get).toList();
  }

  private void work(Queue<Cell> missing, Map<Cell, CellResult> results, SuiteListener listener)
      throws IOException, InterruptedException {
    for (Cell cell = missing.poll(); cell != null; cell = missing.poll()) {
      Cell current = cell;
      synchronized (listener) {
        listener.started(current);
      }
      CellResult result =
          executor.execute(
              current,
              events -> {
                synchronized (listener) {
                  listener.progressed(current, events);
                }
              });
      store.save(result);
      results.put(current, result);
      synchronized (listener) {
        listener.finished(result, false);
      }
    }
  }

  private static void await(Future<Void> loop) throws IOException, InterruptedException {
    try {
      loop.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException fault) {
        throw fault;
      }
      if (e.getCause() instanceof UncheckedIOException fault) {
        throw fault.getCause();
      }
      if (e.getCause() instanceof InterruptedException) {
        throw new InterruptedException("a worker was stopped");
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Stops what still runs; finished cells are kept. */
  @Override
  public void close() throws IOException {
    threads.shutdownNow();
    if (executor instanceof WorkerProcess processes) {
      processes.close();
    }
    try {
      threads.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    lockFile.close();
  }
}
