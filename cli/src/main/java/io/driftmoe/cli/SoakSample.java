// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

/**
 * What was seen of a job and of its process at one moment of a long run.
 *
 * @param second since the load began
 * @param phase of the load
 * @param sent events so far
 * @param predicted events so far, as an uncommitted reader has them
 * @param heapAfterCollection bytes of the heap that the last full view of it left in use
 * @param threads that live
 * @param files that are open, sockets as well
 */
record SoakSample(
    int second,
    Phase phase,
    long sent,
    long predicted,
    long heapAfterCollection,
    int threads,
    long files) {

  /** A part of the load. */
  enum Phase {
    /** At half of what the job sustains. */
    STEADY,
    /** At ten times of what it sustains. */
    BURST,
    /** At half again, with the rest of the burst before it. */
    AFTER
  }

  /** Events that are sent and not predicted. */
  long backlog() {
    return sent - predicted;
  }
}
