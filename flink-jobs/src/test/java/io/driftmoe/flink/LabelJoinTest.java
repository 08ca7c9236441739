// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DeadLetterKind;
import io.driftmoe.schemas.avro.FeatureEvent;
import io.driftmoe.schemas.avro.LabelEvent;
import io.driftmoe.schemas.avro.MetricsEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What waits for its other half, and when it is given up. */
class LabelJoinTest {
  private static final List<LabeledExample> EXAMPLES = Events.examples(400);

  private static MixtureHarness operator(Map<String, String> overrides) throws Exception {
    return new MixtureHarness(options(overrides));
  }

  private static JobOptions options(Map<String, String> overrides) {
    Map<String, String> keys = new HashMap<>(overrides);
    keys.put("learner.preset", "paper-data");
    keys.put("learner.pool", "[naive-bayes, no-change]");
    keys.put("learner.top-k", "1");
    keys.put("learner.gates", "[fixed-share]");
    return Events.options(keys);
  }

  private static LabeledExample example(int i) {
    return EXAMPLES.get(i % EXAMPLES.size());
  }

  private static SourceRecord.Features event(String key, int i) {
    return Events.features(key, i, example(i), false);
  }

  private static SourceRecord.Label label(String key, int i, int delaySeconds) {
    return Events.label(key, i, example(i), delaySeconds);
  }

  private static MetricsEvent last(MixtureHarness operator) throws Exception {
    operator.processingTime(100_000_000);
    List<MetricsEvent> metrics = operator.metrics();
    return metrics.get(metrics.size() - 1);
  }

  /** One device after the other on the same topics, over the same 5,000 seconds. */
  @ParameterizedTest
  @ValueSource(strings = {"features first", "labels first", "together"})
  void theSecondDeviceLosesNoLabel(String reading) throws Exception {
    int count = 5_000;
    List<SourceRecord.Keyed> features = new ArrayList<>();
    List<SourceRecord.Keyed> labels = new ArrayList<>();
    for (String key : List.of("meter-a", "meter-b")) {
      for (int i = 0; i < count; i++) {
        features.add(event(key, i));
        labels.add(label(key, i, 50));
      }
    }
    List<SourceRecord.Keyed> records = new ArrayList<>();
    if (reading.equals("together")) {
      for (int i = 0; i < features.size(); i++) {
        records.add(labels.get(i));
        records.add(features.get(i));
      }
    } else {
      records.addAll(features);
      records.addAll(reading.equals("labels first") ? 0 : records.size(), labels);
    }
    try (MixtureHarness operator = operator(Map.of())) {
      long watermark = 0;
      for (SourceRecord.Keyed record : records) {
        operator.send(record);
        watermark = Math.max(watermark, record.eventTime() - 5_001);
        operator.watermark(watermark);
      }
      operator.watermark(Long.MAX_VALUE);
      assertThat(operator.deadLetters()).isEmpty();
      assertThat(operator.metrics().stream().filter(MetricsEvent::getFinalReport))
          .hasSize(2)
          .allMatch(report -> report.getLabels() == count && report.getLosses().isEmpty());
    }
  }

  @Test
  void aRecordOfAWrongClockHarmsNoOther() throws Exception {
    try (MixtureHarness operator = operator(Map.of("labels.timeout", "60 s"))) {
      for (int i = 0; i < 50; i++) {
        operator.send(event("k", i));
      }
      long far = 4_102_444_800_000L; // the year 2100
      operator.send(
          new SourceRecord.Features("k", "bad", far, 0, 50, example(0).features(), -1, 0));
      operator.send(new SourceRecord.Label("k", "bad too", far, 0, 50, 0));
      operator.watermark(far - 5_001);
      for (int i = 0; i < 50; i++) {
        operator.send(label("k", i, 10));
      }
      for (int i = 100; i < 150; i++) {
        operator.send(label("k", i, 0));
        operator.send(event("k", i));
      }
      assertThat(operator.deadLetters()).isEmpty();
      assertThat(last(operator).getLabels()).isEqualTo(100);
    }
  }

  /**
   * A device whose clock is nearly an hour ahead, which is let through, sends what it has gathered:
   * many events and labels in a row, of the key of all devices.
   */
  @ParameterizedTest
  @ValueSource(strings = {"arrival", "event-time"})
  void manyRecordsOfAClockThatIsAheadHarmNoOthers(String order) throws Exception {
    JobOptions options = options(Map.of("input.order", order));
    EventDecoder decoder = new EventDecoder(options);
    decoder.open(null);
    long start = 1_790_000_000_000L;
    long ahead = 59 * 60_000;
    try (MixtureHarness operator = new MixtureHarness(options)) {
      for (int i = 0; i < 600; i++) { // a second each, with labels that come 5 minutes later
        long now = start + 1_000L * i;
        operator.send(received(decoder, now, wireEvent("" + i, now)));
        if (i >= 300) {
          operator.send(received(decoder, now, wireLabel("" + (i - 300), now)));
        }
        for (int j = 0; i == 400 && j < 20; j++) {
          operator.send(received(decoder, now, wireEvent("ahead " + j, now + ahead)));
          operator.send(received(decoder, now, wireLabel("ahead " + j, now + ahead)));
        }
        operator.watermark((i < 400 ? now : start + 400_000 + ahead) - 5_001);
      }
      for (int i = 300; i < 600; i++) {
        long now = start + 1_000L * (i + 300);
        operator.send(received(decoder, now, wireLabel("" + i, now)));
      }
      operator.watermark(Long.MAX_VALUE);
      assertThat(operator.deadLetters()).isEmpty();
      assertThat(operator.metrics().get(operator.metrics().size() - 1).getLabels()).isEqualTo(620);
    }
  }

  private static FeatureEvent wireEvent(String id, long time) {
    return new FeatureEvent("k", id, time, List.of(1.0, "mon", 1.0), null, false);
  }

  private static LabelEvent wireLabel(String id, long time) {
    return new LabelEvent("k", id, "UP", time);
  }

  private static SourceRecord.Keyed received(
      EventDecoder decoder, long kafkaTime, SpecificRecord event) {
    byte[] value =
        event instanceof LabelEvent label
            ? Events.LABEL_EVENTS.encode(label)
            : Events.FEATURE_EVENTS.encode((FeatureEvent) event);
    List<SourceRecord> records = new ArrayList<>();
    decoder.deserialize(
        new ConsumerRecord<>(
            event instanceof LabelEvent ? "driftmoe.labels" : "driftmoe.features",
            0,
            0,
            kafkaTime,
            TimestampType.CREATE_TIME,
            1,
            value.length,
            new byte[] {'k'},
            value,
            new RecordHeaders(),
            Optional.empty()),
        new ListCollector<>(records));
    return (SourceRecord.Keyed) records.get(0);
  }

  /** Every second device of a key is an hour slow. */
  @Test
  void slowClocksLoseNoLabels() throws Exception {
    try (MixtureHarness operator = operator(Map.of("labels.timeout", "60 s"))) {
      for (int i = 0; i < 400; i++) {
        operator.send(shifted(event("k", i), i % 2));
        if (i >= 20) {
          operator.send(shifted(label("k", i - 20, 20), i % 2));
        }
      }
      assertThat(operator.deadLetters()).isEmpty();
      assertThat(last(operator).getLabels()).isEqualTo(380);
    }
  }

  /** The other topic may be far ahead when a record of a slow clock begins to wait. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRecordFarBehindTheOtherTopicStillWaits(boolean label) throws Exception {
    try (MixtureHarness operator = operator(Map.of("labels.timeout", "60 s"))) {
      for (int i = 1_000; i < 1_020; i++) {
        operator.send(label ? event("k", i) : label("k", i, 0));
      }
      operator.send(label ? label("k", 0, 0) : event("k", 0));
      operator.send(label ? event("k", 1_020) : label("k", 1_020, 0));
      operator.send(label ? event("k", 0) : label("k", 0, 0));
      assertThat(operator.deadLetters()).isEmpty();
      operator.processingTime(100_000_000);
      operator.watermark(Long.MAX_VALUE);
      List<MetricsEvent> metrics = operator.metrics();
      assertThat(metrics.get(metrics.size() - 1).getLabels()).isEqualTo(1);
    }
  }

  private static SourceRecord.Keyed shifted(SourceRecord.Keyed record, int hours) {
    long time = record.eventTime() - hours * 3_600_000L;
    return record instanceof SourceRecord.Label label
        ? new SourceRecord.Label("k", label.eventId(), time, 0, label.offset(), label.label())
        : new SourceRecord.Features(
            "k",
            record.eventId(),
            time,
            0,
            record.offset(),
            ((SourceRecord.Features) record).values(),
            -1,
            0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theTimesOfEventAndLabelDecide_whicheverComesFirst(boolean labelsFirst) throws Exception {
    try (MixtureHarness operator = operator(Map.of("labels.timeout", "10 s"))) {
      List<SourceRecord.Keyed> records = new ArrayList<>();
      int[] delays = {0, 10, 11, -10, -11};
      for (int i = 0; i < delays.length; i++) {
        records.add(event("k", 100 + i));
        records.add(label("k", 100 + i, delays[i]));
      }
      if (labelsFirst) {
        Collections.reverse(records);
      }
      for (SourceRecord.Keyed record : records) {
        operator.send(record);
      }
      assertThat(operator.deadLetters())
          .hasSize(4)
          .allMatch(letter -> letter.getReason().contains("more than labels.timeout = 10 s"));
      MetricsEvent last = last(operator);
      assertThat(last.getLabels()).isEqualTo(3);
      assertThat(last.getLosses())
          .isEqualTo(Map.of("orphanLabels.out-of-time", 2L, "expiredPredictions.out-of-time", 2L));
    }
  }

  @Test
  void labelsOfAKeyWithoutEvents_makeNoModel_andAreBounded() throws Exception {
    try (MixtureHarness operator = operator(Map.of("labels.max-pending", "5"))) {
      for (int i = 0; i < 20; i++) {
        operator.send(label("nobody", i, 1));
      }
      assertThat(operator.deadLetters())
          .hasSize(15)
          .allMatch(letter -> letter.getKind() == DeadLetterKind.ORPHAN_LABEL);
      assertThat(operator.stateEntries()).as("labels, join; no model").isEqualTo(2);
      assertThat(operator.processingTimeTimers()).isZero();
      operator.watermark(Long.MAX_VALUE);
      assertThat(operator.deadLetters()).hasSize(20);
      assertThat(operator.metrics()).isEmpty();
      assertThat(operator.eventTimeTimers()).isZero();
    }
  }

  @Test
  void bytesAreBounded() throws Exception {
    try (MixtureHarness operator = operator(Map.of("labels.max-pending-bytes", "20000"))) {
      for (int i = 0; i < 100; i++) {
        operator.send(event("k", i));
        operator.send(label("k", 1_000 + i, 0));
      }
      List<DeadLetter> letters = operator.deadLetters();
      assertThat(letters)
          .isNotEmpty()
          .allMatch(letter -> letter.getReason().contains("labels.max-pending-bytes = 20000"));
      assertThat(letters.get(0).getReason()).contains("'0'");
      MetricsEvent last = last(operator);
      assertThat(last.getPendingPredictions()).isBetween(20L, 80L);
      assertThat(last.getLosses())
          .containsOnlyKeys(
              "expiredPredictions.max-pending-bytes", "orphanLabels.max-pending-bytes");
    }
  }

  @Test
  void withMaxWait_theClockGivesUpWhatASilentTopicLeaves() throws Exception {
    Map<String, String> keys = Map.of("labels.max-wait", "1 min", "job.metrics-interval", "1 min");
    OperatorSubtaskState checkpoint;
    try (MixtureHarness operator = operator(keys)) {
      operator.send(event("k", 0)); // both timers are due at the same time
      operator.send(label("k", 1, 0));
      operator.send(label("label only", 1, 0));
      operator.processingTime(59_999);
      assertThat(operator.deadLetters()).isEmpty();
      operator.processingTime(60_000); // marks what is there
      assertThat(operator.deadLetters()).isEmpty();
      operator.send(event("k", 2));
      assertThat(operator.metrics()).as("the metrics are not forgotten").isNotEmpty();
      operator.processingTime(120_000);
      assertThat(operator.deadLetters())
          .hasSize(3)
          .allMatch(letter -> letter.getReason().contains("labels.max-wait = 1 min"));
      checkpoint = operator.checkpoint(1);
    }
    try (MixtureHarness operator = new MixtureHarness(options(keys), checkpoint)) {
      operator.processingTime(180_000);
      operator.processingTime(240_000);
      assertThat(operator.deadLetters())
          .singleElement()
          .satisfies(letter -> assertThat(letter.getReason()).contains("'2'"));
      operator.processingTime(400_000);
      assertThat(operator.processingTimeTimers()).isZero();
    }
  }

  @Test
  void sweepsAddNoReports() throws Exception {
    Map<String, String> keys = Map.of("labels.max-wait", "7 s", "job.metrics-interval", "10 s");
    try (MixtureHarness operator = operator(keys)) {
      for (int second = 0; second < 200; second++) {
        operator.processingTime(1_000L * second);
        operator.send(event("k", second));
      }
      assertThat(operator.metrics()).hasSize(19);
      assertThat(operator.processingTimeTimers()).isEqualTo(2);
    }
  }

  /** With order within a partition, what is at the time that has been reached may still come. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theLastOfManyRecordsOfOneTimeIsNotTooLate(boolean labelsLast) throws Exception {
    Map<String, String> keys = Map.of("labels.timeout", "10 s", "input.out-of-orderness", "0 s");
    try (MixtureHarness operator = operator(keys)) {
      operator.send(labelsLast ? event("k", 0) : label("k", 10, -10));
      for (int i = 1; i < 20; i++) {
        operator.send(labelsLast ? label("k", 100 + i, -90 - i) : at(10_000, 100 + i));
      }
      operator.send(labelsLast ? label("k", 0, 10) : event("k", 10));
      assertThat(operator.deadLetters()).isEmpty();
      assertThat(last(operator).getLabels()).isEqualTo(1);
    }
  }

  private static SourceRecord.Features at(long time, int i) {
    return new SourceRecord.Features("k", "" + i, time, 0, i, example(i).features(), -1, 0);
  }

  /** Whatever the partitioner of a producer did. */
  @Test
  void ofAKeyInSeveralPartitions_nothingIsGivenUp() throws Exception {
    try (MixtureHarness operator = operator(Map.of("labels.timeout", "10 s"))) {
      for (int i = 0; i < 100; i++) {
        operator.send(event("k", i));
      }
      operator.send(in(1, label("k", 99, 1)));
      for (int i = 0; i < 99; i++) {
        operator.send(in(i % 2, label("k", i % 2 == 0 ? 98 - i : i, 1)));
      }
      assertThat(operator.deadLetters()).isEmpty();
      assertThat(last(operator).getLabels()).isEqualTo(100);
    }
  }

  private static SourceRecord.Label in(int partition, SourceRecord.Label label) {
    return new SourceRecord.Label(
        label.modelKey(),
        label.eventId(),
        label.eventTime(),
        partition,
        label.offset(),
        label.label());
  }

  /** What waits when the job is restored waits by the timeout of the new settings. */
  @Test
  void aRaisedTimeoutHoldsForWhatWaits() throws Exception {
    OperatorSubtaskState checkpoint;
    try (MixtureHarness operator = operator(Map.of("labels.timeout", "10 s"))) {
      operator.send(event("k", 0));
      operator.send(event("k", 1));
      checkpoint = operator.checkpoint(1);
    }
    JobOptions raised = options(Map.of("labels.timeout", "60 s"));
    try (MixtureHarness operator = new MixtureHarness(raised, checkpoint)) {
      for (int i = 100; i < 120; i++) {
        operator.send(label("k", i, -60));
      }
      operator.send(label("k", 0, 60));
      assertThat(operator.deadLetters()).isEmpty();
      assertThat(last(operator).getLabels()).isEqualTo(1);
    }
  }

  @Test
  void anIdThatWasLearnedIsADuplicate_insideTheWindow() throws Exception {
    try (MixtureHarness operator = operator(Map.of("input.duplicate-window", "3"))) {
      operator.send(Events.features("k", 0, example(0), true));
      for (int i = 1; i < 3; i++) {
        operator.send(event("k", i));
        operator.send(label("k", i, 1));
      }
      operator.send(Events.features("k", 0, example(0), true));
      operator.send(event("k", 1));
      assertThat(operator.predictions()).hasSize(3);
      assertThat(operator.deadLetters())
          .hasSize(2)
          .allMatch(letter -> letter.getKind() == DeadLetterKind.DUPLICATE)
          .allMatch(letter -> letter.getReason().contains("was learned before"));
      operator.send(label("k", 2, 1));
      assertThat(operator.deadLetters().get(2).getReason()).contains("has its label already");
      operator.send(Events.features("k", 3, example(3), true)); // now 0 is the fourth from the end
      operator.send(Events.features("k", 0, example(0), true));
      assertThat(operator.deadLetters()).hasSize(3);
      assertThat(last(operator).getLosses())
          .isEqualTo(Map.of("duplicateEvents.learned", 2L, "orphanLabels.repeated", 1L));
    }
  }

  @Test
  void learnedIdsSurviveARestore() throws Exception {
    OperatorSubtaskState checkpoint;
    try (MixtureHarness operator = operator(Map.of())) {
      for (int i = 0; i < 1_200; i++) {
        operator.send(Events.features("k", i, example(i), true));
      }
      checkpoint = operator.checkpoint(1);
    }
    try (MixtureHarness operator = new MixtureHarness(options(Map.of()), checkpoint)) {
      for (int i = 0; i < 1_200; i++) {
        operator.send(Events.features("k", i, example(i), true));
      }
      assertThat(operator.predictions()).isEmpty();
      assertThat(operator.deadLetters()).hasSize(1_200);
    }
  }

  @Test
  void anEventThatBringsItsLabelNeedsNoOther() throws Exception {
    try (MixtureHarness operator = operator(Map.of())) {
      operator.send(Events.features("other key", 0, example(0), true)); // the same id is another's
      operator.send(label("k", 0, 1));
      operator.send(Events.features("k", 0, example(0), true));
      assertThat(operator.deadLetters())
          .singleElement()
          .satisfies(l -> assertThat(l.getReason()).contains("has its label already"));
    }
  }

  /** Of a wrong clock that an older version let in, or of the last moment. */
  @Test
  void aPredictionThatIsGivenUpIsFoundByItsWholeId() throws Exception {
    try (MixtureHarness operator = operator(Map.of())) {
      for (String end : List.of("a", "b")) {
        String id = "x".repeat(RecordLimits.TEXT_BYTES - 1) + end;
        operator.send(
            new SourceRecord.Features("k".repeat(512), id, 0, 0, 0, example(0).features(), -1, 0));
      }
      operator.watermark(Long.MAX_VALUE);
      assertThat(operator.deadLetters())
          .extracting(DeadLetter::getReason)
          .allMatch(reason -> reason.endsWith(": the input ended before its label came"))
          .anyMatch(reason -> reason.contains("xxa' of model key 'kkk"))
          .anyMatch(reason -> reason.contains("xxb' of model key 'kkk"));
    }
  }

  @Test
  void theLargestTimesDoNotOverflow() throws Exception {
    OperatorSubtaskState checkpoint;
    Map<String, String> keys = Map.of("labels.timeout", "3650 d");
    try (MixtureHarness operator = operator(keys)) {
      for (int i = 0; i < 20; i++) {
        long time = SourceRecord.MAX_EVENT_TIME;
        operator.send(
            new SourceRecord.Features("k", "" + i, time, 0, i, example(i).features(), -1, 0));
        operator.send(new SourceRecord.Label("k", "e" + i, time, 0, i, 0));
      }
      checkpoint = operator.checkpoint(1);
    }
    try (MixtureHarness operator = new MixtureHarness(options(keys), checkpoint)) {
      for (int i = 0; i < 20; i++) {
        long time = i % 2 == 0 ? SourceRecord.MIN_EVENT_TIME : SourceRecord.MAX_EVENT_TIME;
        operator.send(new SourceRecord.Label("k", "" + i, time, 0, i, 0));
      }
      assertThat(last(operator).getLabels()).isEqualTo(10);
    }
  }
}
