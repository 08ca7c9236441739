// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.page;

import java.util.Locale;

/**
 * A time in which the job wrote nothing. All times are epoch milliseconds.
 *
 * @param what a sentence without its full stop
 * @param to from when on a record comes from the job that has recovered
 * @param back when the first of these was written
 */
record Outage(String what, long from, long to, long back) {
  static final long NOT_YET = -1;

  private static final double SECOND = 1e3;

  /** The same, where a record was written then. */
  Outage heard(long written) {
    return back == NOT_YET && written > to ? new Outage(what, from, to, written) : this;
  }

  /** In words. */
  String text() {
    return back == NOT_YET
        ? what + "; nothing has come since."
        : String.format(
            Locale.ROOT,
            "%s; the job went on from its last checkpoint and wrote again after %.1f s.",
            what,
            (back - from) / SECOND);
  }
}
