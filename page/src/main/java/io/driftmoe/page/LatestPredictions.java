// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.driftmoe.schemas.avro.ExplainedPrediction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A sample of the latest predictions of one model. Reports explain few of them, which are kept for
 * longer and shown first.
 */
final class LatestPredictions {
  static final int MOST = 8;
  static final int EXPLAINED = 3;

  private final Deque<SampledPrediction> latest = new ArrayDeque<>();
  private final Deque<SampledPrediction> explained = new ArrayDeque<>();

  void add(SampledPrediction prediction) {
    latest.addFirst(prediction);
    if (latest.size() > MOST) {
      latest.removeLast();
    }
  }

  /** Takes note of what the experts said about an event, whether its prediction was seen or not. */
  void explain(ExplainedPrediction explanation) {
    SampledPrediction made = SampledPrediction.of(explanation);
    explained.removeIf(former -> former.eventId().equals(made.eventId()));
    explained.addFirst(
        latest.stream()
            .filter(seen -> seen.eventId().equals(made.eventId()))
            .findFirst()
            .map(seen -> seen.with(made.votes()))
            .orElse(made));
    if (explained.size() > EXPLAINED) {
      explained.removeLast();
    }
  }

  /** Forgets what is explained, where another model has begun under the key. */
  void clear() {
    explained.clear();
  }

  /** Times in the operator of those that were seen, the least first. */
  long[] latencies() {
    return latest.stream()
        .mapToLong(SampledPrediction::latencyMicros)
        .filter(latency -> latency >= 0)
        .sorted()
        .toArray();
  }

  /** As many as are kept of those that nobody explains, at most. */
  void toJson(ArrayNode json, PageSettings settings) {
    List<SampledPrediction> shown = new ArrayList<>(explained);
    latest.stream()
        .filter(seen -> explained.stream().noneMatch(one -> one.eventId().equals(seen.eventId())))
        .forEach(shown::add);
    shown.stream().limit(MOST).forEach(one -> one.toJson(json.addObject(), settings));
  }
}
