// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

/** Which networks of a mixture another back end computes. */
public enum NetworkScope {
  /** Those of the mixture's gates. */
  GATES,
  /** Those of the experts as well: of experts that are networks, of specialists and their gates. */
  ALL
}
