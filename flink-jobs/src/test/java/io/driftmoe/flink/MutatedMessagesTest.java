// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DeadLetterKind;
import io.driftmoe.schemas.avro.LabelEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Messages of both topics, damaged in every {@link Mutation way}, from the decoder to the outputs
 * of a job that is restored halfway: each is predicted or learned, or has a dead letter.
 */
@Timeout(value = 1_800, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MutatedMessagesTest {
  private static final JobOptions OPTIONS =
      Events.options(
          Map.of(
              "learner.preset", "paper-data",
              "learner.pool", "[moa-hoeffding-tree, hoeffding-tree]",
              "learner.gates", "[fixed-share]",
              "learner.evaluation-window", "100"));

  private static final String FEATURES = OPTIONS.topics().features();
  private static final String LABELS = OPTIONS.topics().labels();

  /** Messages of one job: each damaged key is a model. */
  private static final int ROUND = 10_000;

  private static final int ROOM = 2_000;

  /** Mostly for the classes that the first messages load. */
  private static final long ALLOWED_BYTES = 4 << 20;

  private static final long ALLOWED_BYTES_PER_BYTE = 100;

  private final List<LabeledExample> examples = Events.examples(ROUND);
  private final EventDecoder decoder = new EventDecoder(OPTIONS);
  private final RecordFit fit =
      new RecordFit(OPTIONS, OPTIONS.topics().deadLetters(), new TopicRoom(ROOM, false));

  private long predicted;
  private long learned;
  private long letters;

  @Test
  void eachIsAccountedFor() throws Exception {
    run(MutationRun.count(2 * ROUND), 1);
  }

  @Tag("slow")
  @Test
  void eachOfMoreIsAccountedFor() throws Exception {
    run(20 * ROUND, 2);
  }

  private void run(int messages, long seed) throws Exception {
    Random random = new Random(seed);
    decoder.open(null);
    for (int done = 0; done < messages; done += ROUND) {
      round(random);
    }
    assertThat(predicted).isPositive();
    assertThat(learned).isPositive();
    assertThat(letters).isPositive();
    System.out.printf(
        "%,d mutated messages: %,d predictions, %,d learned, %,d dead letters%n",
        messages, predicted, learned, letters);
  }

  private void round(Random random) throws Exception {
    List<SourceRecord> records = new ArrayList<>(ROUND);
    int labels = 0;
    for (int i = 0; i < ROUND; i++) {
      boolean label = i > 100 && random.nextInt(3) == 0;
      labels += label ? 1 : 0;
      records.add(decode(label ? LABELS : FEATURES, i, mutated(i, label, random)));
    }
    List<PredictionEvent> predictions = new ArrayList<>();
    List<DeadLetter> fromOperator = new ArrayList<>();
    OperatorSubtaskState halfway;
    try (MixtureHarness harness = new MixtureHarness(OPTIONS)) {
      send(harness, records.subList(0, ROUND / 2));
      halfway = harness.savepoint(1);
      predictions.addAll(harness.predictions());
      fromOperator.addAll(harness.deadLetters());
    }
    try (MixtureHarness harness = new MixtureHarness(OPTIONS, halfway)) {
      send(harness, records.subList(ROUND / 2, ROUND));
      harness.watermark(SourceRecord.MAX_EVENT_TIME);
      harness.watermark(Long.MAX_VALUE);
      predictions.addAll(harness.predictions());
      fromOperator.addAll(harness.deadLetters());
      harness.savepoint(2);
    }
    account(records, labels, predictions, fromOperator);
  }

  private void account(
      List<SourceRecord> records,
      int labels,
      List<PredictionEvent> predictions,
      List<DeadLetter> fromOperator) {
    Set<Long> refusedEvents = new HashSet<>();
    Set<Long> refusedLabels = new HashSet<>();
    int expired = 0;
    for (DeadLetter letter : fromOperator) {
      if (letter.getKind() == DeadLetterKind.EXPIRED_PREDICTION) {
        expired++;
      } else {
        Set<Long> refused = letter.getTopic().equals(LABELS) ? refusedLabels : refusedEvents;
        assertThat(refused.add(letter.getOffset())).isTrue();
      }
    }
    int undecodable = 0;
    int events = 0;
    int learnedAtOnce = 0;
    int laterLabels = 0;
    for (SourceRecord record : records) {
      if (record instanceof SourceRecord.Features event) {
        events++;
        if (event.label() >= 0 && !refusedEvents.contains(event.offset())) {
          learnedAtOnce++;
        }
      } else if (record instanceof SourceRecord.Label) {
        laterLabels++;
      } else {
        undecodable++;
      }
    }
    assertThat(events + laterLabels + undecodable).isEqualTo(ROUND);
    assertThat(labels).isGreaterThanOrEqualTo(laterLabels);
    assertThat(predictions).hasSize(events - refusedEvents.size());
    int fromLabels = laterLabels - refusedLabels.size();
    assertThat(predictions.size() - expired).isEqualTo(learnedAtOnce + fromLabels);
    predicted += predictions.size();
    learned += learnedAtOnce + fromLabels;
    letters += undecodable + fromOperator.size();
  }

  /** One record, in memory that the length of the message bounds. */
  private SourceRecord decode(String topic, int offset, byte[] value) {
    List<SourceRecord> out = new ArrayList<>(1);
    long before = MutationRun.allocated();
    decoder.deserialize(
        new ConsumerRecord<>(topic, 0, offset, null, value), new ListCollector<>(out));
    assertThat(MutationRun.allocated() - before)
        .isLessThan(ALLOWED_BYTES + ALLOWED_BYTES_PER_BYTE * value.length);
    assertThat(out).hasSize(1);
    if (out.get(0) instanceof SourceRecord.Rejected rejected) {
      assertThat(TopicRoom.bytes(fit.of(rejected.deadLetter()))).isLessThanOrEqualTo(ROOM);
    }
    return out.get(0);
  }

  private byte[] mutated(int i, boolean label, Random random) {
    String key = "modèle" + i % 3;
    if (!label) {
      boolean labelled = random.nextInt(4) == 0;
      return Mutation.any(
          Events.FEATURE_EVENTS.encode(Events.wireFeatures(key, i, examples.get(i), labelled)),
          random);
    }
    int earlier = i - 3 * random.nextInt(1, 30);
    return Mutation.any(
        Events.LABEL_EVENTS.encode(
            new LabelEvent(key, Integer.toString(earlier), "UP", 1_000L * i)),
        random);
  }

  private static void send(MixtureHarness harness, List<SourceRecord> records) throws Exception {
    for (SourceRecord record : records) {
      if (record instanceof SourceRecord.Keyed keyed) {
        harness.send(keyed);
      }
    }
  }
}
