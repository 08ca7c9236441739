// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import java.util.Arrays;

/**
 * When one reader saw the prediction of each event. One thread adds; others may ask for the count,
 * and for everything else once that thread has ended.
 */
final class Arrivals {
  private static final long NOT_YET = Long.MIN_VALUE;

  private final long[] at;
  private final int[] operatorMicros;
  private final long[] predictedAt;

  /** The events in the order in which their predictions came. */
  private final int[] order;

  private volatile int count;

  /**
   * @param events sent, with the ids 0 to events - 1
   */
  Arrivals(int events) {
    this.at = new long[events];
    this.operatorMicros = new int[events];
    this.predictedAt = new long[events];
    this.order = new int[events];
    Arrays.fill(at, NOT_YET);
  }

  /**
   * Adds the prediction of an event.
   *
   * @param nanos of {@link System#nanoTime}
   * @param micros from the event's entry into the job to its prediction
   * @param predicted when it was predicted, of {@link System#nanoTime}
   * @throws CommandException when no such event was sent or it had its prediction already
   */
  void add(String eventId, long nanos, long micros, long predicted) throws CommandException {
    int event = parse(eventId);
    if (event < 0 || event >= at.length) {
      throw new CommandException(
          "a prediction for event '%s', which was not sent".formatted(eventId));
    }
    if (arrived(event)) {
      throw new CommandException("event %s was predicted twice".formatted(event));
    }
    at[event] = nanos;
    operatorMicros[event] = (int) Math.min(Integer.MAX_VALUE, micros);
    predictedAt[event] = predicted;
    order[count] = event;
    count = count + 1; // one writer
  }

  private static int parse(String eventId) {
    try {
      return Integer.parseInt(eventId);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** Events sent. */
  int events() {
    return at.length;
  }

  /** Predictions so far. */
  int count() {
    return count;
  }

  boolean complete() {
    return count == at.length;
  }

  boolean arrived(int event) {
    return at[event] != NOT_YET;
  }

  /** When the prediction of an event came, of {@link System#nanoTime}. */
  long at(int event) {
    if (!arrived(event)) {
      throw new IllegalStateException("event %s has no prediction".formatted(event));
    }
    return at[event];
  }

  /** From an event's entry into the job to its prediction, microseconds. */
  int operatorMicros(int event) {
    return operatorMicros[event];
  }

  /** When an event was predicted, of {@link System#nanoTime}. */
  long predictedAt(int event) {
    return predictedAt[event];
  }

  /** The events whose predictions came, in the order in which they did. */
  int[] inOrder() {
    return Arrays.copyOf(order, count);
  }

  /** How many predictions had come by a time of {@link System#nanoTime}. */
  long by(long nanos) {
    return Arrays.stream(at).filter(t -> t != NOT_YET && t - nanos <= 0).count();
  }

  /** Predictions a second after one time and up to a later one, of {@link System#nanoTime}. */
  double rate(long from, long to) {
    return (by(to) - by(from)) * 1e9 / (to - from);
  }

  /**
   * Predictions a second after that of an event.
   *
   * @throws IllegalStateException when it did not come, or none came after it
   */
  double rateAfter(int event) {
    long from = at(event);
    long last = Arrays.stream(at).filter(t -> t != NOT_YET && t - from > 0).max().orElse(from);
    if (last == from) {
      throw new IllegalStateException("too few predictions to tell a rate: " + count);
    }
    return rate(from, last);
  }

  /**
   * Predictions a second, without the first fifth of the time from the first to the last.
   *
   * @throws IllegalStateException when they came all at once, or none came
   */
  double steadyRate() {
    long first = Arrays.stream(at).filter(t -> t != NOT_YET).min().orElse(0);
    long last = Arrays.stream(at).filter(t -> t != NOT_YET).max().orElse(0);
    long from = first + (last - first) / 5;
    if (last == from) {
      throw new IllegalStateException("too few predictions to tell a rate: " + count);
    }
    return rate(from, last);
  }
}
