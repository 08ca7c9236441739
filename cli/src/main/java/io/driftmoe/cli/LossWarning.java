// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.schemas.avro.MetricsEvent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Says once of each kind of loss when its share of the events has risen: orphan labels, expired
 * predictions, late and duplicate events.
 */
final class LossWarning {
  private static final long LEAST_EVENTS = 500;
  private static final double LEAST_SHARE = 0.02;
  private static final double RISE = 2;

  private static final Map<String, String> WORDS =
      Map.of(
          "orphanLabels", "orphan labels",
          "expiredPredictions", "expired predictions",
          "lateEvents", "late events",
          "duplicateEvents", "duplicate events");

  private final Set<String> said = new HashSet<>();
  private @Nullable MetricsEvent before;

  /**
   * Takes note of a report of a model.
   *
   * @return a line for each kind whose share has risen since the report before, and was not said
   */
  List<String> report(MetricsEvent report) {
    MetricsEvent since = before == null ? nothing() : before;
    long events = report.getEvents() - since.getEvents();
    List<String> lines = new ArrayList<>();
    if (events < LEAST_EVENTS) {
      return lines;
    }
    Map<String, TreeMap<String, Long>> lost = lost(report);
    Map<String, TreeMap<String, Long>> earlier = lost(since);
    lost.forEach(
        (kind, causes) -> {
          TreeMap<String, Long> old = earlier.getOrDefault(kind, new TreeMap<>());
          double share = (double) (sum(causes) - sum(old)) / events;
          double former = (double) sum(old) / Math.max(1, since.getEvents());
          if (share >= LEAST_SHARE && share >= RISE * former && said.add(kind)) {
            old.forEach((cause, count) -> causes.merge(cause, -count, Long::sum));
            causes.values().removeIf(count -> count <= 0);
            lines.add(
                String.format(
                    Locale.ROOT,
                    "%s are %.1f %% of the last %,d events, %.1f %% before: %s",
                    WORDS.getOrDefault(kind, kind),
                    100 * share,
                    events,
                    100 * former,
                    causes));
          }
        });
    before = report;
    return lines;
  }

  private static MetricsEvent nothing() {
    MetricsEvent nothing = new MetricsEvent();
    nothing.setLosses(Map.of());
    return nothing;
  }

  private static long sum(Map<String, Long> causes) {
    return causes.values().stream().mapToLong(Long::longValue).sum();
  }

  /** By kind and cause, without what the end of the input leaves: that is no fault. */
  private static Map<String, TreeMap<String, Long>> lost(MetricsEvent report) {
    Map<String, TreeMap<String, Long>> lost = new TreeMap<>();
    report
        .getLosses()
        .forEach(
            (key, count) -> {
              String[] words = key.split("\\.", 2);
              if (words.length == 2 && !words[1].equals("end-of-input")) {
                lost.computeIfAbsent(words[0], kind -> new TreeMap<>()).put(words[1], count);
              }
            });
    return lost;
  }
}
