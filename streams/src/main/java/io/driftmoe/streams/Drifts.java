// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.util.List;
import java.util.stream.LongStream;

/** Where the published streams drift, scaled to the number of events. */
final class Drifts {
  private static final long PUBLISHED_EVENTS = 1_000_000;
  private static final long ABRUPT_WIDTH = 50;

  private Drifts() {}

  static List<PlantedDrift> abrupt(long events) {
    return scaled(events, ABRUPT_WIDTH, 249_975, 499_975, 749_975);
  }

  static List<PlantedDrift> gradual(long events) {
    return scaled(events, 50_000, 225_000, 475_000, 725_000);
  }

  /** Drifts as abrupt as the published ones that cut the stream into parts of equal length. */
  static List<PlantedDrift> evenlySpaced(long events, int parts) {
    long width = Math.max(1, scale(ABRUPT_WIDTH, events));
    return LongStream.range(1, parts)
        .mapToObj(i -> new PlantedDrift((i * events + parts / 2) / parts, width))
        .toList();
  }

  /** Sharp switches that cut the stream into parts of equal length, as far as it can be cut. */
  static List<PlantedDrift> sharp(long events, int parts) {
    return LongStream.range(1, parts)
        .mapToObj(i -> new PlantedDrift(i * events / parts + 1, 1))
        .toList();
  }

  /** Sharp switches after every so many events, however many events there are. */
  static List<PlantedDrift> sharpEvery(long period, long events) {
    return LongStream.rangeClosed(1, (events - 1) / period)
        .mapToObj(i -> new PlantedDrift(i * period + 1, 1))
        .toList();
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
