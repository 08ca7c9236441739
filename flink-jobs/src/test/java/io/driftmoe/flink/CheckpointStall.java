// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.router.Preset;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.StreamCatalog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.OperatorSnapshotFutures;

/**
 * How long a checkpoint of many models takes, and how long it holds up the operator meanwhile: by
 * hand, with the class path of the tests.
 *
 * <pre>
 * CheckpointStall KEYS EVENTS [PRESET]
 * </pre>
 *
 * <p>Each key gets so many events of {@code led_a}. Then the events of all keys go on, one key
 * after the other, first alone and then while a checkpoint is written to files.
 */
final class CheckpointStall {
  private CheckpointStall() {}

  /**
   * All times are those of single events, from when one is handed to the operator until it is done.
   *
   * @param bytes that the checkpoint holds
   * @param startMillis in which nothing else is done: what a barrier does before it is passed on
   * @param writeMillis until the checkpoint is complete
   * @param restoreMillis until an operator goes on from it
   * @param before nanoseconds, in the same number of events before the checkpoint
   * @param meanwhile nanoseconds, while it is written
   */
  record Result(
      long bytes,
      long startMillis,
      long writeMillis,
      long restoreMillis,
      Histogram before,
      Histogram meanwhile) {}

  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory("checkpoint-stall");
    int keys = Integer.parseInt(args[0]);
    int events = Integer.parseInt(args[1]);
    Result result = measure(keys, events, args.length > 2 ? args[2] : "adaptive", folder);
    System.out.printf(
        Locale.ROOT,
        "%,d keys of %,d events: checkpoint of %,d MB, begun in %,d ms, complete after %,d ms,"
            + " restored in %,d ms%n",
        keys,
        events,
        result.bytes() / 1_000_000,
        result.startMillis(),
        result.writeMillis(),
        result.restoreMillis());
    say("before", result.before());
    say("while it is written", result.meanwhile());
  }

  private static void say(String when, Histogram nanos) {
    System.out.printf(
        Locale.ROOT,
        "an event %s: mean %.2f ms, p50 %.2f ms, p99 %.2f ms, longest %.2f ms, of %,d%n",
        when,
        nanos.getMean() / 1e6,
        nanos.getValueAtPercentile(50) / 1e6,
        nanos.getValueAtPercentile(99) / 1e6,
        nanos.getMaxValue() / 1e6,
        nanos.getTotalCount());
  }

  static Result measure(int keys, int events, String preset, Path folder) throws Exception {
    List<LabeledExample> examples = new ArrayList<>();
    JobOptions options;
    try (LabeledStream stream = StreamCatalog.open("led_a", 20_000, 1)) {
      options =
          new JobOptions(
              null,
              null,
              JobOptions.Schema.of(stream.schema()),
              new JobOptions.Learner(Preset.of(preset), 1L),
              null,
              null,
              null,
              null,
              null,
              null);
      while (stream.hasNext()) {
        examples.add(stream.next());
      }
    }
    Written written;
    try (MixtureHarness operator = new MixtureHarness(options)) {
      written = write(operator, keys, events, examples, folder);
    }
    long start = System.nanoTime();
    try (MixtureHarness next = new MixtureHarness(options, written.state)) {
      send(next, 0, keys * events * 2, examples.get(0));
    }
    long restored = System.nanoTime();
    written.state.discardState();
    return new Result(
        written.state.getStateSize(),
        written.startMillis,
        written.writeMillis,
        TimeUnit.NANOSECONDS.toMillis(restored - start),
        written.before,
        written.meanwhile);
  }

  private record Written(
      OperatorSubtaskState state,
      long startMillis,
      long writeMillis,
      Histogram before,
      Histogram meanwhile) {}

  private static Written write(
      MixtureHarness operator, int keys, int events, List<LabeledExample> examples, Path folder)
      throws Exception {
    int sent = 0;
    for (int key = 0; key < keys; key++) { // those of a key at a time, which is faster
      for (int i = 0; i < events; i++) {
        send(operator, key, sent++, examples.get(i % examples.size()));
      }
      operator.forgetOutput();
    }
    Histogram before = new Histogram(3);
    for (int i = 0; i < keys; i++) {
      record(before, operator, i, sent++, examples);
    }
    operator.forgetOutput();
    Histogram meanwhile = new Histogram(3);
    ExecutorService writer = Executors.newSingleThreadExecutor();
    try {
      long start = System.nanoTime();
      OperatorSnapshotFutures checkpoint = operator.startCheckpoint(1, folder);
      long begun = System.nanoTime();
      Future<OperatorSubtaskState> written = writer.submit(() -> MixtureHarness.finish(checkpoint));
      for (int i = 0; !written.isDone(); i++) {
        record(meanwhile, operator, i % keys, sent++, examples);
      }
      long complete = System.nanoTime();
      return new Written(
          written.get(),
          TimeUnit.NANOSECONDS.toMillis(begun - start),
          TimeUnit.NANOSECONDS.toMillis(complete - start),
          before,
          meanwhile);
    } finally {
      writer.shutdownNow();
    }
  }

  private static void record(
      Histogram nanos, MixtureHarness operator, int key, int sent, List<LabeledExample> examples)
      throws Exception {
    long start = System.nanoTime();
    send(operator, key, sent, examples.get(sent % examples.size()));
    nanos.recordValue(System.nanoTime() - start);
  }

  private static void send(MixtureHarness operator, int key, int event, LabeledExample example)
      throws Exception {
    operator.send(Events.features("key-" + key, event, example, true));
  }
}
