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
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.TimeoutException;

/** The topics of a job on a broker: create them, check them. */
public final class JobTopics implements AutoCloseable {
  private static final Duration VISIBLE_WITHIN = Duration.ofSeconds(30);
  private static final long VISIBLE_POLL_MILLIS = 10;

  private static final Map<String, String> ANY_TIME =
      Map.of(TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, Long.toString(Long.MAX_VALUE));

  private final Admin admin;
  private final JobOptions.Topics names;

  /**
   * The topics of this job, with its client properties.
   *
   * @param options whose broker and topics are meant
   */
  public JobTopics(JobOptions options) {
    this(options.kafka(), options.topics());
  }

  /**
   * Connects lazily: an unreachable broker shows at the first call.
   *
   * @param kafka how to reach the broker
   * @param names of the topics
   */
  public JobTopics(JobOptions.Kafka kafka, JobOptions.Topics names) {
    this.names = names;
    Map<String, Object> properties = new HashMap<>(ClientProperties.ofJob(kafka));
    properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrap());
    this.admin = Admin.create(properties);
  }

  /**
   * {@return the names of the topics that do not exist}
   *
   * @throws InterruptedException when the thread is interrupted while the broker has not answered
   * @throws ExecutionException when the broker refuses or does not answer in time
   */
  public List<String> missing() throws InterruptedException, ExecutionException {
    Set<String> existing = admin.listTopics().names().get();
    return names.all().stream().filter(name -> !existing.contains(name)).toList();
  }

  /**
   * Creates the topics that do not exist and leaves the others as they are. Returns once the broker
   * shows them to its clients and takes records for them, which is a moment after it has created
   * them. Topics that the job writes take records of any time: a broker refuses those of a clock
   * that is an hour ahead of its own, and the job would fail until that clock is right.
   *
   * @param partitions of each new topic; bounds the parallelism of a job over many model keys
   * @param replication factor of each new topic; -1 for the broker's default
   * @return the names created
   * @throws InterruptedException when the thread is interrupted while the broker has not answered
   * @throws ExecutionException when the broker refuses or does not answer in time
   */
  public List<String> create(int partitions, short replication)
      throws InterruptedException, ExecutionException {
    List<NewTopic> topics = new ArrayList<>();
    for (String name : missing()) {
      NewTopic topic = new NewTopic(name, partitions, replication);
      topics.add(names.outputs().contains(name) ? topic.configs(ANY_TIME) : topic);
    }
    try {
      admin.createTopics(topics).all().get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof InvalidConfigurationException)) {
        throw e;
      }
      // a broker before 3.6, which refuses no time either
      Set<String> left = Set.copyOf(missing());
      admin
          .createTopics(
              topics.stream()
                  .filter(topic -> left.contains(topic.name()))
                  .map(topic -> new NewTopic(topic.name(), partitions, replication))
                  .toList())
          .all()
          .get();
    }
    awaitVisible();
    awaitLeaders(topics);
    return topics.stream().map(NewTopic::name).toList();
  }

  /**
   * Deletes the topics that exist, with all that is in them.
   *
   * @return the names deleted
   * @throws InterruptedException when the thread is interrupted while the broker has not answered
   * @throws ExecutionException when the broker refuses or does not answer in time
   */
  public List<String> delete() throws InterruptedException, ExecutionException {
    List<String> present = present();
    admin.deleteTopics(present).all().get();
    return present;
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

  /**
   * Waits until the leader of each partition has opened it; the admin client retries until then.
   *
   * <p>A broker shows a topic before it has opened its partitions and rejects records in between.
   * If the first request of an idempotent producer is rejected and its second one, already on its
   * way, is accepted, the broker takes the second as the beginning and rejects the first until it
   * expires (KAFKA-15591): its records are lost.
   */
  private void awaitLeaders(List<NewTopic> topics) throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (NewTopic topic : topics) {
      for (int partition = 0; partition < topic.numPartitions(); partition++) {
        ends.put(new TopicPartition(topic.name(), partition), OffsetSpec.latest());
      }
    }
    admin.listOffsets(ends).all().get();
  }

  /**
   * Describes each topic of the job that exists.
   *
   * @return name to partitions, in no certain order
   * @throws InterruptedException when the thread is interrupted while the broker has not answered
   * @throws ExecutionException when the broker refuses or does not answer in time
   */
  public Map<String, TopicDescription> describe() throws InterruptedException, ExecutionException {
    return admin.describeTopics(present()).allTopicNames().get();
  }

  /**
   * Checks that the topics take the largest records that the job may write.
   *
   * @param options of the job
   * @throws InterruptedException when the thread is interrupted
   * @throws IllegalArgumentException naming the keys of the topics that are too small
   */
  public void requireRoom(JobOptions options) throws InterruptedException {
    List<String> outputs = LargestOutput.of(options).stream().map(LargestOutput::topic).toList();
    LargestOutput.requireRoom(options, TopicRoom.read(admin, options.kafka(), outputs));
  }

  /**
   * {@return what the broker has kept of earlier runs of a job; its topics must exist}
   *
   * @param options of the job
   * @throws InterruptedException when the thread is interrupted while the broker has not answered
   * @throws ExecutionException when the broker refuses or does not answer in time
   */
  public JobTraces traces(JobOptions options) throws InterruptedException, ExecutionException {
    return JobTraces.read(admin, options);
  }

  /**
   * Checks that no job of this name runs at the broker. Waits a few seconds for one that may have
   * died just now.
   *
   * @param options of the job
   * @throws InterruptedException when the thread is interrupted
   * @throws ExecutionException when the broker refuses or does not answer in time
   * @throws IllegalArgumentException when one runs, saying where
   */
  public void requireNoOther(JobOptions options) throws InterruptedException, ExecutionException {
    JobOwner.requireNone(admin, options);
  }

  private List<String> present() throws InterruptedException, ExecutionException {
    List<String> absent = missing();
    return names.all().stream().filter(name -> !absent.contains(name)).toList();
  }

  @Override
  public void close() {
    admin.close();
  }
}
