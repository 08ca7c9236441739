// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import java.util.List;
import java.util.Objects;

/**
 * A change of the stream that shows before any label of it has come: what comes in, or what is
 * predicted, is distributed otherwise than before.
 *
 * @param of what has changed
 * @param joint whether no single feature has, and only several together
 * @param moved what has moved, the clearest first; at least one
 * @param extent in which part of the input it moved
 * @param events since about so many events
 * @param sinceVersion events that the mixture had learned from when these began
 * @param falseAlarmProbability at most so probable is such a difference in a stream of independent
 *     events that stays as it is, 0 to 1
 */
public record EarlyAlarm(
    Of of,
    boolean joint,
    List<Moved> moved,
    Extent extent,
    long events,
    long sinceVersion,
    double falseAlarmProbability) {

  /** What may change. */
  public enum Of {
    /** The features of events. */
    INPUTS,

    /** The predicted classes and how sure predictions are: the inputs or the model have changed. */
    OUTPUTS
  }

  /**
   * One feature or several that have moved together.
   *
   * @param features their names
   * @param how in words: which feature moved, which way and how far
   */
  public record Moved(List<String> features, String how) {
    /**
     * Copies the list.
     *
     * @param features their names
     * @param how in words
     */
    public Moved {
      features = List.copyOf(features);
    }
  }

  /**
   * In which part of the input the clearest of them moved, as far as single features tell it. Only
   * the first 64 features are looked at, and the latest events, at most 1,024.
   *
   * @param known whether there are events enough to tell
   * @param sides where it moved by clearly more than elsewhere, the clearest first, at most three;
   *     where it is known and there are none, it moved everywhere alike
   */
  public record Extent(boolean known, List<Side> sides) {
    static final Extent UNKNOWN = new Extent(false, List.of());

    /**
     * Copies the list.
     *
     * @param known whether there are events enough to tell
     * @param sides where it moved by clearly more than elsewhere
     */
    public Extent {
      sides = List.copyOf(sides);
    }
  }

  /**
   * A part of the input.
   *
   * @param side in words: a feature that is high or low, or has a value
   * @param before mean of what moved there before: a rank, a distance or a share, 0 to 1
   * @param since mean there since
   * @param elsewhereBefore mean before where this feature is otherwise
   * @param elsewhereSince mean there since
   */
  public record Side(
      String side, double before, double since, double elsewhereBefore, double elsewhereSince) {}

  /**
   * Copies the list.
   *
   * @param of what has changed
   * @param joint whether no single feature has
   * @param moved what has moved
   * @param extent in which part of the input
   * @param events since about so many events
   * @param sinceVersion events that the mixture had learned from when these began
   * @param falseAlarmProbability 0 to 1
   */
  public EarlyAlarm {
    Objects.requireNonNull(of, "of");
    Objects.requireNonNull(extent, "extent");
    moved = List.copyOf(moved);
  }
}
