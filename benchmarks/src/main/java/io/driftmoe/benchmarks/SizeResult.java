// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

/**
 * The cost of an event for a learner at one size.
 *
 * @param axis what grows
 * @param size how many of it
 * @param learner name
 * @param events that were learned
 * @param measured how many of them count for the time
 * @param microseconds of CPU time for each of these, predicted and learned, the smaller of two
 *     measurements; NaN where it failed
 * @param modelBytes of all models at the end; NaN where it failed
 * @param allocatedBytes for each of the measured events
 * @param failure why there is no result; empty where there is one
 */
public record SizeResult(
    SizeAxis axis,
    int size,
    String learner,
    long events,
    long measured,
    double microseconds,
    double modelBytes,
    double allocatedBytes,
    String failure) {

  /** A learner without a result. */
  static SizeResult failed(SizeAxis axis, int size, String learner, long events, String failure) {
    return new SizeResult(
        axis, size, learner, events, 0, Double.NaN, Double.NaN, Double.NaN, failure);
  }

  /** With the time of another measurement of the same size where that one is smaller. */
  SizeResult orFaster(SizeResult again) {
    return new SizeResult(
        axis,
        size,
        learner,
        events,
        measured,
        again.microseconds < microseconds ? again.microseconds : microseconds,
        modelBytes,
        allocatedBytes,
        failure);
  }
}
