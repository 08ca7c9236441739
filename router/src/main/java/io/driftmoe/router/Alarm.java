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
 */
public record Alarm(Source source, Optional<AdwinCut> cut, List<AffectedExpert> affected) {

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
   * Copies the list.
   *
   * @param source whose errors rose
   * @param cut how far and since when
   * @param affected experts whose errors rose
   */
  public Alarm {
    Objects.requireNonNull(cut, "cut");
    affected = List.copyOf(affected);
  }
}
