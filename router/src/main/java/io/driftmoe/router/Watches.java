// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

/**
 * What a saved mixture has behind its experts, by the version of its layout: parts that watch the
 * stream, and those that serve goals.
 */
enum Watches {
  NONE,
  REFERENCE,
  ALARMS,
  GOALS;

  private static final int VERSION_WITH_REFERENCE = 8;
  private static final int VERSION_WITH_ALARMS = 9;
  private static final int VERSION_WITH_GOALS = 11;

  static Watches of(int version) {
    if (version >= VERSION_WITH_GOALS) {
      return GOALS;
    }
    if (version >= VERSION_WITH_ALARMS) {
      return ALARMS;
    }
    return version == VERSION_WITH_REFERENCE ? REFERENCE : NONE;
  }
}
