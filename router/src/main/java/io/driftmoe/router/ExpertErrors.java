// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The share of errors of each expert, lately and as usual: means that forget exponentially, over
 * the events that the expert was asked about.
 */
final class ExpertErrors {
  private static final double LATEST = 100;
  private static final double USUAL = 2_000;

  /** Before so many events nothing is usual. */
  private static final long LEAST = 300;

  /** A mean of the latest hundred differs by chance by less than so many standard deviations. */
  private static final double DEVIATIONS = 3;

  private static final int MOST_NAMED = 3;

  private final long[] events;
  private final double[] latest;
  private final double[] usual;

  ExpertErrors(int experts) {
    events = new long[experts];
    latest = new double[experts];
    usual = new double[experts];
  }

  /**
   * Takes a labelled event.
   *
   * @param right which experts were
   * @param heard which experts had been asked
   */
  void add(boolean[] right, boolean[] heard) {
    for (int e = 0; e < events.length; e++) {
      if (heard[e]) {
        double error = right[e] ? 0 : 1;
        events[e]++;
        latest[e] += (error - latest[e]) / Math.min(events[e], LATEST);
        usual[e] += (error - usual[e]) / Math.min(events[e], USUAL);
      }
    }
  }

  /** Another expert is in this place. */
  void replaced(int e) {
    events[e] = 0;
    latest[e] = 0;
    usual[e] = 0;
  }

  /** Experts with clearly more errors than usual, those with the largest rise first. */
  List<Alarm.AffectedExpert> affected() {
    List<Alarm.AffectedExpert> affected = new ArrayList<>();
    for (int e = 0; e < events.length; e++) {
      // of an exponential mean: half the variance of a plain one over as many events
      double deviation = Math.sqrt(usual[e] * (1 - usual[e]) / (2 * LATEST));
      if (events[e] >= LEAST && latest[e] - usual[e] > DEVIATIONS * deviation) {
        affected.add(new Alarm.AffectedExpert(e, usual[e], latest[e]));
      }
    }
    affected.sort(
        Comparator.comparingDouble(
            (Alarm.AffectedExpert expert) -> expert.errorBefore() - expert.errorNow()));
    return affected.subList(0, Math.min(MOST_NAMED, affected.size()));
  }

  void writeSnapshot(DataOutput out) throws IOException {
    out.writeInt(events.length);
    for (int e = 0; e < events.length; e++) {
      out.writeLong(events[e]);
      out.writeDouble(latest[e]);
      out.writeDouble(usual[e]);
    }
  }

  /** Takes over what {@link #writeSnapshot} wrote for as many experts. */
  void readSnapshot(DataInput in) throws IOException {
    int experts = in.readInt();
    if (experts != events.length) {
      throw new IOException(
          "there are errors of %s experts, and %s experts".formatted(experts, events.length));
    }
    for (int e = 0; e < experts; e++) {
      events[e] = in.readLong();
      latest[e] = share(in.readDouble());
      usual[e] = share(in.readDouble());
      if (events[e] < 0) {
        throw new IOException("an expert was asked about %s events".formatted(events[e]));
      }
    }
  }

  private static double share(double value) throws IOException {
    if (!(value >= 0 && value <= 1)) {
      throw new IOException("a share of errors is %s".formatted(value));
    }
    return value;
  }
}
