// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

/** What a saved mixture has of the parts that watch the stream, by the version of its layout. */
enum Watches {
  NONE,
  REFERENCE,
  ALARMS;

  private static final int VERSION_WITH_REFERENCE = 8;
  private static final int VERSION_WITH_ALARMS = 9;

  static Watches of(int version) {
    if (version >= VERSION_WITH_ALARMS) {
      return ALARMS;
    }
    return version == VERSION_WITH_REFERENCE ? REFERENCE : NONE;
  }
}
