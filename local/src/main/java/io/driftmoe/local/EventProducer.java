// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.flink.FailureMessage;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.schemas.FeatureCodec;
import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.avro.FeatureEvent;
import io.driftmoe.schemas.avro.LabelEvent;
import io.driftmoe.streams.LabeledStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends a labelled stream to the topics of a job with a real Kafka producer. Event ids count up
 * from that of the first. Without delay an event carries its label; with delay d the label of event
 * i is a record of its own, sent right after event i + d, and those that are due after the last
 * event follow it.
 */
public final class EventProducer implements AutoCloseable {
  private final Settings settings;
  private final KafkaProducer<byte[], byte[]> producer;
  private final SingleObjectCodec<FeatureEvent> events = SingleObjectCodec.of(FeatureEvent.class);
  private final SingleObjectCodec<LabelEvent> labels = SingleObjectCodec.of(LabelEvent.class);
  private final ModelKey[] keys;
  private final LongConsumer acknowledged;
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  private volatile long sentEvents;
  private long sentLabels;

  /**
   * @param features topic of the events
   * @param labels topic of late labels
   * @param modelKeys of the events, in turn, and their Kafka keys; at least one
   * @param first number of the first event, from 0: its id
   * @param start event time of event 0
   * @param interval of event time between two events, positive, whole milliseconds
   * @param labelDelay asked once for each event, in order
   * @param rate events a second of wall time; 0 for as fast as possible
   */
  public record Settings(
      JobOptions.Kafka kafka,
      String features,
      String labels,
      List<String> modelKeys,
      long first,
      Instant start,
      Duration interval,
      LabelDelay labelDelay,
      double rate) {

    /** At least one model key. */
    public Settings {
      modelKeys = List.copyOf(modelKeys);
      if (modelKeys.isEmpty()) {
        throw new IllegalArgumentException("no model key");
      }
    }

    /** Id of event i of the stream. */
    String eventId(long i) {
      return Long.toString(first + i);
    }

    /**
     * Event time of event i of the stream, epoch milliseconds; that of its label is that of the
     * event after which it is sent.
     */
    long eventTime(long i) {
      return start.toEpochMilli() + (first + i) * interval.toMillis();
    }
  }

  private record ModelKey(String name, byte[] bytes) {}

  /**
   * A label that is to come.
   *
   * @param event number of its event
   * @param due number of the event after which it is sent
   */
  private record LateLabel(long event, long due, String label) {}

  /** What was sent; labels are those sent as records of their own. */
  public record Sent(long events, long labels) {}

  /** Opens the producer; a broker is asked for when the first record is sent. */
  public EventProducer(Settings settings) {
    this(settings, event -> {});
  }

  /**
   * Likewise.
   *
   * @param acknowledged gets the number of each event, counted from 0, when the broker has it; in
   *     the thread of Kafka's client, which must not be held up
   */
  EventProducer(Settings settings, LongConsumer acknowledged) {
    this.settings = settings;
    this.acknowledged = acknowledged;
    this.keys =
        settings.modelKeys().stream()
            .map(name -> new ModelKey(name, name.getBytes(StandardCharsets.UTF_8)))
            .toArray(ModelKey[]::new);
    Map<String, Object> properties = new HashMap<>();
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 1 << 16);
    properties.putAll(settings.kafka().clientProperties());
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, settings.kafka().bootstrap());
    this.producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Events handed to Kafka so far; any thread may ask. */
  long sentEvents() {
    return sentEvents;
  }

  /**
   * Sends the whole stream and waits until the broker has confirmed all of it.
   *
   * @throws LocalException when the broker refuses a record or does not confirm it in time
   * @throws InterruptedException when the thread is interrupted; what was sent stays sent
   */
  public Sent send(LabeledStream stream) throws LocalException, InterruptedException {
    return send(stream, new Pacer(settings.rate()));
  }

  /** Like {@link #send(LabeledStream)}, at the pace of the caller's instead of the rate. */
  Sent send(LabeledStream stream, Pacer pacer) throws LocalException, InterruptedException {
    FeatureCodec codec = new FeatureCodec(stream.schema());
    Queue<LateLabel> late =
        new PriorityQueue<>(
            Comparator.comparingLong(LateLabel::due).thenComparingLong(LateLabel::event));
    try {
      for (long i = 0; stream.hasNext(); i++) {
        pacer.awaitTurn(i);
        LabeledExample example = stream.next();
        String label = stream.schema().labels().name(example.label());
        long delay = settings.labelDelay().of(i);
        ModelKey key = key(i);
        long event = i;
        send(
            settings.features(),
            key,
            () -> acknowledged.accept(event),
            events.encode(
                new FeatureEvent(
                    key.name(),
                    settings.eventId(i),
                    settings.eventTime(i),
                    codec.toWire(example.features()),
                    delay > 0 ? null : label,
                    false)));
        sentEvents = i + 1;
        if (delay > 0) {
          late.add(new LateLabel(i, i + delay, label));
        }
        for (LateLabel next = late.peek(); next != null && next.due <= i; next = late.peek()) {
          sendLabel(late.remove());
        }
      }
      while (!late.isEmpty()) {
        sendLabel(late.remove());
      }
      producer.flush();
    } catch (KafkaException e) {
      throw refused(e);
    }
    checkSent();
    return new Sent(sentEvents, sentLabels);
  }

  private void sendLabel(LateLabel late) throws LocalException, InterruptedException {
    ModelKey key = key(late.event);
    send(
        settings.labels(),
        key,
        () -> {},
        labels.encode(
            new LabelEvent(
                key.name(),
                settings.eventId(late.event),
                late.label,
                settings.eventTime(late.due))));
    sentLabels++;
  }

  private ModelKey key(long i) {
    return keys[(int) (i % keys.length)];
  }

  private void send(String topic, ModelKey key, Runnable confirmed, byte[] value)
      throws LocalException, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted after " + sentEvents + " events");
    }
    checkSent();
    producer.send(
        new ProducerRecord<>(topic, key.bytes(), value),
        (metadata, fault) -> {
          if (fault != null) {
            failure.compareAndSet(null, fault);
          } else {
            confirmed.run();
          }
        });
  }

  private void checkSent() throws LocalException {
    Exception fault = failure.get();
    if (fault != null) {
      throw refused(fault);
    }
  }

  private LocalException refused(Exception fault) {
    return new LocalException(
        "sending to Kafka at %s failed after %s events: %s"
            .formatted(settings.kafka().bootstrap(), sentEvents, FailureMessage.of(fault)),
        fault);
  }

  /** Gives up what is not confirmed yet; after {@link #send} there is nothing. */
  @Override
  public void close() {
    producer.close(Duration.ZERO);
  }
}
