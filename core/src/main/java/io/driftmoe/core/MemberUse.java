// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core;

import java.util.Objects;

/**
 * How much an expert has used one of its members over the events it has learned: all counted from
 * the start, so that the difference of two reports says what happened between them.
 *
 * @param name of the member, the same in every report
 * @param weight sum of the member's weights in the predictions of those events, at least 0
 * @param evaluations events about which the member was asked, to predict them or to learn them
 * @param lessons events that the member learned
 */
public record MemberUse(String name, double weight, long evaluations, long lessons) {

  /**
   * Rejects a missing name.
   *
   * @param name of the member, the same in every report
   * @param weight sum of the member's weights, at least 0
   * @param evaluations events about which it was asked, at least 0
   * @param lessons events that it learned, at least 0
   */
  public MemberUse {
    Objects.requireNonNull(name, "name");
  }

  /**
   * {@return the same member, seen from outside the expert that it is a member of}
   *
   * @param expert name of that expert, which comes before the member's, with a dot between them
   */
  public MemberUse inside(String expert) {
    return new MemberUse(expert + "." + name, weight, evaluations, lessons);
  }
}
