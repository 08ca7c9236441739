// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Which records came from what is to be forgotten. An event is what its id says: where one record
 * of an id came from it, all of the id did, and its labels go with it. A label that came from it
 * goes alone.
 */
final class ForgottenRecords {
  private static final Duration PATIENCE = Duration.ofMillis(100);

  /** Where a label stands on its topic. */
  private record Place(int partition, long offset) {}

  private static final class OfKey {
    private final Set<String> events = new HashSet<>();
    private final Set<Place> labels = new HashSet<>();
  }

  private final JobOptions options;
  private final ForgetSource.OfHeader source;
  private final Map<TopicPartition, Long> from;
  private final EventDecoder decoder;
  private final Map<String, OfKey> byKey = new TreeMap<>();
  private final Map<TopicPartition, Long> beginnings = new HashMap<>();

  private ForgottenRecords(
      JobOptions options, ForgetSource.OfHeader source, Map<TopicPartition, Long> from) {
    this.options = options;
    this.source = source;
    this.from = from;
    this.decoder = new EventDecoder(options);
    decoder.open();
  }

  /**
   * Looks through both input topics.
   *
   * @param from where a state begins that knows what was before; empty for none
   * @param to next offset of each partition
   * @throws IllegalArgumentException when one that is to be forgotten stands before
   */
  static ForgottenRecords find(
      JobOptions options,
      ForgetSource.OfHeader source,
      Map<TopicPartition, Long> from,
      Map<TopicPartition, Long> to)
      throws IOException {
    ForgottenRecords found = new ForgottenRecords(options, source, from);
    found.read(options.topics().features(), to);
    found.read(options.topics().labels(), to);
    return found;
  }

  private void read(String topic, Map<TopicPartition, Long> to) {
    try (KafkaConsumer<byte[], byte[]> consumer = ReplayTopics.consumer(options)) {
      List<TopicPartition> partitions =
          to.keySet().stream().filter(partition -> partition.topic().equals(topic)).toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      for (TopicPartition partition : partitions) {
        long beginning = consumer.position(partition);
        beginnings.put(partition, beginning);
        long wanted = from.getOrDefault(partition, 0L);
        require(
            beginning <= wanted,
            "partition %s of %s begins with offset %s now: whether records from %s on came from what is to be forgotten is not known any more"
                .formatted(partition.partition(), topic, beginning, wanted));
        long end = to.getOrDefault(partition, 0L);
        require(
            ends.getOrDefault(partition, 0L) >= end,
            "partition %s of %s ends before offset %s, up to which the savepoint has read it: it is another topic than that of the job"
                .formatted(partition.partition(), topic, end));
      }
      while (partitions.stream()
          .anyMatch(partition -> consumer.position(partition) < to.getOrDefault(partition, 0L))) {
        for (ConsumerRecord<byte[], byte[]> message : consumer.poll(PATIENCE)) {
          TopicPartition partition = new TopicPartition(topic, message.partition());
          if (message.offset() < to.getOrDefault(partition, 0L) && source.isOn(message.headers())) {
            add(partition, message);
          }
        }
      }
    }
  }

  private static void require(boolean holds, String refusal) {
    if (!holds) {
      throw new IllegalArgumentException(refusal);
    }
  }

  private void add(TopicPartition partition, ConsumerRecord<byte[], byte[]> message) {
    List<SourceRecord> decoded = new ArrayList<>(1);
    decoder.deserialize(
        message,
        new Collector<>() {
          @Override
          public void collect(SourceRecord record) {
            decoded.add(record);
          }

          @Override
          public void close() {}
        });
    for (SourceRecord record : decoded) {
      if (!(record instanceof SourceRecord.Keyed keyed)) {
        continue; // a dead letter, from which nothing was learned
      }
      if (message.offset() < from.getOrDefault(partition, 0L)) {
        throw new IllegalArgumentException(
            "partition %s of %s has a record that is to be forgotten at offset %s, before the state that --from names, which may have learned from it; name an earlier one, or none"
                .formatted(partition.partition(), partition.topic(), message.offset()));
      }
      OfKey ofKey = byKey.computeIfAbsent(keyed.modelKey(), key -> new OfKey());
      if (keyed instanceof SourceRecord.Label label) {
        ofKey.labels.add(new Place(label.partition(), label.offset()));
      } else {
        ofKey.events.add(keyed.eventId());
      }
    }
  }

  /** Model keys that have any, sorted. */
  Set<String> keys() {
    return byKey.keySet();
  }

  /** Where the partitions that were read begin. */
  Map<TopicPartition, Long> beginnings() {
    return beginnings;
  }

  /** Whether a record is to be forgotten; from any thread. */
  boolean includes(SourceRecord.Keyed record) {
    OfKey ofKey = byKey.get(record.modelKey());
    return ofKey != null
        && (ofKey.events.contains(record.eventId())
            || record instanceof SourceRecord.Label label
                && ofKey.labels.contains(new Place(label.partition(), label.offset())));
  }
}
