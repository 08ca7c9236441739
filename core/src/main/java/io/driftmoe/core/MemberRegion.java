// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core;

import java.util.Objects;

/**
 * The part of the input in which a member of an expert is at work.
 *
 * @param name of the member, the same in every report
 * @param weight mean of the member's weights over the events that its expert has learned, 0 to 1
 * @param region in words, at most three features
 */
public record MemberRegion(String name, double weight, String region) {

  /**
   * Rejects a missing name or region.
   *
   * @param name of the member, the same in every report
   * @param weight mean of the member's weights, 0 to 1
   * @param region in words
   */
  public MemberRegion {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(region, "region");
  }

  /**
   * {@return the same member, seen from outside the expert that it is a member of}
   *
   * @param expert name of that expert, which comes before the member's, with a dot between them
   */
  public MemberRegion inside(String expert) {
    return new MemberRegion(expert + "." + name, weight, region);
  }
}
