// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

/**
 * What an event costs a learner at one size.
 *
 * @param axis what grows
 * @param size how many of it
 * @param learner name
 * @param events that were learned
 * @param measured how many of them count for the time
 * @param microseconds of CPU time for each of these, predicted and learned; NaN where it failed
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
    String failure) {}
