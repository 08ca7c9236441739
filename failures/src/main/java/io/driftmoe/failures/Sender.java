// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.schemas.FeatureCodec;
import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.avro.FeatureEvent;
import io.driftmoe.schemas.avro.LabelEvent;
import io.driftmoe.streams.LabeledStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends a {@link Load} at an even rate in a thread of its own, and waits for a broker that is away.
 * In event-time order a closing event and label follow in every partition, an hour later, so that
 * the watermark passes everything before.
 */
final class Sender implements AutoCloseable {
  private static final String PATIENCE_MILLIS = "7200000";
  private static final long CLOSING_MILLIS = 3_600_000;

  private final Load load;
  private final JobOptions.Topics topics;
  private final double rate;
  private final KafkaProducer<byte[], byte[]> producer;
  private final SingleObjectCodec<FeatureEvent> events = SingleObjectCodec.of(FeatureEvent.class);
  private final SingleObjectCodec<LabelEvent> labels = SingleObjectCodec.of(LabelEvent.class);
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private final FutureTask<Long> sending = new FutureTask<>(this::send);
  private final Thread thread = new Thread(sending, "send-load");
  private volatile long sent;
  private volatile boolean hurried;

  private record Unsent(long event, String label) {}

  /**
   * @param rate events a second
   */
  Sender(String bootstrap, JobOptions.Topics topics, Load load, double rate) {
    this.load = load;
    this.topics = topics;
    this.rate = rate;
    this.producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                true,
                ProducerConfig.ACKS_CONFIG,
                "all",
                ProducerConfig.LINGER_MS_CONFIG,
                "5",
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                PATIENCE_MILLIS,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                PATIENCE_MILLIS),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  void start() {
    thread.start();
  }

  /** Sends the rest as fast as the broker takes it. */
  void hurry() {
    hurried = true;
  }

  /** Events handed to Kafka so far. */
  long sent() {
    return sent;
  }

  boolean hasEnded() {
    return sending.isDone();
  }

  /**
   * Waits until the broker has confirmed everything.
   *
   * @return labels sent
   * @throws ExecutionException when the broker refuses a record
   */
  long await() throws ExecutionException, InterruptedException {
    return sending.get();
  }

  private long send() throws Exception {
    Queue<Unsent> late = new ArrayDeque<>();
    long sentLabels = 0;
    try (LabeledStream stream = load.open()) {
      FeatureCodec codec = new FeatureCodec(stream.schema());
      long start = System.nanoTime();
      for (long i = 0; stream.hasNext(); i++) {
        if (!hurried) {
          awaitTurn(start + (long) (i * 1e9 / rate));
        }
        LabeledExample example = stream.next();
        sendEvent(codec, i, load.id(i), load.time(i), example);
        sent = i + 1;
        late.add(new Unsent(i, stream.schema().labels().name(example.label())));
        if (late.size() > load.labelDelay()) {
          sendLabel(late.remove());
          sentLabels++;
        }
      }
      for (; !late.isEmpty(); sentLabels++) {
        sendLabel(late.remove());
      }
      if (load.eventTimeOrder()) {
        close(codec, stream);
      }
    }
    producer.flush();
    check();
    return sentLabels;
  }

  /** In every partition of both topics the last record, which itself is never due. */
  private void close(FeatureCodec codec, LabeledStream sent) throws Exception {
    long end = load.time(load.events()) + CLOSING_MILLIS;
    String label = sent.schema().labels().name(0);
    try (LabeledStream again = load.open()) {
      LabeledExample any = again.next();
      for (int i = 0; i < Load.PARTITIONS; i++) {
        sendEvent(codec, i, "closing", end, any);
        send(topics.labels(), i, labels.encode(new LabelEvent(load.key(i), "closing", label, end)));
      }
    }
  }

  private void sendEvent(FeatureCodec codec, long i, String id, long time, LabeledExample example)
      throws Exception {
    send(
        topics.features(),
        i,
        events.encode(
            new FeatureEvent(
                load.key(i), id, time, codec.toWire(example.features()), null, false)));
  }

  private void sendLabel(Unsent late) throws Exception {
    long i = late.event();
    send(
        topics.labels(),
        i,
        labels.encode(
            new LabelEvent(
                load.key(i), load.id(i), late.label(), load.time(i + load.labelDelay()))));
  }

  private void send(String topic, long i, byte[] value) throws Exception {
    check();
    producer.send(
        new ProducerRecord<>(
            topic, load.partition(i), load.key(i).getBytes(StandardCharsets.UTF_8), value),
        (metadata, fault) -> {
          if (fault != null) {
            failure.compareAndSet(null, fault);
          }
        });
  }

  private void check() throws Exception {
    Exception fault = failure.get();
    if (fault != null) {
      throw fault;
    }
  }

  private static void awaitTurn(long due) {
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("closed while sending");
      }
    }
  }

  /** Gives up what is not sent yet. */
  @Override
  public void close() {
    sending.cancel(true);
    producer.close(Duration.ZERO);
  }
}
