// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A topic of a job, looked at again and again while the job runs. One that was deleted, or made
 * anew under its name, or that the job may not use any more, ends the job: another attempt would
 * fail likewise, or go on in a topic that a producer made by the broker's defaults.
 *
 * <p>It remembers the topic for the life of a JobManager, also when the job restarts in it. Brokers
 * that do not answer are no reason to end: what was known holds.
 */
final class WatchedTopic implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(WatchedTopic.class);

  /** A broker that has just started may not have heard of a topic yet. */
  private static final int MISSED_AT_MOST = 1;

  private final String key;
  private final String topic;
  private final boolean input;

  /** Null until the topic was seen. */
  private @Nullable String id;

  private int missed;

  private WatchedTopic(String key, String topic, boolean input) {
    this.key = key;
    this.topic = topic;
    this.input = input;
  }

  /**
   * One that the job reads.
   *
   * @param key of the topic in a configuration
   * @param topic its name
   */
  static WatchedTopic input(String key, String topic) {
    return new WatchedTopic(key, topic, true);
  }

  /** Those that the job writes. */
  static List<WatchedTopic> outputs(JobOptions.Topics topics) {
    List<WatchedTopic> outputs =
        new ArrayList<>(
            List.of(
                new WatchedTopic("topics.predictions", topics.predictions(), false),
                new WatchedTopic("topics.drift-events", topics.driftEvents(), false),
                new WatchedTopic("topics.metrics", topics.metrics(), false),
                new WatchedTopic("topics.dead-letters", topics.deadLetters(), false)));
    if (topics.explanations() != null) {
      outputs.add(new WatchedTopic("topics.explanations", topics.explanations(), false));
    }
    if (topics.questions() != null) {
      outputs.add(new WatchedTopic("topics.questions", topics.questions(), false));
    }
    return List.copyOf(outputs);
  }

  /**
   * Looks at it.
   *
   * @return null when it was not to be seen this time
   * @throws SuppressRestartsException when the job is to end, in one line that says why
   * @throws IllegalStateException when an input was never seen
   */
  @Nullable TopicDescription look(Admin admin) {
    try {
      TopicDescription found =
          admin
              .describeTopics(
                  List.of(topic), new DescribeTopicsOptions().includeAuthorizedOperations(true))
              .allTopicNames()
              .get()
              .values()
              .iterator()
              .next();
      take(found);
      return found;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        missing(e);
      } else if (e.getCause() instanceof TopicAuthorizationException) {
        throw endWithoutRight();
      } else if (id == null && input) {
        throw new IllegalStateException("%s: %s cannot be described".formatted(key, topic), e);
      } else {
        LOG.warn("{}: {} cannot be described: {}", key, topic, String.valueOf(e.getCause()));
      }
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the broker had not answered", e);
    }
  }

  private void take(TopicDescription found) {
    if (id != null && !id.equals(found.topicId().toString())) {
      throw end("was deleted and made anew while the job ran");
    }
    missed = 0;
    id = found.topicId().toString();
    Set<AclOperation> allowed = found.authorizedOperations();
    if (allowed != null && !allowed.contains(input ? AclOperation.READ : AclOperation.WRITE)) {
      throw endWithoutRight();
    }
  }

  private void missing(ExecutionException e) {
    if (id == null) {
      if (input) {
        throw new IllegalStateException("%s: there is no topic %s".formatted(key, topic), e);
      }
      return; // its sink says so
    }
    if (missed++ >= MISSED_AT_MOST) {
      throw end("was deleted while the job ran");
    }
    LOG.warn("{}: the brokers have no topic {}", key, topic);
  }

  private SuppressRestartsException end(String what) {
    return new SuppressRestartsException(
        new IllegalStateException(
            "%s: the topic %s %s; %s. docs/operations.md, 'Lost topic', says how to go on"
                .formatted(
                    key,
                    topic,
                    what,
                    input
                        ? "offsets in the job's state mean nothing in another topic"
                        : "what it held is lost")));
  }

  private SuppressRestartsException endWithoutRight() {
    return new SuppressRestartsException(
        new IllegalStateException(
            "%s: the job may not %s the topic %s: grant its user %s and Describe on it; docs/security.md, 'Rights', lists all that it needs"
                .formatted(key, input ? "read" : "write", topic, input ? "Read" : "Write")));
  }
}
