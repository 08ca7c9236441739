// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

/** Whether the probabilities of a prediction are corrected by how often they were right. */
public enum Calibration {
  /** They are those of the mixture. */
  NEVER,
  /** They are corrected by the labels as they come; see {@link Calibrator}. */
  ONLINE
}
