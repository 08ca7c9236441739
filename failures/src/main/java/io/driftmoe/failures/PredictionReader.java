// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import io.driftmoe.schemas.OutputCodec;
import io.driftmoe.schemas.WireFormatException;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the predictions that readers of committed records see, from the first on, into a {@link
 * Ledger}, in a thread of its own; it outlives a broker that is away.
 */
final class PredictionReader implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMillis(100);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;
  private final OutputCodec<PredictionEvent> codec = OutputCodec.of(PredictionEvent.class);
  private final Ledger ledger = new Ledger();
  private final Thread thread = new Thread(this::read, "read-predictions");

  private volatile boolean closed;
  private volatile @Nullable RuntimeException failure;
  private volatile @Nullable Watch watch;
  private final Silence silence = new Silence();
  private volatile @Nullable CompletableFuture<Boolean> endAsked;

  /** Completed with {@link System#nanoTime} by the first record at or behind the offsets. */
  private record Watch(Map<TopicPartition, Long> offsets, CompletableFuture<Long> seen) {}

  PredictionReader(String bootstrap, List<TopicPartition> partitions) {
    this.partitions = partitions;
    this.consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false",
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "100",
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "5000"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    thread.start();
  }

  Ledger ledger() {
    return ledger;
  }

  /**
   * When a committed prediction is seen that was written behind these offsets; replaces the former
   * question.
   */
  CompletableFuture<Long> firstBehind(Map<TopicPartition, Long> offsets) {
    CompletableFuture<Long> seen = new CompletableFuture<>();
    watch = new Watch(offsets, seen);
    return seen;
  }

  /** How long no committed prediction came. */
  Silence silence() {
    return silence;
  }

  /** Whether everything committed by now has been read. */
  CompletableFuture<Boolean> atEnd() {
    CompletableFuture<Boolean> asked = new CompletableFuture<>();
    endAsked = asked;
    return asked;
  }

  /**
   * Does nothing while all goes well.
   *
   * @throws IllegalStateException when reading has ended
   */
  void check() {
    if (failure != null) {
      throw new IllegalStateException("the predictions cannot be read", failure);
    }
  }

  private void read() {
    try {
      while (!closed) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(PATIENCE);
        long now = System.nanoTime();
        for (ConsumerRecord<byte[], byte[]> record : records) {
          ledger.add(codec.decode(record.value()));
          answer(record, now);
        }
        if (records.isEmpty()) {
          answerEnd();
        } else {
          silence.broken(now);
        }
      }
    } catch (WakeupException e) {
      // closed
    } catch (WireFormatException e) {
      failure = new IllegalStateException("no prediction: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      failure = e;
    } finally {
      consumer.close();
    }
  }

  private void answer(ConsumerRecord<byte[], byte[]> record, long now) {
    Watch asked = watch;
    if (asked != null) {
      TopicPartition partition = new TopicPartition(record.topic(), record.partition());
      if (record.offset() >= asked.offsets().getOrDefault(partition, 0L)) {
        asked.seen().complete(now);
      }
    }
  }

  private void answerEnd() {
    CompletableFuture<Boolean> asked = endAsked;
    if (asked == null || asked.isDone()) {
      return;
    }
    try {
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, PATIENCE.multipliedBy(10));
      asked.complete(
          partitions.stream().allMatch(p -> consumer.position(p) >= ends.getOrDefault(p, 0L)));
    } catch (TimeoutException e) {
      // the broker is away; asked again with the next empty poll
    }
  }

  @Override
  public void close() {
    closed = true;
    consumer.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
