// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.page;

/** The topics that the page is made from. */
public enum PageTopic {
  PREDICTIONS,
  DRIFT_EVENTS,
  METRICS,
  DEAD_LETTERS
}
