// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** The topics of a job on a broker: create them, check them, see how far the job has read. */
public final class JobTopics implements AutoCloseable {
  private static final Duration VISIBLE_WITHIN = Duration.ofSeconds(30);
  private static final long VISIBLE_POLL_MILLIS = 10;

  private final Admin admin;
  private final String groupId;
  private final JobOptions.Topics names;

  /** The topics of this job, with its client properties. */
  public JobTopics(JobOptions options) {
    this(options.kafka(), options.topics());
  }

  /** Connects lazily: an unreachable broker shows at the first call. */
  public JobTopics(JobOptions.Kafka kafka, JobOptions.Topics names) {
    this.groupId = kafka.groupId();
    this.names = names;
    Map<String, Object> properties = new HashMap<>(kafka.properties());
    properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrap());
    this.admin = Admin.create(properties);
  }

  /** Names of the topics that do not exist. */
  public List<String> missing() throws InterruptedException, ExecutionException {
    Set<String> existing = admin.listTopics().names().get();
    return names.all().stream().filter(name -> !existing.contains(name)).toList();
  }

  /**
   * Creates the topics that do not exist and leaves the others as they are. Returns once the broker
   * shows them to its clients, which is a moment after it has created them.
   *
   * @param partitions of each new topic; bounds the parallelism of a job over many model keys
   * @param replication factor of each new topic; -1 for the broker's default
   * @return the names created
   */
  public List<String> create(int partitions, short replication)
      throws InterruptedException, ExecutionException {
    List<NewTopic> topics = new ArrayList<>();
    for (String name : missing()) {
      topics.add(new NewTopic(name, partitions, replication));
    }
    admin.createTopics(topics).all().get();
    awaitVisible();
    return topics.stream().map(NewTopic::name).toList();
  }

  private void awaitVisible() throws InterruptedException, ExecutionException {
    long start = System.nanoTime();
    for (List<String> hidden = missing(); !hidden.isEmpty(); hidden = missing()) {
      if (System.nanoTime() - start > VISIBLE_WITHIN.toNanos()) {
        throw new TimeoutException(
            "created but not to be seen after %s: %s".formatted(VISIBLE_WITHIN, hidden));
      }
      TimeUnit.MILLISECONDS.sleep(VISIBLE_POLL_MILLIS);
    }
  }

  /** Partitions of each topic of the job that exists, in the order of the configuration. */
  public Map<String, TopicDescription> describe() throws InterruptedException, ExecutionException {
    List<String> absent = missing();
    List<String> present = names.all().stream().filter(name -> !absent.contains(name)).toList();
    return admin.describeTopics(present).allTopicNames().get();
  }

  /**
   * Records of the two input topics that no completed checkpoint of the job covers. An idle source
   * commits its offsets up to ten seconds late.
   *
   * @return 0 when the job has read and checkpointed all there is
   */
  public long lag() throws InterruptedException, ExecutionException {
    List<String> inputs = List.of(names.features(), names.labels());
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    for (TopicDescription topic : admin.describeTopics(inputs).allTopicNames().get().values()) {
      topic
          .partitions()
          .forEach(
              p ->
                  latest.put(new TopicPartition(topic.name(), p.partition()), OffsetSpec.latest()));
    }
    Map<TopicPartition, Long> ends =
        admin.listOffsets(latest).all().get().entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, e -> offset(e.getValue())));
    Map<TopicPartition, OffsetAndMetadata> committed =
        admin.listConsumerGroupOffsets(groupId).partitionsToOffsetAndMetadata().get();
    long lag = 0;
    for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
      OffsetAndMetadata done = committed.get(end.getKey());
      lag += end.getValue() - (done == null ? 0 : done.offset());
    }
    return lag;
  }

  private static long offset(ListOffsetsResultInfo info) {
    return info.offset();
  }

  @Override
  public void close() {
    admin.close();
  }
}
