// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * How large what is configured may be. A value beyond is a slip of the pen, and would fail later,
 * in the memory of a TaskManager or in a check of Flink or Kafka that does not name the key. The
 * learner has its own limits.
 */
final class OptionLimits {
  private static final int LONGEST_TEXT = 4_096;

  /** Certificates are properties of a client. */
  private static final int LONGEST_PROPERTY = 1 << 20;

  private static final int MOST_PROPERTIES = 1_000;
  private static final int LONGEST_NAME = 1_000;
  private static final int MOST_ATTRIBUTES = 10_000;
  private static final int MOST_VALUES = 1_000_000;

  /** Flink's own. */
  private static final int MOST_KEY_GROUPS = 1 << 15;

  /** Kafka's transaction.timeout.ms is an int. */
  private static final Duration LONGEST_TRANSACTION = Duration.ofDays(20);

  private static final Duration YEAR = Duration.ofDays(365);
  private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

  private OptionLimits() {}

  /**
   * Checks everything but the learner.
   *
   * @throws IllegalArgumentException naming the key at fault, with its value or length
   */
  static void check(JobOptions options) {
    checkKafka(options.kafka());
    checkTopics(options.topics());
    checkSchema(options.schema());
    atMost("labels.max-pending", options.labels().maxPending(), 10_000_000);
    atMost("input.out-of-orderness", options.input().outOfOrderness(), YEAR);
    atMost("input.idleness", options.input().idleness(), YEAR);
    String device = options.router().device();
    text("router.device", device == null ? "" : device, LONGEST_NAME);
    atMost("router.gather-routers", options.router().gatherRouters(), 65_536);
    checkJob(options.job());
  }

  private static void checkKafka(JobOptions.Kafka kafka) {
    text("kafka.bootstrap", kafka.bootstrap(), LONGEST_TEXT);
    text("kafka.group-id", kafka.groupId(), LONGEST_NAME);
    atMost("the number of kafka.properties", kafka.properties().size(), MOST_PROPERTIES);
    kafka
        .properties()
        .forEach((key, value) -> text("kafka.properties." + key, value, LONGEST_PROPERTY));
  }

  private static void checkTopics(JobOptions.Topics topics) {
    topic("topics.features", topics.features());
    topic("topics.labels", topics.labels());
    topic("topics.predictions", topics.predictions());
    topic("topics.drift-events", topics.driftEvents());
    topic("topics.metrics", topics.metrics());
    topic("topics.dead-letters", topics.deadLetters());
  }

  private static void topic(String key, String name) {
    text(key, name, 249);
    if (!TOPIC.matcher(name).matches() || name.equals(".") || name.equals("..")) {
      throw new IllegalArgumentException(
          "%s must be a name of letters, digits, '.', '_' and '-', got %s".formatted(key, name));
    }
  }

  private static void checkSchema(JobOptions.Schema schema) {
    atMost("the number of schema.attributes", schema.attributes().size(), MOST_ATTRIBUTES);
    long values = 0;
    for (int a = 0; a < schema.attributes().size(); a++) {
      JobOptions.AttributeOption attribute = schema.attributes().get(a);
      text("schema.attributes[%s].name".formatted(a), attribute.name(), LONGEST_NAME);
      values += attribute.values().size();
      texts("schema.attributes[%s].values".formatted(a), attribute.values());
    }
    atMost("the number of values in schema.attributes", values, MOST_VALUES);
    texts("schema.classes", schema.classes());
  }

  private static void checkJob(JobOptions.Job job) {
    text("job.name", job.name(), 200); // Kafka's longest transactional id is not far
    atMost("job.max-parallelism", job.maxParallelism(), MOST_KEY_GROUPS);
    atMost("job.checkpoint-interval", job.checkpointInterval(), LONGEST_TRANSACTION);
    atMost("job.transaction-timeout", job.transactionTimeout(), LONGEST_TRANSACTION);
    atMost("job.metrics-interval", job.metricsInterval(), YEAR);
    atMost("job.metric-keys", job.metricKeys(), 10_000);
    String folder = job.checkpointDir();
    text("job.checkpoint-dir", folder == null ? "" : folder, LONGEST_TEXT);
  }

  private static void texts(String key, List<String> values) {
    for (int i = 0; i < values.size(); i++) {
      text("%s[%s]".formatted(key, i), values.get(i), LONGEST_NAME);
    }
  }

  private static void text(String key, String value, int longest) {
    if (value.length() > longest) {
      throw new IllegalArgumentException(
          "%s must have at most %s characters, got %s".formatted(key, longest, value.length()));
    }
  }

  private static void atMost(String key, long value, long most) {
    if (value > most) {
      throw new IllegalArgumentException(
          "%s must be at most %s, got %s".formatted(key, most, value));
    }
  }

  private static void atMost(String key, Duration value, Duration most) {
    if (value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "%s must be at most %s d, got %s".formatted(key, most.toDays(), value));
    }
  }
}
