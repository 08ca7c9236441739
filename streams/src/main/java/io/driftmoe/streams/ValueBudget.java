// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

/** Memory for the names and different values of all columns of a file. */
final class ValueBudget {
  /** Bytes, by a rough estimate. */
  static final long MOST = 64L << 20;

  private static final int ENTRY = 120;

  private long left = MOST;

  /** Takes what one text needs; false when that is no longer there. */
  boolean take(String text) {
    long needed = ENTRY + 2L * text.length();
    if (needed > left) {
      return false;
    }
    left -= needed;
    return true;
  }
}
