// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.flink.FailureMessage;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.local.TopicReader;
import io.driftmoe.schemas.OutputCodec;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.jspecify.annotations.Nullable;

/** Follows a job's predictions topic in a thread of its own and notes when each one comes. */
final class PredictionTail implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMillis(50);

  private final TopicReader reader;
  private final Arrivals arrivals;
  private final Thread thread;
  private volatile boolean closed;
  private volatile @Nullable Exception failure;

  /**
   * Starts at once.
   *
   * @param committed whether a prediction counts once its transaction is committed, or else once it
   *     is on the topic
   */
  PredictionTail(JobOptions options, boolean committed, Arrivals arrivals) {
    this.arrivals = arrivals;
    this.reader =
        TopicReader.open(options.kafka(), List.of(options.topics().predictions()), committed, true);
    this.thread = new Thread(this::follow, committed ? "read-committed" : "read-uncommitted");
    thread.start();
  }

  private void follow() {
    OutputCodec<PredictionEvent> codec = OutputCodec.of(PredictionEvent.class);
    long millisAtZero =
        System.currentTimeMillis() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    try (reader) {
      while (!closed) {
        ConsumerRecords<byte[], byte[]> records = reader.poll(PATIENCE);
        long now = System.nanoTime();
        for (ConsumerRecord<byte[], byte[]> record : records) {
          PredictionEvent prediction = DemoOutputs.decode(codec, record.value());
          // the sink, which is in the operator's thread, gives a record its time
          long predicted = TimeUnit.MILLISECONDS.toNanos(record.timestamp() - millisAtZero);
          arrivals.add(prediction.getEventId(), now, prediction.getLatencyMicros(), predicted);
        }
      }
    } catch (CommandException | RuntimeException e) {
      failure = e;
    }
  }

  /**
   * Does nothing while all goes well.
   *
   * @throws CommandException when a prediction cannot be read, is of no event, or comes twice
   */
  void check() throws CommandException {
    Exception fault = failure;
    if (fault != null) {
      throw new CommandException("reading predictions: " + FailureMessage.of(fault), fault);
    }
  }

  /** Ends the thread, after which the arrivals can be looked at. */
  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      // it ends all the same, within a moment
      Thread.currentThread().interrupt();
    }
  }
}
