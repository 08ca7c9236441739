// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core;

import java.util.Objects;

/**
 * Something happened to an expert, or to a member of an ensemble that is one expert.
 *
 * @param kind what happened
 * @param member position of the member inside the expert, from 0; -1 for the expert as a whole
 * @param reason why, in words, with the figures that decided
 */
public record LifecycleEvent(Kind kind, int member, String reason) {

  /** What happened. */
  public enum Kind {
    /** It began to learn. */
    START,
    /** Its error may be rising; a replacement begins to learn in the background. */
    WARNING,
    /** Its error rose. */
    DRIFT,
    /** Another took its place. */
    REPLACE,
    /** It was taken out of the pool. */
    RETIRE,
    /** It gains nothing, and attends few events from now on. */
    SLEEP,
    /** It gains again, and attends all events. */
    WAKE
  }

  /**
   * Rejects a missing kind or reason and positions below -1.
   *
   * @param kind what happened
   * @param member position of the member, or -1 for the expert as a whole
   * @param reason in words, with the figures that decided
   */
  public LifecycleEvent {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(reason, "reason");
    if (member < -1) {
      throw new IllegalArgumentException("member must be at least -1, got " + member);
    }
  }
}
