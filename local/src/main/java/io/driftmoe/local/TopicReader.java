// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import io.driftmoe.flink.JobOptions;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads all partitions of some topics, without a consumer group. Not thread-safe. */
public final class TopicReader implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMillis(500);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, Long> ends;

  /**
   * What one record is handed to.
   *
   * @param <E> thrown when the record is of no use
   */
  @FunctionalInterface
  public interface Sink<E extends Exception> {
    void accept(ConsumerRecord<byte[], byte[]> record) throws E;
  }

  private TopicReader(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    this.consumer = consumer;
    this.ends = ends;
  }

  /**
   * Opens topics, which must exist.
   *
   * @param committed whether only records of committed transactions count
   * @param fromBeginning or else from the present end
   */
  public static TopicReader open(
      JobOptions.Kafka kafka, Collection<String> topics, boolean committed, boolean fromBeginning) {
    return open(kafka, topics, committed, fromBeginning, Map.of());
  }

  /**
   * Opens the topics of a job that has ended, at their beginning, for all that it committed. The
   * broker takes a commit, answers, and ends the transaction on the topics afterwards: till then a
   * reader that was opened in the usual way would come to its end too early.
   */
  public static TopicReader ofEndedJob(JobOptions.Kafka kafka, Collection<String> topics) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(kafka, false, Map.of())) {
      return open(kafka, topics, true, true, consumer.endOffsets(partitions(consumer, topics)));
    }
  }

  /**
   * @param known ends of partitions; those of others are asked for
   */
  private static TopicReader open(
      JobOptions.Kafka kafka,
      Collection<String> topics,
      boolean committed,
      boolean fromBeginning,
      Map<TopicPartition, Long> known) {
    KafkaConsumer<byte[], byte[]> consumer = consumer(kafka, committed, Map.of());
    try {
      List<TopicPartition> partitions = partitions(consumer, topics);
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
      ends.putAll(known);
      if (fromBeginning) {
        consumer.seekToBeginning(partitions);
      } else {
        ends.forEach(consumer::seek);
      }
      return new TopicReader(consumer, ends);
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
  }

  /**
   * @param usual properties, where the configuration does not say otherwise
   */
  static KafkaConsumer<byte[], byte[]> consumer(
      JobOptions.Kafka kafka, boolean committed, Map<String, Object> usual) {
    Map<String, Object> properties = new HashMap<>(usual);
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(
        ConsumerConfig.ISOLATION_LEVEL_CONFIG, committed ? "read_committed" : "read_uncommitted");
    properties.putAll(kafka.clientProperties());
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrap());
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  static List<TopicPartition> partitions(
      KafkaConsumer<byte[], byte[]> consumer, Collection<String> topics) {
    return topics.stream()
        .flatMap(topic -> consumer.partitionsFor(topic).stream())
        .map(info -> new TopicPartition(info.topic(), info.partition()))
        .toList();
  }

  /** What has come, waiting a moment when nothing has. */
  public ConsumerRecords<byte[], byte[]> poll(Duration patience) {
    return consumer.poll(patience);
  }

  /** Whether all has been read that was there when the reader was opened. */
  public boolean atEnd() {
    // a position also passes the markers of transactions, which are no records
    return ends.entrySet().stream().allMatch(e -> consumer.position(e.getKey()) >= e.getValue());
  }

  /** Hands on every record there was when the reader was opened. */
  public <E extends Exception> void readToEnd(Sink<E> sink) throws E {
    while (!atEnd()) {
      for (ConsumerRecord<byte[], byte[]> record : poll(PATIENCE)) {
        sink.accept(record);
      }
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
