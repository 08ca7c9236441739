// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetIdentifier;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetIdentifierProvider;
import org.apache.flink.connector.kafka.source.enumerator.subscriber.KafkaSubscriber;
import org.apache.kafka.clients.admin.AdminClient;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;

/**
 * The partitions of a topic that the job reads, looked at again and again: new ones are read from
 * their beginning. Where the topic is lost the job ends: without this, readers wait for its
 * partitions for ever, or go on in other records at the old offsets.
 *
 * <p>With it others are looked at, which the job writes.
 */
final class InputTopic implements KafkaSubscriber, KafkaDatasetIdentifierProvider {
  /** Unless {@code kafka.properties} says otherwise. */
  static final Duration LOOKED_AT_EVERY = Duration.ofSeconds(10);

  private static final long serialVersionUID = 1L;

  private final String topic;
  private final WatchedTopic watched;
  private final ArrayList<WatchedTopic> others;
  private final HashSet<TopicPartition> partitions = new HashSet<>();

  /**
   * @param key of the topic in a configuration
   * @param topic its name
   * @param others that are looked at with it
   */
  InputTopic(String key, String topic, List<WatchedTopic> others) {
    this.topic = topic;
    this.watched = WatchedTopic.input(key, topic);
    this.others = new ArrayList<>(others);
  }

  @Override
  public synchronized Set<TopicPartition> getSubscribedTopicPartitions(AdminClient admin) {
    TopicDescription found = watched.look(admin);
    if (found != null) { // else the brokers may not answer
      found.partitions().forEach(p -> partitions.add(new TopicPartition(topic, p.partition())));
      others.forEach(other -> other.look(admin));
    }
    return Set.copyOf(partitions);
  }

  @Override
  public Optional<DefaultKafkaDatasetIdentifier> getDatasetIdentifier() {
    return Optional.of(DefaultKafkaDatasetIdentifier.ofTopics(List.of(topic)));
  }
}
