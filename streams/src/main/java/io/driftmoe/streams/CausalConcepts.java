// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

/** Which concept a causal stream has at each of its events. */
interface CausalConcepts {
  /**
   * The concept of an event.
   *
   * @param number of the event, from 0
   */
  CausalConcept at(long number);
}
