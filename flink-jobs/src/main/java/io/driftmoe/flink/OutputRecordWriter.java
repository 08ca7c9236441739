// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes a record to its topic. The Kafka timestamp is left to the producer: event times may lie
 * years back, and retention would delete such records at once; they travel in the value.
 */
final class OutputRecordWriter implements KafkaRecordSerializationSchema<OutputRecord> {
  private static final long serialVersionUID = 1L;

  private final String topic;

  OutputRecordWriter(String topic) {
    this.topic = topic;
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      OutputRecord record, KafkaSinkContext context, Long timestamp) {
    return new ProducerRecord<>(topic, record.key(), record.value());
  }
}
