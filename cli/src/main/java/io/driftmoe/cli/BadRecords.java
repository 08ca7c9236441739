// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.flink.FailureMessage;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.avro.FeatureEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Records on the features topic that no job can use: text that is no Avro, events that lack an
 * attribute, and events of a class that the schema does not know. Thread-safe.
 */
final class BadRecords {
  /** Of each kind, each time. */
  static final int EACH = 10;

  private static final int KINDS = 3;

  private final JobOptions options;
  private final SingleObjectCodec<FeatureEvent> codec = SingleObjectCodec.of(FeatureEvent.class);
  private final AtomicLong sent = new AtomicLong();

  BadRecords(JobOptions options) {
    this.options = options;
  }

  /** All that were sent so far. */
  long sent() {
    return sent.get();
  }

  /**
   * Sends some of each kind.
   *
   * @return how many there were
   */
  synchronized int send() throws CommandException, InterruptedException {
    Map<String, Object> properties = new HashMap<>(options.kafka().clientProperties());
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, options.kafka().bootstrap());
    List<Future<RecordMetadata>> confirmations = new ArrayList<>();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < EACH; i++) {
        for (int kind = 0; kind < KINDS; kind++) {
          confirmations.add(
              producer.send(
                  new ProducerRecord<>(
                      options.topics().features(), bytes(DemoPlan.MODEL_KEY), bad(kind))));
        }
      }
      for (Future<RecordMetadata> confirmation : confirmations) {
        confirmation.get();
        sent.incrementAndGet();
      }
    } catch (ExecutionException | KafkaException e) {
      throw new CommandException("bad records were not sent: " + FailureMessage.of(e), e);
    }
    return confirmations.size();
  }

  private byte[] bad(int kind) {
    int attributes = options.schema().attributes().size();
    return switch (kind) {
      case 0 -> bytes("no Avro record");
      case 1 -> event(attributes - 1, null);
      default -> event(attributes, "no class of this stream");
    };
  }

  private byte[] event(int attributes, @Nullable String label) {
    return codec.encode(
        new FeatureEvent(
            DemoPlan.MODEL_KEY,
            "bad " + sent.get(),
            DemoPlan.START.toEpochMilli(),
            Collections.nCopies(attributes, null),
            label,
            false));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
