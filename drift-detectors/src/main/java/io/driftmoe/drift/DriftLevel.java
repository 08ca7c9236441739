// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

/** What a detector says after each observation. */
public enum DriftLevel {
  /** No sign of change. */
  STABLE,
  /** Change is likely; a learner may start preparing a replacement. */
  WARNING,
  /** Change is confirmed. */
  DRIFT
}
