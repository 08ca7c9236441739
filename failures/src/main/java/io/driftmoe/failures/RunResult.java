// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one run showed.
 *
 * @param fault name of the {@link FaultKind}
 * @param order in which the job took the records: event time or arrival
 * @param strikes how often the fault struck
 * @param events sent
 * @param labels sent
 * @param predictions committed, doubled ones included
 * @param lost events without a prediction
 * @param doubled predictions of an event that had one already
 * @param different events whose prediction differs from the undisturbed run's; null where it was
 *     not compared
 * @param accounted whether every event and label sent is among the job's own counts
 * @param notLearned labels that were counted as something else than learned; in event-time order no
 *     run with one is good
 * @param recoveryMillis for each strike the longest time without a new committed prediction, from
 *     the strike on
 * @param exits processes that ended although nobody killed them, and how often
 * @param digest of all predictions, SHA-256
 * @param problem why the run was given up; empty when it was not
 */
record RunResult(
    String fault,
    String order,
    int strikes,
    long events,
    long labels,
    long predictions,
    long lost,
    long doubled,
    @Nullable Long different,
    boolean accounted,
    long notLearned,
    List<Long> recoveryMillis,
    Map<String, Integer> exits,
    String digest,
    String problem) {

  /** Whether everything is as without the fault. */
  boolean isGood() {
    return problem.isEmpty()
        && lost == 0
        && doubled == 0
        && accounted
        && (notLearned == 0 || order.equals(Load.ARRIVAL))
        && (different == null || different == 0);
  }
}
