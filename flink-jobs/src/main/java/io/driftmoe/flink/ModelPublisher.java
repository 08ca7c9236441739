// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.models.ModelFile;
import io.driftmoe.schemas.QuotedText;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.metrics.Counter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the models of one subtask to a folder, each as a model file, when it has learned since it
 * was written last. A file appears as a whole: it is written under another name and renamed. No
 * other file is touched, and none is deleted.
 *
 * <p>The thread of the operator turns models into bytes, a few at a time and at most a tenth of its
 * time; another thread writes them. While that one waits for the file system nothing else is taken.
 * A file that cannot be written is logged and counted, and tried again in the next round.
 */
final class ModelPublisher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ModelPublisher.class);

  /** After which no further model is turned into bytes in one go, and in how many bytes. */
  private static final long LONGEST_GO_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private static final long MOST_BYTES = 64L << 20;

  /** The operator does something else for so many times as long as a go has taken. */
  private static final int PAUSES = 9;

  private static final long LEAST_PAUSE_MILLIS = 20;

  /**
   * How long a task that ends waits for a file that is being written; its successor writes it too.
   */
  private static final long LONGEST_CLOSE_MILLIS = 10_000;

  /** How long the end of the job waits for the file system. */
  private static final Duration LONGEST_END = Duration.ofSeconds(30);

  private final String folder;
  private final long everyMillis;
  private final StateKeys stateKeys;
  private final Counter published;
  private final Counter failed;
  private final RareWarning warning = new RareWarning(System::nanoTime);
  private final ExecutorService writer;

  /** The keys of models that have learned since they were written, in this order. */
  private final LinkedHashSet<String> changed = new LinkedHashSet<>();

  /** Those of this round that are yet to be written. */
  private final LinkedHashSet<String> due = new LinkedHashSet<>();

  private final boolean onDrift;
  private Runnable requested = () -> {};

  private @Nullable Future<List<Failed>> writing;
  private int inWriting;

  /** A model as a file holds it. */
  record File(String modelKey, byte[] bytes) {}

  private record Failed(String modelKey, IOException cause) {}

  /** Gives models as files hold them. */
  interface Source {
    /** The model of this key; null where it has none any more. */
    byte @Nullable [] file(String modelKey) throws Exception;
  }

  /**
   * @param stateKeys of the models
   * @param published counts files
   * @param failed counts files that could not be written
   * @param subtask what its thread is called
   */
  ModelPublisher(
      JobOptions.Publish options,
      StateKeys stateKeys,
      Counter published,
      Counter failed,
      String subtask) {
    this.stateKeys = stateKeys;
    this.folder = StateFolder.pointer(options.folder());
    this.onDrift = options.onDrift();
    this.everyMillis = Math.max(1, options.every().toMillis());
    this.published = published;
    this.failed = failed;
    this.writer =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "driftmoe-publisher-" + subtask);
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Takes note that the model of this key is another than the one in its file. */
  void changed(String modelKey) {
    changed.add(modelKey);
  }

  /** Has the model of this key written soon, however long ago it was written last. */
  void request(String modelKey) {
    due.add(modelKey);
    requested.run();
  }

  /** What has {@link #goOn} called soon, when a file is requested. */
  void onRequest(Runnable then) {
    requested = then;
  }

  /** Whether a model is to be written when its stream drifts. */
  boolean onDrift() {
    return onDrift;
  }

  /** Files that could not be written. */
  long failures() {
    return failed.getCount();
  }

  /** Whether the other thread is at work. */
  boolean isWriting() {
    Future<List<Failed>> latest = writing;
    return latest != null && !latest.isDone();
  }

  /** Whether models of this round are yet to be written. */
  boolean hasDue() {
    return !due.isEmpty();
  }

  /** Milliseconds between two rounds. */
  long everyMillis() {
    return everyMillis;
  }

  /** Begins a round: what has changed until now is due. */
  void beginRound() {
    due.addAll(changed);
    changed.clear();
  }

  /**
   * Goes on with the round.
   *
   * @return after how many milliseconds to go on; 0 when the round is over
   */
  long goOn(Source source) throws Exception {
    if (!hasWritten()) {
      return LEAST_PAUSE_MILLIS;
    }
    long begin = System.nanoTime();
    List<File> files = take(source);
    if (files.isEmpty()) {
      return 0;
    }
    write(files);
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    return Math.max(LEAST_PAUSE_MILLIS, PAUSES * millis);
  }

  /** Writes all that has changed, for at most so long as the end of the job waits. */
  void finish(Source source) throws Exception {
    long end = System.nanoTime() + LONGEST_END.toNanos();
    if (!await(end)) {
      return;
    }
    beginRound();
    for (List<File> files = take(source); !files.isEmpty(); files = take(source)) {
      write(files);
      if (!await(end)) {
        return;
      }
    }
  }

  private boolean await(long end) throws InterruptedException {
    Future<List<Failed>> latest = writing;
    if (latest == null) {
      return true;
    }
    try {
      latest.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      LOG.warn("{} takes too long to be written: the job ends without its newest models", folder);
      return false;
    } catch (ExecutionException e) {
      LOG.debug("reported below", e);
    }
    return hasWritten();
  }

  private void write(List<File> files) {
    inWriting = files.size();
    writing = writer.submit(() -> writeAll(files));
  }

  private List<File> take(Source source) throws Exception {
    List<File> files = new ArrayList<>();
    long begin = System.nanoTime();
    long bytes = 0;
    Iterator<String> keys = due.iterator();
    while (keys.hasNext()
        && bytes < MOST_BYTES
        && (files.isEmpty() || System.nanoTime() - begin < LONGEST_GO_NANOS)) {
      String key = keys.next();
      keys.remove();
      changed.remove(key);
      try {
        byte[] file = source.file(key);
        if (file != null) {
          files.add(new File(key, file));
          bytes += file.length;
        }
      } catch (IOException | RuntimeException e) { // a model that cannot be written
        changed.add(key);
        report(key, e);
      }
    }
    return files;
  }

  /** Whether the other thread is free; takes note of what it has done. */
  private boolean hasWritten() throws InterruptedException {
    Future<List<Failed>> latest = writing;
    if (latest == null) {
      return true;
    }
    if (!latest.isDone()) {
      return false;
    }
    writing = null;
    try {
      List<Failed> failures = latest.get();
      published.inc(inWriting - failures.size());
      for (Failed failure : failures) {
        changed.add(failure.modelKey());
        report(failure.modelKey(), failure.cause());
      }
    } catch (ExecutionException e) {
      report("", e);
    }
    return true;
  }

  private void report(String modelKey, Exception cause) {
    failed.inc();
    int times = warning.due();
    if (times > 0) {
      LOG.warn(
          "models.publish: the model of {} cannot be written to {} ({} such failures): {}",
          QuotedText.of(modelKey.isEmpty() ? modelKey : stateKeys.modelKey(modelKey)),
          folder,
          times,
          FailureMessage.of(cause),
          cause);
    }
  }

  private List<Failed> writeAll(List<File> files) {
    List<Failed> failures = new ArrayList<>();
    for (File file : files) {
      try {
        write(file);
      } catch (IOException e) {
        failures.add(new Failed(file.modelKey(), e));
      } catch (RuntimeException | LinkageError e) { // of file systems that are plugged in
        failures.add(new Failed(file.modelKey(), new IOException(e)));
      }
    }
    return failures;
  }

  private void write(File file) throws IOException {
    String name = ModelFile.nameOf(stateKeys.modelKey(file.modelKey()));
    Path whole = new Path(folder, name);
    // the same name each time, so that none are left by jobs that died
    Path part = new Path(folder, ".%s.tmp".formatted(name));
    FileSystem files = whole.getFileSystem();
    files.mkdirs(new Path(folder));
    try (OutputStream out = files.create(part, FileSystem.WriteMode.OVERWRITE)) {
      out.write(file.bytes());
    }
    if (!rename(files, part, whole)) {
      // where a rename replaces nothing, as in HDFS, readers find no file for a moment
      files.delete(whole, false);
      if (!files.rename(part, whole)) {
        throw new IOException("%s cannot be renamed to %s".formatted(part, whole));
      }
    }
  }

  private static boolean rename(FileSystem files, Path part, Path whole) throws IOException {
    try {
      return files.rename(part, whole);
    } catch (IOException e) {
      if (files.exists(part) && files.exists(whole)) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public void close() {
    writer.shutdownNow();
    try {
      if (!writer.awaitTermination(LONGEST_CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
        LOG.warn("{} takes too long to be written: a file there may be of an older model", folder);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // cancelled once more
    }
  }
}
