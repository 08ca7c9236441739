// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongConsumer;

/** Says how far a race is, each time the number of events has doubled. */
final class TuningProgress implements LongConsumer {
  private static final long FIRST = 1_000;

  private final PrintWriter err;
  private long last;
  private long next = FIRST;

  TuningProgress(PrintWriter err) {
    this.err = err;
  }

  @Override
  public void accept(long events) {
    if (events < last) {
      err.println("one that had beaten others is beyond the budget: again, without it");
      next = FIRST;
    }
    last = events;
    if (events >= next) {
      err.println(String.format(Locale.ROOT, "%,d events", events));
      err.flush();
      next = 2 * events;
    }
  }
}
