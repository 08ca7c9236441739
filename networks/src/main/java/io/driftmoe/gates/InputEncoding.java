// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.gates;

/** What a gating network reads of the features. */
public enum InputEncoding {
  /**
   * The features as they are, as published: a nominal attribute is the index of its value, a
   * missing value or one that was not declared is 0, and values beyond ±1e12 are cut there. Large
   * numbers drown small ones: the unit of an attribute matters.
   */
  RAW,
  /**
   * Numeric attributes by running standardisation, nominal ones one-hot; see {@link
   * io.driftmoe.networks.InputEncoder}.
   */
  STANDARDISED
}
