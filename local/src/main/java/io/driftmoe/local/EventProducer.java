// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.flink.FailureMessage;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.streams.LabeledStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
 * event follow it. With recorded times events and labels have those that the stream was opened
 * with: a label that is known by the time of its event comes with it, any other is sent before the
 * first event of a later time than its own, and those that are not known before the last event are
 * not sent.
 */
public final class EventProducer implements AutoCloseable {
  private final Settings settings;
  private final KafkaProducer<byte[], byte[]> producer;
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
   * @param asJson whether events are written as {@link JsonEvents}, or else as this project's own
   * @param recordedTimes whether events and labels have the times of the stream; then start,
   *     interval and labelDelay do not count
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
      double rate,
      boolean asJson,
      boolean recordedTimes) {

    /** Digits of an id where times are recorded: events of one time are ordered by their ids. */
    private static final String SORTABLE_ID = "%013d";

    /** At least one model key. */
    public Settings {
      modelKeys = List.copyOf(modelKeys);
      if (modelKeys.isEmpty()) {
        throw new IllegalArgumentException("no model key");
      }
    }

    /** For this project's own events. */
    public Settings(
        JobOptions.Kafka kafka,
        String features,
        String labels,
        List<String> modelKeys,
        long first,
        Instant start,
        Duration interval,
        LabelDelay labelDelay,
        double rate) {
      this(kafka, features, labels, modelKeys, first, start, interval, labelDelay, rate, false);
    }

    /** With even times. */
    public Settings(
        JobOptions.Kafka kafka,
        String features,
        String labels,
        List<String> modelKeys,
        long first,
        Instant start,
        Duration interval,
        LabelDelay labelDelay,
        double rate,
        boolean asJson) {
      this(
          kafka,
          features,
          labels,
          modelKeys,
          first,
          start,
          interval,
          labelDelay,
          rate,
          asJson,
          false);
    }

    /** The same with recorded times. */
    public Settings withRecordedTimes() {
      return new Settings(
          kafka,
          features,
          labels,
          modelKeys,
          first,
          start,
          interval,
          labelDelay,
          rate,
          asJson,
          true);
    }

    /** Id of event i of the stream. */
    public String eventId(long i) {
      return recordedTimes
          ? String.format(Locale.ROOT, SORTABLE_ID, first + i)
          : Long.toString(first + i);
    }

    Timetable timetable() {
      return recordedTimes ? new RecordedTimetable() : new EvenTimetable(this);
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
   * What was sent.
   *
   * @param labels those sent as records of their own
   * @param unsent labels that were not known before the last event
   */
  public record Sent(long events, long labels, long unsent) {}

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
    EventEncoding encoding =
        settings.asJson() ? new JsonEvents(stream.schema()) : new AvroEvents(stream.schema());
    Timetable timetable = settings.timetable();
    try {
      for (long i = 0; stream.hasNext(); i++) {
        pacer.awaitTurn(i);
        LabeledExample example = stream.next();
        String label = stream.schema().labels().name(example.label());
        Timetable.Turn turn = timetable.take(i, stream, label);
        sendLabels(encoding, turn.before());
        ModelKey key = key(i);
        long event = i;
        send(
            settings.features(),
            key,
            () -> acknowledged.accept(event),
            encoding.event(
                key.name(),
                settings.eventId(i),
                turn.eventTime(),
                example.features(),
                turn.hasLabel() ? label : null));
        sentEvents = i + 1;
        sendLabels(encoding, turn.after());
      }
      sendLabels(encoding, timetable.rest());
      producer.flush();
    } catch (KafkaException e) {
      throw refused(e);
    }
    checkSent();
    return new Sent(sentEvents, sentLabels, timetable.unsent());
  }

  private void sendLabels(EventEncoding encoding, List<Timetable.Due> labels)
      throws LocalException, InterruptedException {
    for (Timetable.Due due : labels) {
      ModelKey key = key(due.event());
      send(
          settings.labels(),
          key,
          () -> {},
          encoding.label(key.name(), settings.eventId(due.event()), due.time(), due.label()));
      sentLabels++;
    }
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
