// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetIdentifier;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetIdentifierProvider;
import org.apache.flink.connector.kafka.source.enumerator.subscriber.KafkaSubscriber;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.kafka.clients.admin.AdminClient;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions of a topic that the job reads, looked at again and again: new ones are read from
 * their beginning. A topic that was deleted, or made anew under its name, ends the job: without
 * this, readers wait for its partitions for ever, or go on in other records at the old offsets.
 *
 * <p>It remembers the topic for the life of a JobManager, also when the job restarts in it. Brokers
 * that do not answer are no reason to end: what was known holds.
 */
final class InputTopic implements KafkaSubscriber, KafkaDatasetIdentifierProvider {
  /** Unless {@code kafka.properties} says otherwise. */
  static final Duration LOOKED_AT_EVERY = Duration.ofSeconds(10);

  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(InputTopic.class);

  /** A broker that has just started may not have heard of a topic yet. */
  private static final int MISSED_AT_MOST = 1;

  private final String key;
  private final String topic;

  /** Null until the topic was seen. */
  private @Nullable String id;

  private HashSet<TopicPartition> partitions = new HashSet<>();
  private int missed;

  /**
   * @param key of the topic in a configuration
   * @param topic its name
   */
  InputTopic(String key, String topic) {
    this.key = key;
    this.topic = topic;
  }

  @Override
  public synchronized Set<TopicPartition> getSubscribedTopicPartitions(AdminClient admin) {
    try {
      TopicDescription found =
          admin.describeTopics(List.of(topic)).allTopicNames().get().values().iterator().next();
      take(found);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        missing(e);
      } else if (id == null) {
        throw new IllegalStateException("%s: %s cannot be described".formatted(key, topic), e);
      } else {
        LOG.warn("{}: {} cannot be described: {}", key, topic, String.valueOf(e.getCause()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the broker had not answered", e);
    }
    return Set.copyOf(partitions);
  }

  private void take(TopicDescription found) {
    if (id != null && !id.equals(found.topicId().toString())) {
      throw end("was deleted and made anew while the job ran");
    }
    missed = 0;
    id = found.topicId().toString();
    found.partitions().forEach(p -> partitions.add(new TopicPartition(topic, p.partition())));
  }

  private void missing(ExecutionException e) {
    if (id == null) {
      throw new IllegalStateException("%s: there is no topic %s".formatted(key, topic), e);
    }
    if (missed++ >= MISSED_AT_MOST) {
      throw end("was deleted while the job ran");
    }
    LOG.warn("{}: the brokers have no topic {}", key, topic);
  }

  /** Another attempt would find the same. */
  private SuppressRestartsException end(String what) {
    return new SuppressRestartsException(
        new IllegalStateException(
            ("%s: the topic %s %s; offsets in the job's state mean nothing in another topic."
                    + " docs/operations.md, 'Lost topic', says how to go on")
                .formatted(key, topic, what)));
  }

  @Override
  public Optional<DefaultKafkaDatasetIdentifier> getDatasetIdentifier() {
    return Optional.of(DefaultKafkaDatasetIdentifier.ofTopics(List.of(topic)));
  }
}
