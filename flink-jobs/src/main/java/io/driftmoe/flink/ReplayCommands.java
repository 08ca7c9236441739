// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.schemas.QuotedText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Looks for commands after which models learn otherwise. Between which records of a key they were
 * carried out is in no topic, so what follows them cannot be made again.
 */
final class ReplayCommands {
  private static final Duration PATIENCE = Duration.ofMillis(100);

  private final JobOptions options;
  private final @Nullable Instant until;
  private final Predicate<Command.Target> isMeant;
  private final ControlDecoder decoder;

  private ReplayCommands(
      JobOptions options, @Nullable Instant until, Predicate<Command.Target> isMeant) {
    this.options = options;
    this.until = until;
    this.isMeant = isMeant;
    this.decoder = new ControlDecoder(options);
    decoder.open();
  }

  /**
   * Reads the control topic, where there is one.
   *
   * @param from where the commands begin that are not in the state from which the replay goes on;
   *     partitions that are not in it at their beginning
   * @param until commands that Kafka got from this time on do not count; null for all
   * @param isMeant whether a command is for one of the models that are made again
   * @throws IllegalArgumentException naming the first command that does not go with a replay
   */
  static void requireNone(
      JobOptions options,
      Map<TopicPartition, Long> from,
      @Nullable Instant until,
      Predicate<Command.Target> isMeant) {
    String topic = options.topics().control();
    if (topic != null) {
      new ReplayCommands(options, until, isMeant).requireNone(topic, from);
    }
  }

  private void requireNone(String topic, Map<TopicPartition, Long> from) {
    try (KafkaConsumer<byte[], byte[]> consumer = ReplayTopics.consumer(options)) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions);
      consumer.assign(partitions);
      for (TopicPartition partition : partitions) {
        long start = from.getOrDefault(partition, 0L);
        long beginning = beginnings.getOrDefault(partition, 0L);
        if (start < beginning) {
          throw new IllegalArgumentException(
              "topics.control: partition %s of %s begins with offset %s now, and commands from %s on count: it is not known what they were; name a later savepoint to go on from"
                  .formatted(partition.partition(), topic, beginning, start));
        }
        consumer.seek(partition, start);
      }
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(PATIENCE).forEach(this::check);
      }
    }
  }

  private void check(ConsumerRecord<byte[], byte[]> message) {
    if (until != null && message.timestamp() >= until.toEpochMilli()) {
      return; // so were predictions that it has changed
    }
    List<SourceRecord> decoded = new ArrayList<>(1);
    decoder.deserialize(
        message,
        new Collector<>() {
          @Override
          public void collect(SourceRecord record) {
            decoded.add(record);
          }

          @Override
          public void close() {}
        });
    for (SourceRecord record : decoded) {
      if (record instanceof SourceRecord.Control control // others are refused by the job, too
          && changesModels(control.command().kind())
          && isMeant.test(control.command().target())) {
        throw new IllegalArgumentException(
            "topics.control: %s of command %s (%s, partition %s, offset %s): a replay does not know between which records it was carried out; name a savepoint of later to go on from, or a time before it to end with"
                .formatted(
                    control.command().kind(),
                    QuotedText.of(control.command().id()),
                    message.topic(),
                    message.partition(),
                    message.offset()));
      }
    }
  }

  /** Branches and files of models change nothing in what is predicted. */
  private static boolean changesModels(Command.Kind kind) {
    return switch (kind) {
      case FREEZE, THAW, RESET, PROMOTE, ROLL_BACK -> true;
      case SNAPSHOT, BRANCH, DROP_BRANCH -> false;
    };
  }
}
