// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.sql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.core.LabeledExample;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The topics of the example script, with JSON in them. */
final class Topics {
  static final int PARTITIONS = 2;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String bootstrap;

  Topics(String bootstrap) {
    this.bootstrap = bootstrap;
  }

  void create(String... names) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      admin
          .createTopics(
              Stream.of(names).map(topic -> new NewTopic(topic, PARTITIONS, (short) 1)).toList())
          .all()
          .get();
    }
  }

  /**
   * Sends orders a second apart, and the outcome of each some seconds later by its own time.
   *
   * @param from number of the first
   * @param to behind the last
   */
  void produce(Map<String, List<LabeledExample>> examples, int from, int to, int secondsLater) {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap),
            new StringSerializer(),
            new StringSerializer())) {
      for (int i = from; i < to; i++) {
        for (Map.Entry<String, List<LabeledExample>> ofShop : examples.entrySet()) {
          String shop = ofShop.getKey();
          LabeledExample example = ofShop.getValue().get(i);
          producer.send(new ProducerRecord<>("orders", shop, order(shop, i, example).toString()));
          ObjectNode outcome = record(shop, i).put("known", time(i + secondsLater));
          outcome.put("outcome", Prices.label(example));
          producer.send(new ProducerRecord<>("outcomes", shop, outcome.toString()));
        }
      }
    }
  }

  private static ObjectNode order(String shop, int i, LabeledExample example) {
    return record(shop, i)
        .put("placed", time(i))
        .put("price", example.features().get(0))
        .put("weekday", Prices.day(example))
        .put("demand", Prices.demand(example))
        .put("busy", Prices.open(example));
  }

  private static ObjectNode record(String shop, int i) {
    return JSON.createObjectNode().put("shop", shop).put("order_id", i);
  }

  private static String time(int second) {
    return Instant.ofEpochSecond(1_700_000_000L + second).toString();
  }

  /** All values of a topic so far. */
  List<JsonNode> read(String topic) throws JsonProcessingException {
    List<JsonNode> values = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrap),
            new StringDeserializer(),
            new StringDeserializer())) {
      List<TopicPartition> partitions =
          IntStream.range(0, PARTITIONS).mapToObj(p -> new TopicPartition(topic, p)).toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
          values.add(JSON.readTree(record.value()));
        }
      }
    }
    return values;
  }
}
