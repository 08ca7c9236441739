// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.schemas.OutputCodec;
import io.driftmoe.schemas.WireFormatException;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads features, labels and predictions of a job, as far as they reached when this was opened, and
 * hands each record to the thread that has its key. No topic is read far ahead of what is needed.
 */
final class ReplayTopics implements AutoCloseable {
  /** Records of one topic that are held, before it is read on only where a thread needs more. */
  private static final int MOST_HELD = 20_000;

  private static final Duration PATIENCE = Duration.ofMillis(100);
  private static final int POLLED = 2_000;
  private static final int FETCHED_BYTES = 8 << 20;

  private final JobOptions options;
  private final Map<KeyReplay.Need, Reading> topics = new EnumMap<>(KeyReplay.Need.class);
  private final EventDecoder decoder;
  private final Predicate<String> keys;
  private final OutputCodec<PredictionEvent> predictions = OutputCodec.of(PredictionEvent.class);

  /** By partition of the predictions topic: those before this offset are not compared. */
  private final Map<Integer, Long> comparedFrom = new HashMap<>();

  /** By partition of the labels topic. */
  private final Map<Integer, Long> labelTimes = new HashMap<>();

  /** One topic. */
  private static final class Reading implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, Long> ends;
    private boolean ended;

    private Reading(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
      this.consumer = consumer;
      this.ends = ends;
    }

    private boolean isAtEnd(TopicPartition partition, long end) {
      return consumer.position(partition) >= end;
    }

    private boolean isAtEnd() {
      return ends.entrySet().stream().allMatch(end -> isAtEnd(end.getKey(), end.getValue()));
    }

    @Override
    public void close() {
      consumer.close();
    }
  }

  private ReplayTopics(JobOptions options, Predicate<String> keys) {
    this.options = options;
    this.keys = keys;
    this.decoder = new EventDecoder(options);
    decoder.open();
  }

  /**
   * Opens them.
   *
   * @param from where features and labels begin; partitions that are not in it at their beginning
   * @param until predictions that Kafka got from this time on do not count, epoch milliseconds;
   *     null for all
   * @param to where features and labels end, each partition that is not in it at its beginning;
   *     null for all that is there
   * @param keys model keys whose records count
   */
  static ReplayTopics open(
      JobOptions options,
      Map<TopicPartition, Long> from,
      @Nullable Long until,
      @Nullable Map<TopicPartition, Long> to,
      Predicate<String> keys) {
    ReplayTopics topics = new ReplayTopics(options, keys);
    try {
      // first: so what they are of is on the others
      topics.open(
          KeyReplay.Need.PREDICTIONS, options.topics().predictions(), Map.of(), until, null);
      topics.open(KeyReplay.Need.FEATURES, options.topics().features(), from, null, to);
      topics.open(KeyReplay.Need.LABELS, options.topics().labels(), from, null, to);
      return topics;
    } catch (RuntimeException e) {
      topics.close();
      throw e;
    }
  }

  private void open(
      KeyReplay.Need kind,
      String topic,
      Map<TopicPartition, Long> from,
      @Nullable Long until,
      @Nullable Map<TopicPartition, Long> to) {
    KafkaConsumer<byte[], byte[]> consumer = consumer(options);
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
    topics.put(kind, new Reading(consumer, ends));
    if (until != null) {
      cut(consumer, ends, until);
    }
    if (to != null) {
      ends.replaceAll((partition, end) -> Math.min(end, to.getOrDefault(partition, 0L)));
    }
    consumer.assign(partitions);
    Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions);
    for (TopicPartition partition : partitions) {
      long beginning = beginnings.getOrDefault(partition, 0L);
      long start = from.getOrDefault(partition, beginning);
      if (start < beginning) {
        throw new IllegalArgumentException(
            "partition %s of %s begins with offset %s now, and the state goes on with %s: records are gone"
                .formatted(partition.partition(), topic, beginning, start));
      }
      consumer.seek(partition, start);
      if (kind == KeyReplay.Need.LABELS) {
        labelTimes.put(partition.partition(), Long.MIN_VALUE);
      }
    }
  }

  /** One that reads what is committed, of partitions that are yet to be assigned. */
  static KafkaConsumer<byte[], byte[]> consumer(JobOptions options) {
    Map<String, Object> properties = new HashMap<>();
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLLED);
    properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCHED_BYTES);
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    properties.putAll(options.kafka().clientProperties());
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, options.kafka().bootstrap());
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static void cut(
      KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends, long until) {
    offsets(consumer, ends.keySet(), until)
        .forEach(
            (partition, offset) -> {
              if (offset != null) {
                ends.merge(partition, offset.offset(), Math::min);
              }
            });
  }

  /** Says that predictions that Kafka got before this time are made again, and not compared. */
  void compareFrom(long millis) {
    Reading reading = reading(KeyReplay.Need.PREDICTIONS);
    offsets(reading.consumer, reading.ends.keySet(), millis)
        .forEach(
            (partition, found) ->
                comparedFrom.put(
                    partition.partition(), found == null ? Long.MAX_VALUE : found.offset()));
  }

  /** The first record of each partition that Kafka got at this time or later; null for none. */
  private static Map<TopicPartition, @Nullable OffsetAndTimestamp> offsets(
      KafkaConsumer<byte[], byte[]> consumer, Set<TopicPartition> partitions, long millis) {
    Map<TopicPartition, Long> times = new HashMap<>();
    partitions.forEach(partition -> times.put(partition, millis));
    return consumer.offsetsForTimes(times);
  }

  /**
   * Reads all, and returns when the threads have been told that there is no more.
   *
   * @param thread of a model key
   * @param listener gets the number of predictions compared so far
   * @throws IOException when a prediction cannot be read
   */
  void read(
      List<ReplayWorker> workers,
      ToIntFunction<String> thread,
      ReplayProgress progress,
      LongConsumer listener)
      throws IOException, InterruptedException {
    while (!topics.values().stream().allMatch(reading -> reading.ended)) {
      boolean hasRead = false;
      for (KeyReplay.Need kind : KeyReplay.Need.values()) {
        Reading reading = reading(kind);
        if (!reading.ended && isWanted(kind, workers, progress)) {
          hasRead = true;
          hand(kind, reading.consumer.poll(PATIENCE), workers, thread);
          end(kind, reading, progress);
        }
      }
      if (workers.stream().anyMatch(ReplayWorker::hasEnded)) { // one that failed, or found all
        return;
      }
      listener.accept(progress.comparedSoFar());
      if (!hasRead) {
        progress.await(PATIENCE.toMillis());
      }
    }
  }

  private static boolean isWanted(
      KeyReplay.Need kind, List<ReplayWorker> workers, ReplayProgress progress) {
    return progress.held(kind) < MOST_HELD
        || workers.stream().anyMatch(worker -> worker.starves().contains(kind));
  }

  private Reading reading(KeyReplay.Need kind) {
    Reading reading = topics.get(kind);
    if (reading == null) {
      throw new IllegalStateException("not open: " + kind);
    }
    return reading;
  }

  private void end(KeyReplay.Need kind, Reading reading, ReplayProgress progress) {
    if (kind == KeyReplay.Need.LABELS) {
      progress.reachLabels(labelsReached(reading));
    }
    if (reading.isAtEnd()) {
      reading.ended = true;
      switch (kind) {
        case FEATURES -> progress.endFeatures();
        case LABELS -> progress.endLabels();
        case PREDICTIONS -> {}
      }
    }
  }

  /** See {@link EventTimes}. */
  private long labelsReached(Reading reading) {
    long reached = Long.MAX_VALUE;
    for (Map.Entry<TopicPartition, Long> end : reading.ends.entrySet()) {
      if (!reading.isAtEnd(end.getKey(), end.getValue())) {
        reached = Math.min(reached, labelTimes.getOrDefault(end.getKey().partition(), 0L));
      }
    }
    return reached == Long.MIN_VALUE
        ? reached
        : reached - options.input().outOfOrderness().toMillis() - 1;
  }

  private void hand(
      KeyReplay.Need kind,
      ConsumerRecords<byte[], byte[]> polled,
      List<ReplayWorker> workers,
      ToIntFunction<String> thread)
      throws IOException {
    List<List<Object>> batches = new ArrayList<>();
    workers.forEach(worker -> batches.add(new ArrayList<>()));
    Map<TopicPartition, Long> ends = reading(kind).ends;
    List<Object> decoded = new ArrayList<>(1);
    for (ConsumerRecord<byte[], byte[]> message : polled) {
      TopicPartition partition = new TopicPartition(message.topic(), message.partition());
      if (message.offset() >= ends.getOrDefault(partition, 0L)) {
        continue;
      }
      decoded.clear();
      decode(kind, message, decoded);
      for (Object record : decoded) {
        String key =
            record instanceof ExpectedPrediction prediction
                ? prediction.event().getModelKey()
                : ((SourceRecord.Keyed) record).modelKey();
        int to = thread.applyAsInt(key); // which refuses fleets, also of keys that are left out
        if (keys.test(key)) {
          batches.get(to).add(record);
        }
      }
    }
    for (int i = 0; i < workers.size(); i++) {
      if (!batches.get(i).isEmpty()) {
        workers.get(i).accept(kind, batches.get(i));
      }
    }
  }

  private void decode(
      KeyReplay.Need kind, ConsumerRecord<byte[], byte[]> message, Collection<Object> into)
      throws IOException {
    if (kind == KeyReplay.Need.PREDICTIONS) {
      into.add(prediction(message));
      return;
    }
    decoder.deserialize(
        message,
        new Collector<>() {
          @Override
          public void collect(SourceRecord record) {
            if (record instanceof SourceRecord.Keyed keyed) { // others are dead letters
              into.add(keyed);
              if (keyed instanceof SourceRecord.Label label) {
                labelTimes.merge(label.partition(), label.eventTime(), Math::max);
              }
            }
          }

          @Override
          public void close() {}
        });
  }

  private ExpectedPrediction prediction(ConsumerRecord<byte[], byte[]> message) throws IOException {
    try {
      return new ExpectedPrediction(
          predictions.decode(message.value()),
          message.partition(),
          message.offset(),
          message.offset() >= comparedFrom.getOrDefault(message.partition(), 0L));
    } catch (WireFormatException e) {
      throw new UnreadableException(
          "%s, partition %s, offset %s is no prediction: %s"
              .formatted(
                  message.topic(), message.partition(), message.offset(), FailureMessage.of(e)),
          e);
    }
  }

  @Override
  public void close() {
    topics.values().forEach(Reading::close);
  }
}
