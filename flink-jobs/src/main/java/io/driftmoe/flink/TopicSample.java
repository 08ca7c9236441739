// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Some records of a topic, from the beginnings and the ends of its partitions: what a topic holds
 * may have changed. Only committed records are read. No consumer group is joined, no offset is
 * committed and no topic is made.
 *
 * @param topic that they are of
 * @param partitions how many it has
 * @param records by partition and offset; at most so many as were asked for
 * @param held offsets between beginnings and ends; at least as many as there are records
 * @param note why there are fewer records than were asked for, where there may be more; empty when
 *     there are none
 */
public record TopicSample(
    String topic,
    int partitions,
    List<ConsumerRecord<byte[], byte[]>> records,
    long held,
    String note) {
  /** So that huge records do not fill the heap. */
  private static final long MOST_BYTES = 64L << 20;

  private static final int FETCH_BYTES = 8 << 20;
  private static final int PATIENCE_MILLIS = 15_000;
  private static final Duration PATIENCE = Duration.ofMillis(PATIENCE_MILLIS);

  /** A fetch at the end of a partition, which waits, holds up the next one. */
  private static final int LONGEST_FETCH_MILLIS = 50;

  private static final Duration POLL = Duration.ofMillis(200);

  /**
   * Keeps the list.
   *
   * @param topic that they are of
   * @param partitions how many it has
   * @param records by partition and offset
   * @param held offsets between beginnings and ends
   * @param note why there are fewer than were asked for, or an empty text
   */
  public TopicSample {
    records = List.copyOf(records);
  }

  /**
   * Reads some records, for at most 15 s and 64 MiB after the broker has answered.
   *
   * @param kafka how to reach the broker
   * @param topic that exists
   * @param records to read at most; from 1
   * @return what was read
   * @throws org.apache.kafka.common.KafkaException when the broker does not answer or refuses
   */
  public static TopicSample read(JobOptions.Kafka kafka, String topic, int records) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(kafka)) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic, PATIENCE).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      return new Reading(consumer, topic, partitions, records).read();
    }
  }

  private static KafkaConsumer<byte[], byte[]> consumer(JobOptions.Kafka kafka) {
    Map<String, Object> properties = new HashMap<>(ClientProperties.ofJob(kafka));
    properties.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
    properties.putIfAbsent(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrap());
    properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
    properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, LONGEST_FETCH_MILLIS);
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** One reading: of the beginnings, then of the ends, then of what lies between them. */
  private static final class Reading {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final int most;
    private final String topic;
    private final int partitions;
    private final List<Part> parts = new ArrayList<>();
    private final long deadline = System.nanoTime() + PATIENCE.toNanos();
    private int count;
    private long bytes;

    /** A partition that holds something, and what of it is still to be read. */
    private static final class Part {
      private final TopicPartition partition;
      private final long begin;
      private final long end;
      private final Map<Long, ConsumerRecord<byte[], byte[]>> taken = new TreeMap<>();
      private long from;
      private long to;
      private int wanted;

      private Part(TopicPartition partition, long begin, long end) {
        this.partition = partition;
        this.begin = begin;
        this.end = end;
      }

      private void want(long first, long last, int records) {
        from = first;
        to = last;
        wanted = taken.size() + records;
      }

      private boolean isOpen() {
        return from < to && taken.size() < wanted;
      }
    }

    private Reading(
        KafkaConsumer<byte[], byte[]> consumer,
        String topic,
        List<TopicPartition> partitions,
        int most) {
      this.consumer = consumer;
      this.topic = topic;
      this.partitions = partitions.size();
      this.most = most;
      Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      for (TopicPartition partition : partitions) {
        long begin = Objects.requireNonNull(begins.get(partition));
        long end = Objects.requireNonNull(ends.get(partition));
        if (end > begin) {
          parts.add(new Part(partition, begin, end));
        }
      }
    }

    private TopicSample read() {
      if (!parts.isEmpty()) {
        consumer.assign(parts.stream().map(part -> part.partition).toList());
        int half = (most + 1) / 2;
        parts.forEach(part -> part.want(part.begin, part.end, share(half)));
        read(half);
        Map<Part, Long> read = new HashMap<>();
        parts.forEach(part -> read.put(part, part.from));
        int rest = share(most - count);
        parts.forEach(part -> part.want(Math.max(part.from, part.end - rest), part.end, rest));
        Map<Part, Long> tails = new HashMap<>();
        parts.forEach(part -> tails.put(part, part.from));
        read(most);
        // where short partitions, or gaps in the offsets of others, have left something to read
        parts.forEach(
            part ->
                part.want(
                    Objects.requireNonNull(read.get(part)),
                    Objects.requireNonNull(tails.get(part)),
                    most));
        read(most);
      }
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      parts.forEach(part -> records.addAll(part.taken.values()));
      long held = parts.stream().mapToLong(part -> part.end - part.begin).sum();
      return new TopicSample(topic, partitions, records, held, note());
    }

    private int share(int records) {
      return Math.max(1, (records + parts.size() - 1) / parts.size());
    }

    private String note() {
      if (count >= most) {
        return "";
      }
      if (bytes >= MOST_BYTES) {
        return "stopped after %s records of %s MiB".formatted(count, bytes >> 20);
      }
      return isOver() ? "stopped after %s s".formatted(PATIENCE.toSeconds()) : "";
    }

    private boolean isOver() {
      return count >= most || bytes >= MOST_BYTES || System.nanoTime() - deadline >= 0;
    }

    private void read(int until) {
      Map<TopicPartition, Part> open = new HashMap<>();
      for (Part part : parts) {
        if (part.isOpen()) {
          open.put(part.partition, part);
          consumer.seek(part.partition, part.from);
        }
      }
      consumer.pause(parts.stream().map(part -> part.partition).toList());
      consumer.resume(open.keySet());
      while (!open.isEmpty() && count < until && !isOver()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          Part part = open.get(new TopicPartition(topic, record.partition()));
          if (part != null && part.isOpen() && record.offset() < part.to && count < until) {
            take(part, record);
          }
        }
        for (Part part : List.copyOf(open.values())) {
          if (count < until
              && part.taken.size() < part.wanted) { // a position also passes what is no record
            part.from = Math.max(part.from, consumer.position(part.partition));
          }
          if (!part.isOpen()) {
            open.remove(part.partition);
            consumer.pause(List.of(part.partition));
          }
        }
      }
    }

    private void take(Part part, ConsumerRecord<byte[], byte[]> record) {
      part.from = record.offset() + 1;
      part.taken.put(record.offset(), record);
      count++;
      bytes += Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
    }
  }
}
