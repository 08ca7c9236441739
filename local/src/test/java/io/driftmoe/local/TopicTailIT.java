// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.driftmoe.flink.JobOptions;
import io.driftmoe.local.TopicTail.Reach;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicTailIT {
  private static final Duration PATIENCE = Duration.ofMillis(100);

  @TempDir private static Path folder;

  private final List<String> read = new ArrayList<>();

  private static void send(KafkaProducer<byte[], byte[]> producer, String topic, int from, int to) {
    for (int i = from; i < to; i++) {
      producer.send(new ProducerRecord<>(topic, (topic + i).getBytes(UTF_8)));
    }
    producer.flush();
  }

  private void poll(TopicTail tail) {
    tail.poll(PATIENCE, record -> read.add(new String(record.value(), UTF_8)));
  }

  @Test
  void beginsNearTheEnd_andPassesOverAFlood_ofOneTopicAlone() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder);
        Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrap()));
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrap()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
      admin
          .createTopics(
              List.of(new NewTopic("few", 1, (short) 1), new NewTopic("many", 1, (short) 1)))
          .all()
          .get();
      JobOptions.Kafka address = new JobOptions.Kafka(kafka.bootstrap(), null, null, null);
      send(producer, "few", 0, 3);
      send(producer, "many", 0, 50_000);
      try (TopicTail tail =
          TopicTail.open(address, Map.of("few", new Reach(10, 10), "many", new Reach(5, 1_000)))) {
        await()
            .until(
                () -> {
                  poll(tail);
                  return read.size() == 8;
                });
        assertThat(read)
            .containsExactlyInAnyOrder(
                "few0",
                "few1",
                "few2",
                "many49995",
                "many49996",
                "many49997",
                "many49998",
                "many49999");
        assertThat(tail.end("many")).hasValue(50_000);
        assertThat(tail.takePassedOver("many")).isZero();

        read.clear();
        send(producer, "many", 50_000, 150_000);
        send(producer, "few", 3, 4);
        await()
            .until(
                () -> {
                  poll(tail);
                  return read.contains("many149999") && read.contains("few3");
                });
        assertThat(tail.end("many")).hasValue(150_000);
        assertThat(tail.takePassedOver("few")).isZero();
        assertThat(read.size() - 1 + tail.takePassedOver("many")).isEqualTo(100_000);
        assertThat(read).hasSizeLessThan(20_000).doesNotHaveDuplicates();
        assertThat(tail.takePassedOver("many")).isZero();
      }
    }
  }

  @Test
  void aBrokerThatIsGone_isNoticed() throws Exception {
    EmbeddedKafka kafka = EmbeddedKafka.start(Files.createDirectory(folder.resolve("gone")));
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrap()))) {
      admin.createTopics(List.of(new NewTopic("few", 1, (short) 1))).all().get();
    }
    JobOptions.Kafka address = new JobOptions.Kafka(kafka.bootstrap(), null, null, null);
    try (TopicTail tail = TopicTail.open(address, Map.of("few", new Reach(10, 10)))) {
      poll(tail);
      kafka.close();
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () -> assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> poll(tail)));
    }
  }
}
