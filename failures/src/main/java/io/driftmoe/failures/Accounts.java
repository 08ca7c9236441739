// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import io.driftmoe.flink.JobOptions;
import io.driftmoe.local.TopicReader;
import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.WireFormatException;
import io.driftmoe.schemas.avro.MetricsEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the job itself has counted over all model keys, from the last report of each.
 *
 * @param events predicted
 * @param labels learned
 * @param losses predictions that wait or expired, labels without event, events out of order, dead
 *     letters
 */
record Accounts(long events, long labels, long losses) {

  /**
   * The committed reports of now.
   *
   * @param options of a job; its broker address must be one for this process
   */
  static Accounts read(JobOptions options) throws WireFormatException {
    SingleObjectCodec<MetricsEvent> codec = SingleObjectCodec.of(MetricsEvent.class);
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
    long labels = 0;
    long losses = deadLetters;
    for (MetricsEvent last : lastOfEachKey) {
      events += last.getEvents();
      labels += last.getLabels();
      losses +=
          last.getPendingPredictions()
              + last.getExpiredPredictions()
              + last.getOrphanLabels()
              + last.getLateEvents();
    }
    return new Accounts(events, labels, losses);
  }

  /** Whether every event and label sent is among those predicted and learned. */
  boolean balance(long sentEvents, long sentLabels) {
    return events == sentEvents && labels == sentLabels && losses == 0;
  }
}
