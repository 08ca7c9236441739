// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.local.Pacer;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Events due at a fixed rate, whatever becomes of them, and what can be said of a job from when
 * their predictions arrived. The first events warm up and are not measured.
 *
 * <p>An event's latency counts from when it was due, not from when it was sent: a sender held up by
 * a slow system would otherwise hide the very waiting it suffers from (coordinated omission).
 */
final class OfferedLoad {
  /** Of load that may lie behind when the last event is due. */
  static final double BACKLOG_SECONDS = 1;

  /** How much the median may grow from the first half of the measured events to the second. */
  static final double GROWTH = 1.5;

  /** What the median may grow in any case, milliseconds. */
  static final long GROWTH_MILLIS = 50;

  private final double rate;
  private final int firstMeasured;
  private final int events;
  private final Pacer pacer;

  /**
   * @param rate events a second
   * @param firstMeasured how many events warm up, fewer than all
   * @param events in all
   * @param start when event 0 is due, of {@link System#nanoTime}
   */
  OfferedLoad(double rate, int firstMeasured, int events, long start) {
    if (!(rate > 0) || firstMeasured < 0 || firstMeasured >= events) {
      throw new IllegalArgumentException(
          "rate %s, firstMeasured %s, events %s".formatted(rate, firstMeasured, events));
    }
    this.rate = rate;
    this.firstMeasured = firstMeasured;
    this.events = events;
    this.pacer = new Pacer(rate, start);
  }

  double rate() {
    return rate;
  }

  int firstMeasured() {
    return firstMeasured;
  }

  /** When an event is due, of {@link System#nanoTime}. */
  long due(int event) {
    return pacer.due(event);
  }

  /** From when an event was due to its prediction. */
  long latencyNanos(Arrivals arrivals, int event) {
    return arrivals.at(event) - due(event);
  }

  /** Events that are measured. */
  int measured() {
    return events - firstMeasured;
  }

  /** Waits for each event until it is due. */
  Pacer pacer() {
    return pacer;
  }

  /** When sending is over, of {@link System#nanoTime}. */
  long end() {
    return pacer.due(events);
  }

  /** Predictions a second while the measured events were due. */
  double achievedRate(Arrivals arrivals) {
    return arrivals.rate(pacer.due(firstMeasured), end());
  }

  /** Microseconds from when each measured event was due to its prediction. */
  Histogram latencies(Arrivals arrivals) {
    return latencies(arrivals, firstMeasured, events);
  }

  /** Microseconds each measured event spent between source and prediction inside the job. */
  Histogram operatorLatencies(Arrivals arrivals) {
    Histogram micros = histogram();
    for (int i = firstMeasured; i < events; i++) {
      micros.recordValue(arrivals.operatorMicros(i));
    }
    return micros;
  }

  private Histogram latencies(Arrivals arrivals, int from, int to) {
    Histogram micros = histogram();
    for (int i = from; i < to; i++) {
      micros.recordValue(TimeUnit.NANOSECONDS.toMicros(latencyNanos(arrivals, i)));
    }
    return micros;
  }

  private static Histogram histogram() {
    return new Histogram(3); // digits
  }

  /** Whether so many predictions, by the end, leave too much of the load behind. */
  boolean overwhelms(long arrived) {
    return events - arrived > Math.max(1, rate * BACKLOG_SECONDS);
  }

  /**
   * Whether the job keeps up with this load: the load does not pile up in front of it (Karimov et
   * al.: Benchmarking Distributed Stream Data Processing Systems, ICDE 2018). By the time the last
   * event was due, all but the load of {@value #BACKLOG_SECONDS} s must have been predicted, and
   * the median latency of the second half of the measured events may be at most {@value #GROWTH}
   * times that of the first half, plus {@value #GROWTH_MILLIS} ms. The median, because a single
   * pause of the JVM moves high percentiles and says nothing about a trend.
   *
   * @param arrivals of all events, or of too few
   */
  boolean sustainedBy(Arrivals arrivals) {
    if (overwhelms(arrivals.by(end()))) {
      return false;
    }
    int half = firstMeasured + measured() / 2;
    double first = latencies(arrivals, firstMeasured, half).getValueAtPercentile(50);
    double second = latencies(arrivals, half, events).getValueAtPercentile(50);
    return second <= GROWTH * first + TimeUnit.MILLISECONDS.toMicros(GROWTH_MILLIS);
  }
}
