// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a topic and the job's producers take: a larger record would fail the sink, at each restart
 * again.
 *
 * @param bytes that key and value of one record may have together
 * @param compacted whether the topic refuses records without a key
 */
record TopicRoom(int bytes, boolean compacted) {
  /** Kafka's default, for a topic that cannot be described. */
  private static final int DEFAULT_MESSAGE_BYTES = 1_048_588;

  /** Of a batch that holds one record: 61 bytes, and at most 21 with the lengths in it. */
  private static final int BATCH_BYTES = 128;

  /** Bytes that cannot be compressed grow by less than 1/128 where the topic compresses. */
  private static final int COMPRESSION_SHARE = 128;

  private static final Logger LOG = LoggerFactory.getLogger(TopicRoom.class);

  private static final Map<String, ConfigDef.ConfigKey> PRODUCER =
      ProducerConfig.configDef().configKeys();

  /** The room where nothing but the settings of the producer is known. */
  static TopicRoom withoutTopic(JobOptions.Kafka kafka) {
    return new TopicRoom(usable(kafka, DEFAULT_MESSAGE_BYTES), false);
  }

  /**
   * Asks the broker about topics. Where it does not say, which it may not do to everybody, the room
   * is that of Kafka's default.
   */
  static Map<String, TopicRoom> read(JobOptions.Kafka kafka, Collection<String> topics)
      throws InterruptedException {
    Map<String, Object> properties = new HashMap<>(ClientProperties.ofJob(kafka));
    properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrap());
    try (Admin admin = Admin.create(properties)) {
      return read(admin, kafka, topics);
    }
  }

  /** Like {@link #read(JobOptions.Kafka, Collection)}, with the client at hand. */
  static Map<String, TopicRoom> read(Admin admin, JobOptions.Kafka kafka, Collection<String> topics)
      throws InterruptedException {
    Map<String, TopicRoom> rooms = new HashMap<>();
    topics.forEach(topic -> rooms.put(topic, withoutTopic(kafka)));
    List<ConfigResource> resources =
        topics.stream().map(t -> new ConfigResource(ConfigResource.Type.TOPIC, t)).toList();
    try {
      admin
          .describeConfigs(resources)
          .all()
          .get()
          .forEach((topic, config) -> rooms.put(topic.name(), of(kafka, config)));
    } catch (ExecutionException e) {
      LOG.warn("{} cannot be described, taking Kafka's default sizes: {}", topics, e.toString());
    }
    return rooms;
  }

  private static TopicRoom of(JobOptions.Kafka kafka, Config topic) {
    ConfigEntry largest = topic.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
    ConfigEntry cleanup = topic.get(TopicConfig.CLEANUP_POLICY_CONFIG);
    return new TopicRoom(
        usable(kafka, largest == null ? DEFAULT_MESSAGE_BYTES : Integer.parseInt(largest.value())),
        cleanup != null && cleanup.value().contains(TopicConfig.CLEANUP_POLICY_COMPACT));
  }

  private static int usable(JobOptions.Kafka kafka, int messageBytes) {
    long limit =
        Math.min(
            messageBytes,
            Math.min(
                setting(kafka, ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
                setting(kafka, ProducerConfig.BUFFER_MEMORY_CONFIG)));
    return (int) Math.max(0, limit - BATCH_BYTES - limit / COMPRESSION_SHARE);
  }

  private static long setting(JobOptions.Kafka kafka, String name) {
    String value = kafka.properties().get(name);
    ConfigDef.ConfigKey key = PRODUCER.get(name);
    Object number =
        value == null || key == null ? null : ConfigDef.parseType(name, value, key.type);
    if (number == null && key != null) {
      number = key.defaultValue;
    }
    return number instanceof Number given ? given.longValue() : Long.MAX_VALUE;
  }

  /** Whether the record fits. */
  boolean holds(OutputRecord record) {
    return bytes(record) <= bytes;
  }

  static int bytes(OutputRecord record) {
    byte[] key = record.key();
    return (key == null ? 0 : key.length) + record.value().length;
  }
}
