// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

/**
 * What {@link StreamCatalog#openWithSources} tells of the source of an event.
 *
 * <p>A learner that is told shows what a router could win at most: no router knows more than the
 * true source, and none that sees only the features and the time knows more than the posterior.
 */
public enum SourceKnowledge {
  /** 1 for the source that made the event, 0 for the others. */
  TRUE_SOURCE,

  /**
   * The probability of each source given the event's features and its place in the stream, exact up
   * to rounding, from the parameters of the generator. It equals the true source where context or
   * time determine it.
   */
  POSTERIOR
}
