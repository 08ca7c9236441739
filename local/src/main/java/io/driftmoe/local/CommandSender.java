// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import io.driftmoe.flink.FailureMessage;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.schemas.OutputCodec;
import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.WireFormatException;
import io.driftmoe.schemas.avro.ControlEvent;
import io.driftmoe.schemas.avro.DriftEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends one command to a running job and waits for its answer. All commands have one Kafka key, so
 * that they stay in order whatever partitions the topic has.
 */
public final class CommandSender implements AutoCloseable {
  private static final byte[] KEY = "control".getBytes(StandardCharsets.UTF_8);
  private static final Duration PATIENCE = Duration.ofMillis(200);

  /** What the job writes where drift events have the name of a detector. */
  private static final String DETECTOR = "control";

  private final String topic;
  private final KafkaProducer<byte[], byte[]> producer;
  private final TopicReader answers;
  private final OutputCodec<DriftEvent> codec = OutputCodec.of(DriftEvent.class);
  private String sent = "";

  /**
   * Opens the topic of the answers at its end, before anything is sent.
   *
   * @param options of the job; they name a control topic
   */
  public CommandSender(JobOptions options) {
    String control = options.topics().control();
    if (control == null) {
      throw new IllegalArgumentException("topics.control is not configured");
    }
    topic = control;
    answers =
        TopicReader.open(options.kafka(), List.of(options.topics().driftEvents()), true, false);
    Map<String, Object> properties = new HashMap<>();
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.putAll(options.kafka().clientProperties());
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, options.kafka().bootstrap());
    producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /**
   * Sends a command, and returns when the broker has it.
   *
   * @throws LocalException when the broker does not take it
   * @throws InterruptedException when the thread is interrupted meanwhile
   */
  public void send(ControlEvent command) throws LocalException, InterruptedException {
    byte[] value = SingleObjectCodec.of(ControlEvent.class).encode(command);
    try {
      producer.send(new ProducerRecord<>(topic, KEY, value)).get();
    } catch (ExecutionException e) {
      throw new LocalException(
          "the command was not sent to %s: %s".formatted(topic, FailureMessage.of(e)), e);
    }
    sent = command.getCommandId();
  }

  /** {@return the answer to the command that was sent last; empty when none came in time} */
  public Optional<DriftEvent> answer(Duration timeout) {
    long began = System.nanoTime();
    while (System.nanoTime() - began < timeout.toNanos()) {
      for (ConsumerRecord<byte[], byte[]> record : answers.poll(PATIENCE)) {
        Optional<DriftEvent> answer = answer(record);
        if (answer.isPresent()) {
          return answer;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<DriftEvent> answer(ConsumerRecord<byte[], byte[]> record) {
    try {
      DriftEvent event = codec.decode(record.value());
      boolean answers =
          event.getDetector().equals(DETECTOR)
              && event.getModels() >= 0
              && event.getEventId().equals(sent);
      return answers ? Optional.of(event) : Optional.empty();
    } catch (WireFormatException e) {
      return Optional.empty(); // of somebody else
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
    answers.close();
  }
}
