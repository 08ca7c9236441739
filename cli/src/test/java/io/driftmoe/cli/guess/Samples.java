// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli.guess;

import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.RegistryOptions;
import io.driftmoe.flink.TopicSample;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** Samples of topics without a broker, and questions about them. */
final class Samples {
  static final long TIME = 1_760_000_000_000L;

  private final String topic;
  private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();

  Samples(String topic) {
    this.topic = topic;
  }

  Samples add(@Nullable String key, @Nullable String value) {
    return add(bytes(key), bytes(value));
  }

  Samples add(byte @Nullable [] key, byte @Nullable [] value) {
    long offset = records.size();
    records.add(
        new ConsumerRecord<>(
            topic,
            0,
            offset,
            TIME + offset * 1_000,
            TimestampType.CREATE_TIME,
            key == null ? -1 : key.length,
            value == null ? -1 : value.length,
            key,
            value,
            new RecordHeaders(),
            Optional.empty()));
    return this;
  }

  private static byte @Nullable [] bytes(@Nullable String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  TopicSample sample() {
    return new TopicSample(topic, 1, records, records.size(), "");
  }

  /** What --init asks about a topic of events. */
  static TopicQuestion question(@Nullable String label, @Nullable String labelsTopic) {
    return question(label, labelsTopic, Map.of(), null);
  }

  /**
   * Likewise.
   *
   * @param kafka client properties
   * @param registry of schemas
   */
  static TopicQuestion question(
      @Nullable String label,
      @Nullable String labelsTopic,
      Map<String, String> kafka,
      @Nullable RegistryOptions registry) {
    return new TopicQuestion(
        new JobOptions.Kafka("localhost:9092", null, null, kafka),
        "orders",
        labelsTopic,
        label,
        null,
        registry,
        null,
        500,
        Map.of(),
        Map.of());
  }
}
