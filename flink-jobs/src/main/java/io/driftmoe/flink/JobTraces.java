// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupAuthorizationException;

/**
 * What the broker has kept of earlier runs of a job.
 *
 * @param cluster id of the Kafka cluster
 * @param inputs ids of the topics that the job reads, by name: a topic that was deleted and created
 *     again has another one
 * @param ran whether a job of this name has written, or its consumer group has read
 * @param filled an output topic that holds records; empty when none does
 */
public record JobTraces(String cluster, Map<String, String> inputs, boolean ran, String filled) {

  /**
   * Sorts the topics, for messages.
   *
   * @param cluster id of the Kafka cluster
   * @param inputs ids of the topics that the job reads, by name
   * @param ran whether the job has run
   * @param filled an output topic that holds records; empty when none does
   */
  public JobTraces {
    inputs = Collections.unmodifiableSortedMap(new TreeMap<>(inputs));
  }

  /**
   * Asks the broker. The topics must exist.
   *
   * @param admin of the job's broker
   * @param options of the job
   * @return what the broker says
   * @throws InterruptedException when the thread is interrupted while the broker has not answered
   * @throws ExecutionException when the broker refuses or does not answer in time
   */
  static JobTraces read(Admin admin, JobOptions options)
      throws InterruptedException, ExecutionException {
    JobOptions.Topics names = options.topics();
    Map<String, String> inputs = new TreeMap<>();
    describe(admin, List.of(names.features(), names.labels()))
        .forEach((name, topic) -> inputs.put(name, topic.topicId().toString()));
    boolean ran = hasRead(admin, options, inputs) || hasWritten(admin, options.job().name());
    String filled = "";
    if (ran) {
      filled = filled(admin, describe(admin, names.outputs()).values());
    }
    return new JobTraces(admin.describeCluster().clusterId().get(), inputs, ran, filled);
  }

  private static boolean hasRead(Admin admin, JobOptions options, Map<String, String> inputs)
      throws InterruptedException, ExecutionException {
    Set<TopicPartition> read;
    try {
      read =
          admin
              .listConsumerGroupOffsets(options.kafka().groupId())
              .partitionsToOffsetAndMetadata()
              .get()
              .keySet();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupAuthorizationException) {
        return false; // such a job has committed none, either
      }
      throw e;
    }
    return read.stream().anyMatch(partition -> inputs.containsKey(partition.topic()));
  }

  private static boolean hasWritten(Admin admin, String jobName) throws InterruptedException {
    Collection<TransactionListing> transactions;
    try {
      transactions = admin.listTransactions().all().get();
    } catch (ExecutionException e) {
      return false; // such as a broker that is too old to list them
    }
    return transactions.stream()
        .map(TransactionListing::transactionalId)
        .anyMatch(id -> TransactionIds.of(jobName).anyMatch(own -> own.isOwn(id)));
  }

  private static Map<String, TopicDescription> describe(Admin admin, List<String> topics)
      throws InterruptedException, ExecutionException {
    return admin.describeTopics(topics).allTopicNames().get();
  }

  private static String filled(Admin admin, Collection<TopicDescription> outputs)
      throws InterruptedException, ExecutionException {
    List<TopicPartition> partitions = new ArrayList<>();
    for (TopicDescription topic : outputs) {
      topic
          .partitions()
          .forEach(info -> partitions.add(new TopicPartition(topic.name(), info.partition())));
    }
    Map<TopicPartition, Long> first = offsets(admin, partitions, OffsetSpec.earliest());
    Map<TopicPartition, Long> end = offsets(admin, partitions, OffsetSpec.latest());
    return partitions.stream()
        .filter(partition -> !Objects.equals(end.get(partition), first.get(partition)))
        .map(TopicPartition::topic)
        .findFirst()
        .orElse("");
  }

  private static Map<TopicPartition, Long> offsets(
      Admin admin, List<TopicPartition> partitions, OffsetSpec which)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(partition -> asked.put(partition, which));
    Map<TopicPartition, Long> offsets = new HashMap<>();
    admin
        .listOffsets(asked)
        .all()
        .get()
        .forEach((partition, found) -> offsets.put(partition, found.offset()));
    return offsets;
  }
}
