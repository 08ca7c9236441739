// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.util.List;
import java.util.stream.LongStream;

/** Where the published streams drift, scaled to the number of events. */
final class Drifts {
  private static final long PUBLISHED_EVENTS = 1_000_000;

  private Drifts() {}

  static List<PlantedDrift> abrupt(long events) {
    return scaled(events, 50, 249_975, 499_975, 749_975);
  }

  static List<PlantedDrift> gradual(long events) {
    return scaled(events, 50_000, 225_000, 475_000, 725_000);
  }

  private static List<PlantedDrift> scaled(long events, long width, long... positions) {
    return LongStream.of(positions)
        .mapToObj(p -> new PlantedDrift(scale(p, events), Math.max(1, scale(width, events))))
        .toList();
  }

  private static long scale(long published, long events) {
    return (published * events + PUBLISHED_EVENTS / 2) / PUBLISHED_EVENTS;
  }
}
