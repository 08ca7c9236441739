// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.local.EmbeddedKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The topics of a job on a real broker. */
class JobTopicsIT {
  /** So many that the broker is still opening them long after it has shown their topics. */
  private static final int PARTITIONS = 20;

  @Test
  void allPartitionsTakeRecordsOnceTheTopicsAreCreated(@TempDir Path folder) throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder);
        KafkaProducer<byte[], byte[]> producer = producerThatTriesOnce(kafka);
        JobTopics topics =
            new JobTopics(
                Events.options(Map.of("kafka.bootstrap", "'" + kafka.bootstrap() + "'")))) {
      List<String> created = topics.create(PARTITIONS, (short) 1);

      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (String topic : created) {
        for (int partition = 0; partition < PARTITIONS; partition++) {
          sent.add(producer.send(new ProducerRecord<>(topic, partition, null, new byte[1])));
        }
      }
      producer.flush();
      assertThat(sent).hasSize(6 * PARTITIONS);
      for (Future<RecordMetadata> record : sent) {
        assertThat(record.get().offset()).isZero();
      }
      long aYearAhead = System.currentTimeMillis() + Duration.ofDays(365).toMillis();
      for (String topic : created) {
        Future<RecordMetadata> ahead =
            producer.send(new ProducerRecord<>(topic, 0, aYearAhead, null, new byte[1]));
        if (topic.endsWith("features") || topic.endsWith("labels")) {
          assertThatThrownBy(ahead::get).hasCauseInstanceOf(InvalidTimestampException.class);
        } else {
          assertThat(ahead.get().offset()).as(topic).isEqualTo(1);
        }
      }
    }
  }

  private static KafkaProducer<byte[], byte[]> producerThatTriesOnce(EmbeddedKafka kafka) {
    return new KafkaProducer<>(
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            kafka.bootstrap(),
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            false,
            ProducerConfig.RETRIES_CONFIG,
            0),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }
}
