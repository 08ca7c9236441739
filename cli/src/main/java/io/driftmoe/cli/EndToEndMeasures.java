// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.local.LocalException;
import org.HdrHistogram.Histogram;

/** What can be measured of one learner between Kafka and Kafka. All rates are events a second. */
interface EndToEndMeasures {

  /** How fast the learner is alone, in one thread, after warming up. */
  double libraryRate();

  /**
   * How fast the job works off a backlog while nothing is sent.
   *
   * @param libraryRate to judge by how large a backlog must be
   */
  Saturation saturate(double libraryRate)
      throws CommandException, LocalException, InterruptedException;

  /** Whether the job keeps up with a rate, see {@link OfferedLoad#sustainedBy}. */
  boolean sustains(double rate) throws CommandException, LocalException, InterruptedException;

  /** Latencies at a rate. */
  Steady measure(double rate) throws CommandException, LocalException, InterruptedException;

  /**
   * @param producerRate at which the backlog was sent, while no job ran
   * @param jobRate at which predictions appeared
   */
  record Saturation(double producerRate, double jobRate) {}

  /**
   * One run at a fixed rate. Histograms are of microseconds.
   *
   * @param rate offered
   * @param achievedRate of predictions while the measured events were due
   * @param sustained whether the job kept up
   * @param events measured
   * @param seen from when an event was due until a read_uncommitted reader had its prediction
   * @param committed the same for a read_committed reader
   * @param operator from an event's entry into the job to its prediction
   * @param trace where they waited
   */
  record Steady(
      double rate,
      double achievedRate,
      boolean sustained,
      long events,
      Histogram seen,
      Histogram committed,
      Histogram operator,
      LatencyTrace trace) {}
}
