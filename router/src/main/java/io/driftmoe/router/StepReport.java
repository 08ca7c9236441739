// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.drift.DriftLevel;
import java.util.List;
import java.util.Optional;

/**
 * What one labelled event did to the mixture.
 *
 * @param correct whether the stored prediction was right
 * @param level of the detector on the mixture's 0/1 error, after this error; a change to fewer
 *     errors is stable
 * @param alarm that the stream has changed; empty mostly, and for 500 labels after an alarm
 * @param gateStepped whether the gate took an Adam step
 * @param expertsTrained how many experts learned the event
 * @param version events learned, this one included
 * @param events what happened to experts, in order; without a life cycle in the configuration only
 *     what they report themselves
 */
public record StepReport(
    boolean correct,
    DriftLevel level,
    Optional<Alarm> alarm,
    boolean gateStepped,
    int expertsTrained,
    long version,
    List<ExpertEvent> events) {

  /**
   * Copies the list.
   *
   * @param correct whether the stored prediction was right
   * @param level of the detector after this error
   * @param alarm that the stream has changed
   * @param gateStepped whether the gate took an Adam step
   * @param expertsTrained how many experts learned the event
   * @param version events learned, this one included
   * @param events what happened to experts, in order; copied
   */
  public StepReport {
    events = List.copyOf(events);
  }
}
