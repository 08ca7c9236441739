// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.local.EmbeddedKafka;
import io.driftmoe.schemas.OutputCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A real broker for a test class, with what tests send and read. */
final class Broker implements AutoCloseable {
  private static final Set<TransactionState> ENDING =
      Set.of(TransactionState.PREPARE_COMMIT, TransactionState.PREPARE_ABORT);

  private final EmbeddedKafka kafka;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Admin admin;

  /** Why the broker did not take a record; null while it takes all. */
  private final AtomicReference<Exception> refused = new AtomicReference<>();

  Broker(Path folder) throws IOException {
    kafka = EmbeddedKafka.start(folder);
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrap(), "acks", "all", "linger.ms", "5"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrap()));
  }

  String bootstrap() {
    return kafka.bootstrap();
  }

  /** The offset the message got. */
  Future<RecordMetadata> send(String topic, byte[] key, byte[] value) {
    return send(topic, key, value, Map.of());
  }

  /** Likewise, with headers. */
  Future<RecordMetadata> send(String topic, byte[] key, byte[] value, Map<String, String> headers) {
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, key, value);
    headers.forEach(
        (name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    return producer.send(
        record,
        (metadata, reason) -> {
          if (reason != null) {
            refused.compareAndSet(null, reason);
          }
        });
  }

  /**
   * Returns when the broker has taken all that was sent. A test that went on without a lost record
   * would wait for what the job makes of it until its time is over.
   */
  void flush() {
    producer.flush();
    if (refused.get() != null) {
      throw new AssertionError("the broker did not take a record", refused.get());
    }
  }

  /** All committed records of a topic, by partition and offset. */
  <T extends SpecificRecord> List<T> committed(String topic, Class<T> type) throws Exception {
    OutputCodec<T> codec = OutputCodec.of(type);
    List<T> records = new ArrayList<>();
    for (byte[] value : committedValues(topic)) {
      records.add(codec.decode(value));
    }
    return records;
  }

  /** The bytes of all committed records of a topic, by partition and offset. */
  List<byte[]> committedValues(String topic) {
    awaitMarkers();
    List<byte[]> values = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      List<TopicPartition> partitions = partitions(consumer, topic);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          values.add(record.value());
        }
      }
    }
    return values;
  }

  /**
   * Until readers see what was committed before: a broker takes a commit, answers, and marks the
   * ends of transactions in the topics afterwards, up to which a reader gets records.
   */
  private void awaitMarkers() {
    WaitLimit.seconds(60)
        .until(
            () ->
                admin
                    .listTransactions(new ListTransactionsOptions().filterStates(ENDING))
                    .all()
                    .get()
                    .isEmpty());
  }

  /** Whether so many records may be committed: tells without reading them when they cannot be. */
  boolean mayHold(String topic, int committed) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      return consumer.endOffsets(partitions(consumer, topic)).values().stream()
              .mapToLong(end -> end)
              .sum()
          >= committed;
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        Map.of("bootstrap.servers", kafka.bootstrap(), "isolation.level", "read_committed"),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  private static List<TopicPartition> partitions(
      KafkaConsumer<byte[], byte[]> consumer, String topic) {
    return consumer.partitionsFor(topic).stream()
        .map(p -> new TopicPartition(topic, p.partition()))
        .toList();
  }

  @Override
  public void close() throws IOException {
    producer.close();
    admin.close();
    kafka.close();
  }
}
