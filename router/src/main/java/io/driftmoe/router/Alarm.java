// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.drift.AdwinCut;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A change of the stream: what shows it, since when, how sure that is, and where it is felt.
 *
 * @param source whose errors rose
 * @param cut how far and since how many labels, 1 being an error and 0 none; empty where the
 *     detector does not tell
 * @param affected experts whose own errors rose most, the worst first; may be empty
 * @param extent in which part of the input these errors rose
 */
public record Alarm(
    Source source, Optional<AdwinCut> cut, List<AffectedExpert> affected, Extent extent) {

  /** Whose errors rose. */
  public enum Source {
    /** Those of the mixture itself. */
    MIXTURE,

    /**
     * Those of a naive Bayes that forgets nothing and has no say in predictions. The mixture may
     * adapt to the change before its own error has risen enough to be noticed.
     */
    REFERENCE
  }

  /**
   * An expert whose errors rose.
   *
   * @param expert position of the expert, from 0
   * @param errorBefore share of errors among some thousand of its labels, 0 to 1
   * @param errorNow share of errors among the latest hundred or so, 0 to 1
   */
  public record AffectedExpert(int expert, double errorBefore, double errorNow) {}

  /**
   * In which part of the input errors rose, as far as single features tell it. Only the first 64
   * features are looked at, and only the latest events, at most 1,024.
   *
   * @param known whether there are events enough to tell
   * @param sides where errors rose by clearly more than elsewhere, the clearest first, at most
   *     three; where it is known and there are none, errors rose everywhere alike
   */
  public record Extent(boolean known, List<Side> sides) {
    /** Nothing is known. */
    static final Extent UNKNOWN = new Extent(false, List.of());

    /**
     * Copies the list.
     *
     * @param known whether there are events enough to tell
     * @param sides where errors rose by clearly more than elsewhere
     */
    public Extent {
      sides = List.copyOf(sides);
    }
  }

  /**
   * A part of the input.
   *
   * @param side in words: a feature that is high or low, or has a value
   * @param errorBefore share of errors there before the change, 0 to 1
   * @param errorSince share of errors there since
   * @param elsewhereBefore share of errors before the change where this feature is otherwise
   * @param elsewhereSince share of errors there since
   */
  public record Side(
      String side,
      double errorBefore,
      double errorSince,
      double elsewhereBefore,
      double elsewhereSince) {}

  /**
   * Copies the list.
   *
   * @param source whose errors rose
   * @param cut how far and since when
   * @param affected experts whose errors rose
   * @param extent in which part of the input
   */
  public Alarm {
    Objects.requireNonNull(extent, "extent");
    Objects.requireNonNull(cut, "cut");
    affected = List.copyOf(affected);
  }
}
