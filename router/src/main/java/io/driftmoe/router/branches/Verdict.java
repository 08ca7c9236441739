// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router.branches;

/** What a {@link PairedTest} has shown of the challenger. */
public enum Verdict {
  /** Neither of the other two, so far. */
  UNDECIDED,

  /** It gains more than the smallest gain, and has few enough negative flips. */
  BETTER,

  /** It loses. */
  WORSE
}
