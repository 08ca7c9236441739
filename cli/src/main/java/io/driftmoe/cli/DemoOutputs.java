// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.flink.JobOptions;
import io.driftmoe.local.TopicReader;
import io.driftmoe.schemas.OutputCodec;
import io.driftmoe.schemas.WireFormatException;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DeadLetterKind;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.DriftKind;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import io.driftmoe.streams.LabeledStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;

/**
 * What committed transactions left on the topics of a job that has ended.
 *
 * @param driftEvents of the whole mixture
 * @param alarms numbers of the events at which a drift of the whole mixture was reported
 * @param lifecycleEvents of single experts
 * @param replacements those of them that put an expert, or a member of one, in another's place
 * @param deadLetters input that could not be used; neither orphan labels nor expired predictions
 * @param lastReport the final metrics record
 * @param wallSeconds from the Kafka time of the first event to that of the last prediction
 */
record DemoOutputs(
    long predictions,
    long driftEvents,
    List<Integer> alarms,
    long lifecycleEvents,
    long replacements,
    long deadLetters,
    long orphanLabels,
    long expiredPredictions,
    MetricsEvent lastReport,
    double wallSeconds) {
  private static final Duration PATIENCE = Duration.ofMillis(500);

  /**
   * Reads all output topics from the beginning.
   *
   * @throws CommandException when a record cannot be read or the final report is not there
   */
  static DemoOutputs read(JobOptions options) throws CommandException {
    JobOptions.Topics topics = options.topics();
    Span predictions = span(options, topics.predictions());
    Drifts drifts = drifts(options);
    Map<DeadLetterKind, Long> letters = deadLetters(options);
    long orphans = letters.getOrDefault(DeadLetterKind.ORPHAN_LABEL, 0L);
    long expired = letters.getOrDefault(DeadLetterKind.EXPIRED_PREDICTION, 0L);
    long all = letters.values().stream().mapToLong(Long::longValue).sum();
    return new DemoOutputs(
        predictions.records,
        drifts.ofMixture,
        List.copyOf(drifts.alarms),
        drifts.ofExperts,
        drifts.replacements,
        all - orphans - expired,
        orphans,
        expired,
        lastReport(options),
        predictions.records == 0 ? 0 : (predictions.lastTime - firstEventTime(options)) / 1e3);
  }

  /** The drift events, counted by what they happened to. */
  private static final class Drifts {
    private long ofMixture;
    private final List<Integer> alarms = new ArrayList<>();
    private long ofExperts;
    private long replacements;
  }

  private static Drifts drifts(JobOptions options) throws CommandException {
    OutputCodec<DriftEvent> codec = OutputCodec.of(DriftEvent.class);
    Drifts drifts = new Drifts();
    read(
        options,
        options.topics().driftEvents(),
        record -> {
          DriftEvent event = decode(codec, record.value());
          DriftKind kind = event.getKind();
          if (event.getExpert() == null) {
            drifts.ofMixture++;
            if (kind == DriftKind.DRIFT) {
              drifts.alarms.add(number(event.getEventId()));
            }
          } else {
            drifts.ofExperts++;
          }
          drifts.replacements += kind == DriftKind.REPLACE || kind == DriftKind.RETIRE ? 1 : 0;
        });
    return drifts;
  }

  /**
   * Compares the predictions with the classes of the stream that was sent.
   *
   * @param stream the same at its first event
   */
  static Hits hits(JobOptions options, LabeledStream stream) throws CommandException {
    OutputCodec<PredictionEvent> codec = OutputCodec.of(PredictionEvent.class);
    List<String> classes = stream.schema().labels().names();
    Hits hits = new Hits();
    int[] next = new int[1];
    read(
        options,
        options.topics().predictions(),
        record -> {
          PredictionEvent prediction = decode(codec, record.value());
          int event = number(prediction.getEventId());
          for (; next[0] < event && stream.hasNext(); next[0]++) {
            stream.next(); // a dead letter
          }
          if (next[0] == event && stream.hasNext()) {
            next[0]++;
            String truth = classes.get(stream.next().label());
            hits.add(event, truth.equals(prediction.getPredictedClass()));
          }
        });
    return hits;
  }

  /** Ids of the demo are numbers of events. */
  private static int number(String eventId) throws CommandException {
    try {
      return Integer.parseInt(eventId);
    } catch (NumberFormatException e) {
      throw new CommandException("the job wrote of an event that was not sent: " + eventId, e);
    }
  }

  /** Number of records, and the latest Kafka time among them. */
  private static final class Span {
    private long records;
    private long lastTime;
  }

  private static Span span(JobOptions options, String topic) throws CommandException {
    Span span = new Span();
    read(
        options,
        topic,
        record -> {
          span.records++;
          span.lastTime = Math.max(span.lastTime, record.timestamp());
        });
    return span;
  }

  /** Kafka time of the first event; there is one when there are predictions. */
  private static long firstEventTime(JobOptions options) {
    String topic = options.topics().features();
    try (TopicReader reader = TopicReader.open(options.kafka(), List.of(topic), true, true)) {
      ConsumerRecords<byte[], byte[]> first = ConsumerRecords.empty();
      while (first.isEmpty()) {
        first = reader.poll(PATIENCE);
      }
      return first.iterator().next().timestamp();
    }
  }

  private static Map<DeadLetterKind, Long> deadLetters(JobOptions options) throws CommandException {
    OutputCodec<DeadLetter> codec = OutputCodec.of(DeadLetter.class);
    Map<DeadLetterKind, Long> counts = new EnumMap<>(DeadLetterKind.class);
    read(
        options,
        options.topics().deadLetters(),
        record -> counts.merge(decode(codec, record.value()).getKind(), 1L, Long::sum));
    return counts;
  }

  private static MetricsEvent lastReport(JobOptions options) throws CommandException {
    OutputCodec<MetricsEvent> codec = OutputCodec.of(MetricsEvent.class);
    MetricsEvent[] last = new MetricsEvent[1];
    read(
        options,
        options.topics().metrics(),
        record -> {
          MetricsEvent report = decode(codec, record.value());
          if (report.getFinalReport()) {
            last[0] = report;
          }
        });
    if (last[0] == null) {
      throw new CommandException("the job ended without its final report on the metrics topic");
    }
    return last[0];
  }

  private static void read(
      JobOptions options, String topic, TopicReader.Sink<CommandException> sink)
      throws CommandException {
    try (TopicReader reader = TopicReader.ofEndedJob(options.kafka(), List.of(topic))) {
      reader.readToEnd(sink);
    }
  }

  static <T extends SpecificRecord> T decode(OutputCodec<T> codec, byte[] message)
      throws CommandException {
    try {
      return codec.decode(message);
    } catch (WireFormatException e) {
      throw new CommandException(
          "the job wrote a record that cannot be read: " + e.getMessage(), e);
    }
  }
}
