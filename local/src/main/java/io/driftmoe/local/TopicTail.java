// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import io.driftmoe.flink.JobOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Follows topics for somebody who looks: it begins near their ends, and where more comes than can
 * be looked at, it passes over the older part. So neither the length of a topic nor its rate
 * decides what it costs. Also reads what is not committed yet. Not thread-safe.
 */
public final class TopicTail implements AutoCloseable {
  /** Of a partition in one request; a larger record comes alone. */
  private static final int FETCH_BYTES = 1 << 16;

  private static final int ALL_BYTES = 1 << 21;

  /** Records in one call: more wait for the next one. */
  private static final int MOST_AT_ONCE = 5_000;

  private static final Duration REFRESH = Duration.ofSeconds(30);

  /** A consumer that gets nothing does not tell whether there is nothing or no broker. */
  private static final Duration ASKED_EVERY = Duration.ofSeconds(5);

  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(4);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<String, Reach> topics;
  private final Map<String, Long> passedOver = new HashMap<>();
  private long refreshed = System.nanoTime();
  private long answered = System.nanoTime();

  /**
   * How much of a topic is read.
   *
   * @param before records before the end of a partition with which reading begins
   * @param behind records by which reading may be behind the end of a partition; where it is more,
   *     it goes on as many records as {@code before} before the end
   */
  public record Reach(long before, long behind) {

    /** Rejects a reach that passes over what it has just begun with. */
    public Reach {
      if (before < 0 || behind < before) {
        throw new IllegalArgumentException("no reach of %s and %s".formatted(before, behind));
      }
    }
  }

  private TopicTail(KafkaConsumer<byte[], byte[]> consumer, Map<String, Reach> topics) {
    this.consumer = consumer;
    this.topics = topics;
  }

  /** Opens topics, which must exist. */
  public static TopicTail open(JobOptions.Kafka kafka, Map<String, Reach> topics) {
    KafkaConsumer<byte[], byte[]> consumer =
        TopicReader.consumer(
            kafka,
            false,
            Map.of(
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                FETCH_BYTES,
                ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                ALL_BYTES));
    try {
      TopicTail tail = new TopicTail(consumer, Map.copyOf(topics));
      tail.assign();
      return tail;
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
  }

  /** Takes partitions that are new; those of before go on where they are. */
  private void assign() {
    List<TopicPartition> added = new ArrayList<>(TopicReader.partitions(consumer, topics.keySet()));
    added.removeAll(consumer.assignment());
    if (added.isEmpty()) {
      return;
    }
    List<TopicPartition> all = new ArrayList<>(consumer.assignment());
    all.addAll(added);
    consumer.assign(all);
    Map<TopicPartition, Long> first = consumer.beginningOffsets(added);
    consumer
        .endOffsets(added)
        .forEach(
            (partition, end) ->
                consumer.seek(
                    partition,
                    Math.max(first.getOrDefault(partition, 0L), end - reach(partition).before)));
  }

  private Reach reach(TopicPartition partition) {
    Reach reach = topics.get(partition.topic());
    if (reach == null) {
      throw new IllegalStateException("no topic " + partition.topic() + " was asked for");
    }
    return reach;
  }

  /**
   * Hands on what has come.
   *
   * @param patience how long to wait where nothing has
   * @throws TimeoutException when no broker answers; reading may be tried again
   */
  public void poll(Duration patience, Consumer<ConsumerRecord<byte[], byte[]>> sink) {
    if (System.nanoTime() - refreshed > REFRESH.toNanos()) {
      refreshed = System.nanoTime();
      assign();
    }
    if (System.nanoTime() - answered > ASKED_EVERY.toNanos()) {
      consumer.endOffsets(consumer.assignment(), ANSWER_WITHIN);
      answered = System.nanoTime();
    }
    int taken = 0;
    ConsumerRecords<byte[], byte[]> records = consumer.poll(patience);
    while (true) {
      records.forEach(sink);
      taken += records.count();
      passOver();
      if (records.isEmpty() || taken >= MOST_AT_ONCE) {
        return;
      }
      records = consumer.poll(Duration.ZERO);
    }
  }

  private void passOver() {
    for (TopicPartition partition : consumer.assignment()) {
      Reach reach = reach(partition);
      long lag = consumer.currentLag(partition).orElse(0);
      if (lag > reach.behind) {
        long left = lag - reach.before;
        consumer.seek(partition, consumer.position(partition) + left);
        passedOver.merge(partition.topic(), left, Long::sum);
      }
    }
  }

  /** Records of this topic that were passed over since the last call. */
  public long takePassedOver(String topic) {
    Long taken = passedOver.remove(topic);
    return taken == null ? 0 : taken;
  }

  /** Records written to this topic, markers of transactions included; empty while unknown. */
  public OptionalLong end(String topic) {
    long end = 0;
    for (TopicPartition partition : consumer.assignment()) {
      if (partition.topic().equals(topic)) {
        OptionalLong lag = consumer.currentLag(partition);
        if (lag.isEmpty()) {
          return lag;
        }
        end += consumer.position(partition) + lag.getAsLong();
      }
    }
    return OptionalLong.of(end);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
