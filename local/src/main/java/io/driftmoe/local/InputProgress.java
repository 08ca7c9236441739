// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import io.driftmoe.flink.FailureMessage;
import io.driftmoe.flink.JobOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** How far a job has read its two topics, by the offsets that it commits with each checkpoint. */
public final class InputProgress implements AutoCloseable {
  private final JobOptions options;
  private final Admin admin;

  /** Connects when it is asked. */
  public InputProgress(JobOptions options) {
    this.options = options;
    Map<String, Object> properties = new HashMap<>(options.kafka().clientProperties());
    properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, options.kafka().bootstrap());
    this.admin = Admin.create(properties);
  }

  /** Whether a checkpoint holds all that is on the topics now. */
  public boolean hasReadAll() throws LocalException, InterruptedException {
    try {
      Map<TopicPartition, OffsetAndMetadata> read =
          admin
              .listConsumerGroupOffsets(options.kafka().groupId())
              .partitionsToOffsetAndMetadata()
              .get();
      for (Map.Entry<TopicPartition, Long> end : ends().entrySet()) {
        OffsetAndMetadata offset = read.get(end.getKey());
        if (end.getValue() > (offset == null ? 0 : offset.offset())) {
          return false;
        }
      }
      return true;
    } catch (ExecutionException | KafkaException e) {
      throw new LocalException(
          "the broker does not say how far the job has read: " + FailureMessage.of(e), e);
    }
  }

  private Map<TopicPartition, Long> ends() throws ExecutionException, InterruptedException {
    List<String> topics = List.of(options.topics().features(), options.topics().labels());
    Map<TopicPartition, OffsetSpec> sought = new HashMap<>();
    for (TopicDescription topic : admin.describeTopics(topics).allTopicNames().get().values()) {
      topic
          .partitions()
          .forEach(
              partition ->
                  sought.put(
                      new TopicPartition(topic.name(), partition.partition()),
                      OffsetSpec.latest()));
    }
    Map<TopicPartition, Long> ends = new HashMap<>();
    admin
        .listOffsets(sought)
        .all()
        .get()
        .forEach((partition, end) -> ends.put(partition, end.offset()));
    return ends;
  }

  @Override
  public void close() {
    admin.close();
  }
}
