// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

/** Whether the labels that came last correct what the experts predict. */
public enum LabelMemory {
  /** Predictions are those of the experts, as published. */
  NEVER,

  /**
   * Predictions are multiplied by what usually follows the last labels, where that has helped
   * lately: the last two of the stream, and the last two of the event's group, for up to four
   * nominal attributes such as a sensor or a city, those with the most values, at most 64. Only
   * labels that had arrived when an event was predicted count, however late labels are. With more
   * than 128 classes it is the same as {@link #NEVER}.
   */
  LAST_LABELS
}
