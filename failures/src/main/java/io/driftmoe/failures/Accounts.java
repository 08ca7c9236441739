// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import io.driftmoe.flink.JobOptions;
import io.driftmoe.local.TopicReader;
import io.driftmoe.schemas.OutputCodec;
import io.driftmoe.schemas.WireFormatException;
import io.driftmoe.schemas.avro.MetricsEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the job itself has counted over all model keys, from the last report of each.
 *
 * @param events predicted
 * @param learned labels
 * @param orphans labels that found no waiting prediction
 * @param waiting predictions without a label yet
 * @param expired predictions whose label did not come in time
 * @param late events and labels behind the watermark
 * @param deadLetters of all reasons
 */
record Accounts(
    long events,
    long learned,
    long orphans,
    long waiting,
    long expired,
    long late,
    long deadLetters) {

  /**
   * The committed reports of now.
   *
   * @param options of a job; its broker address must be one for this process
   */
  static Accounts read(JobOptions options) throws WireFormatException {
    OutputCodec<MetricsEvent> codec = OutputCodec.of(MetricsEvent.class);
    JobOptions.Topics topics = options.topics();
    Map<String, MetricsEvent> last = new HashMap<>();
    long[] deadLetters = {0};
    try (TopicReader reader =
        TopicReader.open(
            options.kafka(), List.of(topics.metrics(), topics.deadLetters()), true, true)) {
      reader.<WireFormatException>readToEnd(
          record -> {
            if (record.topic().equals(topics.metrics())) {
              MetricsEvent report = codec.decode(record.value());
              last.put(report.getModelKey(), report);
            } else {
              deadLetters[0]++;
            }
          });
    }
    return sum(last.values(), deadLetters[0]);
  }

  static Accounts sum(Iterable<MetricsEvent> lastOfEachKey, long deadLetters) {
    long events = 0;
    long learned = 0;
    long orphans = 0;
    long waiting = 0;
    long expired = 0;
    long late = 0;
    for (MetricsEvent last : lastOfEachKey) {
      events += last.getEvents();
      learned += last.getLabels();
      orphans += last.getOrphanLabels();
      waiting += last.getPendingPredictions();
      expired += last.getExpiredPredictions();
      late += last.getLateEvents();
    }
    return new Accounts(events, learned, orphans, waiting, expired, late, deadLetters);
  }

  /**
   * Whether every event sent was predicted once, and every event and label is learned from or
   * counted as what it was, with a dead letter for each that was given up.
   */
  boolean balance(long sentEvents, long sentLabels) {
    return events == sentEvents
        && learned + orphans == sentLabels
        && learned + waiting + expired == sentEvents
        && late == 0
        && deadLetters == orphans + expired;
  }

  /** Whether all that was counted is labels learned: nothing was given up or still waits. */
  boolean allLearned() {
    return orphans + waiting + expired + late + deadLetters == 0;
  }
}
