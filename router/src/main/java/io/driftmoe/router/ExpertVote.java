// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import java.util.Objects;

/**
 * What one expert said about an event.
 *
 * @param expert position of the expert, from 0
 * @param says name of the class that it held most probable, the first of several; {@code yes} or
 *     {@code no} where each expert knows one class
 * @param probability that it gave to that, 0 to 1
 * @param weight of the expert for this event, above 0, at most 1
 */
public record ExpertVote(int expert, String says, double probability, double weight) {

  /**
   * Rejects a missing class.
   *
   * @param expert position of the expert, from 0
   * @param says name of the class that it held most probable
   * @param probability that it gave to that, 0 to 1
   * @param weight of the expert for this event, above 0, at most 1
   */
  public ExpertVote {
    Objects.requireNonNull(says, "says");
  }
}
