// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli.doctor;

import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.JobTopics;
import io.driftmoe.flink.LabelFields;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What is asked of the topics of a job. */
final class TopicChecks implements Doctor.Check {
  private static final Duration SHORT_OUTAGE = Duration.ofDays(1);

  private final JobOptions options;
  private final List<Finding> findings = new ArrayList<>();

  TopicChecks(JobOptions options) {
    this.options = options;
  }

  /** The topics by their keys in a configuration; those of events and labels come first. */
  static Map<String, String> byKey(JobOptions.Topics topics) {
    Map<String, String> names = new LinkedHashMap<>();
    names.put("topics.features", topics.features());
    names.put("topics.labels", topics.labels());
    names.put("topics.predictions", topics.predictions());
    names.put("topics.drift-events", topics.driftEvents());
    names.put("topics.metrics", topics.metrics());
    names.put("topics.dead-letters", topics.deadLetters());
    if (topics.explanations() != null) {
      names.put("topics.explanations", topics.explanations());
    }
    if (topics.questions() != null) {
      names.put("topics.questions", topics.questions());
    }
    if (topics.control() != null) {
      names.put("topics.control", topics.control());
    }
    return names;
  }

  /** Whether the job reads the topic of this key; else it writes it. */
  static boolean isRead(String key) {
    return key.equals("topics.features")
        || key.equals("topics.labels")
        || key.equals("topics.control");
  }

  @Override
  public List<Finding> run(Admin admin) throws ExecutionException, InterruptedException {
    Map<String, KafkaFuture<TopicDescription>> asked =
        admin.describeTopics(options.topics().all()).topicNameValues();
    boolean allThere = true;
    for (Map.Entry<String, String> topic : byKey(options.topics()).entrySet()) {
      String key = topic.getKey();
      String name = topic.getValue();
      try {
        TopicDescription found = Doctor.answer(asked, name);
        check(key, found, config(admin, key, name));
      } catch (ExecutionException e) {
        allThere = false;
        findings.add(absent(key, name, e));
      }
    }
    if (allThere) {
      checkSizes();
    }
    return findings;
  }

  private Finding absent(String key, String name, ExecutionException e) {
    if (e.getCause() instanceof UnknownTopicOrPartitionException) {
      if (JobTopics.ofOthers(options).contains(name)) {
        return Finding.mend(
            key,
            "no topic %s: records of others are read from there, so whoever sends them creates it"
                .formatted(name));
      }
      return Finding.mend(
          key, "no topic %s: 'driftmoe topics --config FILE' creates it".formatted(name));
    }
    if (e.getCause() instanceof AuthorizationException) {
      return Finding.mend(
          key, "grant DESCRIBE and %s on %s".formatted(isRead(key) ? "READ" : "WRITE", name));
    }
    return Doctor.notLookedAt(key, e);
  }

  /** Without settings where the user may not see them. */
  private Config config(Admin admin, String key, String topic)
      throws ExecutionException, InterruptedException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try {
      return Doctor.answer(admin.describeConfigs(List.of(resource)).values(), resource);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException) {
        findings.add(
            Finding.note(
                key,
                "%s: DESCRIBE_CONFIGS is not granted, settings are not seen".formatted(topic)));
        return new Config(List.of());
      }
      throw e;
    }
  }

  private void check(String key, TopicDescription topic, Config config) {
    int before = findings.size();
    checkReplicas(key, topic, config);
    checkCleanup(key, topic.name(), config);
    if (isRead(key)) {
      checkRetention(key, topic.name(), config);
      checkPartitions(key, topic);
    }
    if (findings.subList(before, findings.size()).stream()
        .noneMatch(finding -> finding.level() == Finding.Level.MEND)) {
      findings.add(before, Finding.ok(key, words(topic, config)));
    }
  }

  private static String words(TopicDescription topic, Config config) {
    String text =
        "%s: %s partitions, %s replicas"
            .formatted(topic.name(), topic.partitions().size(), replicas(topic));
    return config.entries().isEmpty()
        ? text
        : text + ", kept for " + words(number(config, TopicConfig.RETENTION_MS_CONFIG, -1));
  }

  private static String words(long retentionMillis) {
    return retentionMillis < 0 ? "ever" : BrokerChecks.words(Duration.ofMillis(retentionMillis));
  }

  private static int replicas(TopicDescription topic) {
    return topic.partitions().stream().mapToInt(p -> p.replicas().size()).min().orElse(0);
  }

  private void checkReplicas(String key, TopicDescription topic, Config config) {
    long leaderless =
        topic.partitions().stream().filter(p -> p.leader() == null || p.leader().isEmpty()).count();
    if (leaderless > 0) {
      findings.add(
          Finding.mend(
              key,
              "%s: %s of %s partitions have no leader: start the brokers that hold them"
                  .formatted(topic.name(), leaderless, topic.partitions().size())));
    }
    long least = number(config, TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, 1);
    long inSync = topic.partitions().stream().mapToInt(p -> p.isr().size()).min().orElse(0);
    if (!isRead(key) && leaderless == 0 && inSync < least) {
      findings.add(
          Finding.mend(
              key,
              "%s: %s of %s replicas are in sync and min.insync.replicas = %s: it takes no records"
                  .formatted(topic.name(), inSync, replicas(topic), least)));
    }
  }

  private void checkCleanup(String key, String topic, Config config) {
    ConfigEntry policy = config.get(TopicConfig.CLEANUP_POLICY_CONFIG);
    LabelFields labels = options.input().labels();
    boolean isTable = key.equals("topics.labels") && labels != null && labels.changelog();
    if (policy != null && policy.value().contains(TopicConfig.CLEANUP_POLICY_COMPACT) && !isTable) {
      findings.add(
          Finding.mend(
              key,
              ("%s: cleanup.policy = %s keeps one record of each model key and deletes the others;"
                      + " set it to delete")
                  .formatted(topic, policy.value())));
    }
  }

  private void checkRetention(String key, String topic, Config config) {
    long kept = number(config, TopicConfig.RETENTION_MS_CONFIG, -1);
    Duration timeout = options.labels().timeout();
    if (kept >= 0 && kept < timeout.toMillis()) {
      findings.add(
          Finding.mend(
              key,
              ("%s: retention.ms = %s (%s) is less than labels.timeout = %s: a job that is behind"
                      + " finds one half of its pairs deleted; raise retention.ms")
                  .formatted(topic, kept, words(kept), BrokerChecks.words(timeout))));
    } else if (kept >= 0 && kept < SHORT_OUTAGE.toMillis()) {
      findings.add(
          Finding.note(
              key,
              "%s: retention.ms = %s (%s): a job that stands still for longer loses events"
                  .formatted(topic, kept, words(kept))));
    }
    long bytes = number(config, TopicConfig.RETENTION_BYTES_CONFIG, -1);
    if (bytes >= 0) {
      findings.add(
          Finding.note(
              key,
              "%s: retention.bytes = %s of a partition may delete records earlier"
                  .formatted(topic, bytes)));
    }
  }

  private void checkPartitions(String key, TopicDescription topic) {
    int partitions = topic.partitions().size();
    int parallelism = options.job().parallelism();
    if (partitions < parallelism) {
      findings.add(
          Finding.note(
              key,
              "%s: %s partitions feed %s of job.parallelism = %s readers; add partitions"
                  .formatted(topic.name(), partitions, partitions, parallelism)));
    }
  }

  private static long number(Config config, String name, long otherwise) {
    ConfigEntry entry = config.get(name);
    return entry == null || entry.value() == null ? otherwise : Long.parseLong(entry.value());
  }

  private void checkSizes() throws InterruptedException {
    try (JobTopics topics = new JobTopics(options)) {
      topics.requireRoom(options);
      findings.add(Finding.ok("sizes", "every topic takes the largest record that the job writes"));
    } catch (IllegalArgumentException e) {
      findings.add(Finding.mend("sizes", String.valueOf(e.getMessage())));
    }
  }
}
