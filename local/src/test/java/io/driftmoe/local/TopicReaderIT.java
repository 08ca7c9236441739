// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.flink.JobOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicReaderIT {
  private static final String TOPIC = "outputs";

  @TempDir private static Path folder;

  @Test
  void ofEndedJob_waitsForTheEndOfTransactions() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder);
        Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrap()));
        KafkaProducer<byte[], byte[]> job =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrap(), "transactional.id", "job"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
      admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
      JobOptions.Kafka address = new JobOptions.Kafka(kafka.bootstrap(), null, null, null);
      job.initTransactions();
      job.beginTransaction();
      job.send(new ProducerRecord<>(TOPIC, "last".getBytes(UTF_8)));
      job.flush();
      List<String> read = new ArrayList<>();
      try (TopicReader usual = TopicReader.open(address, List.of(TOPIC), true, true);
          TopicReader patient = TopicReader.ofEndedJob(address, List.of(TOPIC))) {
        assertThat(usual.atEnd()).isTrue();
        assertThat(patient.atEnd()).isFalse();
        job.commitTransaction();
        patient.readToEnd(record -> read.add(new String(record.value(), UTF_8)));
      }
      assertThat(read).containsExactly("last");
    }
  }
}
