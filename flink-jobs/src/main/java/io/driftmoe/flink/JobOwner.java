// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InvalidSessionTimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes sure that one job of a name runs at a Kafka cluster. Two would abort each other's
 * transactions, whose ids begin with the name, and each would send what the other sends.
 *
 * <p>A running job is the member of a consumer group that bears its name. It reads nothing there;
 * the broker keeps the membership as long as it hears from the member. Whoever starts a job looks
 * for a member first. Where two start at once nevertheless, the one that joins later takes the
 * place of the other, which the broker tells.
 */
final class JobOwner {
  private static final Logger LOG = LoggerFactory.getLogger(JobOwner.class);

  /** Brokers allow no shorter one unless they are told to. */
  private static final Duration SESSION = Duration.ofSeconds(6);

  /** The broker removes a dead member after a session, rarely much later. */
  private static final Duration DEAD_AFTER = SESSION.multipliedBy(2);

  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration CLOSE = Duration.ofSeconds(5);
  private static final String MEMBER = "owner";
  private static final long PAUSE_MILLIS = 250;

  private final String jobName;
  private final String group;
  private final String topic;
  private final java.util.function.Consumer<Throwable> fenced;
  private final Consumer<byte[], byte[]> consumer;
  private final Thread thread;
  private final RareWarning warnings = new RareWarning(System::nanoTime);
  private volatile boolean closed;

  private JobOwner(
      JobOptions options,
      Consumer<byte[], byte[]> consumer,
      java.util.function.Consumer<Throwable> fenced) {
    this.jobName = options.job().name();
    this.group = group(options.job());
    this.topic = options.topics().features();
    this.fenced = fenced;
    this.consumer = consumer;
    this.thread = new Thread(this::stayMember, "job-owner");
    thread.setDaemon(true);
  }

  private static Map<String, Object> properties(JobOptions options) {
    Map<String, Object> properties = new HashMap<>(ClientProperties.ofJob(options.kafka()));
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, options.kafka().bootstrap());
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, group(options.job()));
    properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
    properties.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, MEMBER);
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, group(options.job()));
    properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, (int) SESSION.toMillis());
    properties.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, (int) SESSION.toMillis() / 3);
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    return properties;
  }

  /** The consumer group of a job's owner. */
  static String group(JobOptions.Job job) {
    return job.name() + "-owner";
  }

  /**
   * Becomes the owner, in a thread of its own.
   *
   * @param fenced gets a failure when another job of this name has taken the place
   */
  static JobOwner join(JobOptions options, java.util.function.Consumer<Throwable> fenced) {
    return join(
        options,
        new KafkaConsumer<>(
            properties(options), new ByteArrayDeserializer(), new ByteArrayDeserializer()),
        fenced);
  }

  static JobOwner join(
      JobOptions options,
      Consumer<byte[], byte[]> consumer,
      java.util.function.Consumer<Throwable> fenced) {
    JobOwner owner = new JobOwner(options, consumer, fenced);
    owner.thread.start();
    return owner;
  }

  /**
   * Checks that no job of this name runs. A member that is there is waited for a while: it may have
   * died just now.
   *
   * @throws IllegalArgumentException when one runs
   */
  static void requireNone(Admin admin, JobOptions options)
      throws InterruptedException, ExecutionException {
    requireNone(admin, options, DEAD_AFTER);
  }

  static void requireNone(Admin admin, JobOptions options, Duration patience)
      throws InterruptedException, ExecutionException {
    long begin = System.nanoTime();
    Collection<MemberDescription> members = members(admin, group(options.job()));
    while (!members.isEmpty()) {
      if (System.nanoTime() - begin > patience.toNanos()) {
        throw new IllegalArgumentException(
            "job '%s' runs already, at %s: two jobs of one name would undo each other's work; stop that one, or give each job its own job.name"
                .formatted(
                    options.job().name(), members.iterator().next().host().replaceFirst("^/", "")));
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      members = members(admin, group(options.job()));
    }
  }

  private static Collection<MemberDescription> members(Admin admin, String group)
      throws InterruptedException, ExecutionException {
    try {
      return admin.describeConsumerGroups(List.of(group)).all().get().values().stream()
          .flatMap(description -> description.members().stream())
          .toList();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return List.of();
      }
      if (e.getCause() instanceof AuthorizationException) {
        LOG.warn("no right to describe group {}: a second job of this name is not noticed", group);
        return List.of();
      }
      throw e;
    }
  }

  private void stayMember() {
    try {
      consumer.subscribe(List.of(topic), new ReadNothing());
      while (!closed) {
        poll();
      }
    } catch (FencedInstanceIdException e) {
      fenced.accept(
          new IllegalStateException(
              "job '%s' was started once more, and that one goes on: this one ends; give each job its own job.name"
                  .formatted(jobName)));
    } catch (AuthorizationException e) {
      LOG.warn("{}: a second job of this name is not noticed", e.getMessage());
    } catch (InvalidSessionTimeoutException e) {
      LOG.warn(
          "group.min.session.timeout.ms of the broker is above {}: a second job of this name is not noticed",
          SESSION.toMillis());
    } finally {
      consumer.close(
          CloseOptions.timeout(CLOSE)
              .withGroupMembershipOperation(
                  closed
                      ? GroupMembershipOperation.LEAVE_GROUP
                      : GroupMembershipOperation.REMAIN_IN_GROUP));
    }
  }

  private void poll() {
    try {
      consumer.poll(POLL);
    } catch (WakeupException e) {
      LOG.debug("closed", e);
    } catch (FencedInstanceIdException
        | AuthorizationException
        | InvalidSessionTimeoutException e) {
      throw e;
    } catch (KafkaException e) {
      warn(e);
      pause();
    }
  }

  /** Some faults last, and come back after each pause. */
  private void warn(KafkaException fault) {
    int times = warnings.due();
    if (times == 1) {
      LOG.warn("membership in group {} is interrupted", group, fault);
    } else if (times > 1) {
      LOG.warn(
          "membership in group {} is interrupted, {} times since the last such line: {}",
          group,
          times,
          FailureMessage.of(fault));
    }
  }

  private void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  /** Makes the place free. Does not fail: while a task is closed, that would end the process. */
  void leave() {
    closed = true;
    consumer.wakeup();
    try {
      thread.join(CLOSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A member has partitions, whose records it is not to fetch. */
  private final class ReadNothing implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      consumer.pause(partitions);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      // they were not read
    }
  }
}
