// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.Domain;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SnapshotArrays;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.StreamSchema;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Tells in which part of the input errors rose. It keeps the latest labelled events, of each on
 * which side every feature was and whether it was predicted wrongly. Sides of a numeric feature are
 * high and low, as seen from its mean when the event came; those of a nominal one are its values.
 */
final class ErrorSides {
  /*
   * An alarm comes as early as it can, so there are few events since the change, and no more is
   * asked of them than this: is there a side on which errors rose by more than they did on the
   * other sides of that feature? A rise has four shares of errors behind it (on this side and on
   * the others, before and since), whose variances add up. There are up to some hundred sides, so
   * it takes more deviations than for one. Where no side stands out, that says something only if
   * the rise itself is so clear that one half of the events could not have had it alone unseen: a
   * difference between halves has as many deviations as the whole rise.
   */
  private static final String TAG = "SIDE";

  private static final int VERSION = 1;

  /** Features beyond these are not looked at. */
  static final int ATTRIBUTES = 64;

  /** Events that are kept: as many as have so many features together, within limits. */
  private static final int CELLS = 1 << 14;

  private static final int MOST_EVENTS = 1_024;

  /** A nominal feature of more values is not looked at. */
  private static final int VALUES = 32;

  private static final double DEVIATIONS = 4;
  private static final double CLEAR_DEVIATIONS = 5;

  /** Events that each of the four shares must be made of. */
  private static final int LEAST = 10;

  private static final int MOST_NAMED = 3;

  /** In place of a side: missing, or of a feature that is not looked at. */
  private static final byte NO_SIDE = -1;

  private static final int LOW = 0;
  private static final int HIGH = 1;

  /** Weight of the newest value in the mean of a feature, once there were many. */
  private static final double RATE = 1e-3;

  // Bits of what is kept of an event.
  private static final int MIXTURE_WRONG = 1;
  private static final int REFERENCE_ASKED = 2;
  private static final int REFERENCE_WRONG = 4;
  private static final int ALL_BITS = 7;

  private final StreamSchema schema;
  private final Domain domain;
  private final int attributes;
  private final int capacity;

  /** {@code [events × attributes]}, a ring. */
  private final byte[] sides;

  private final byte[] bits;
  private final double[] means;

  /** Events so far. */
  private long events;

  ErrorSides(StreamSchema schema) {
    this.schema = schema;
    this.domain = new Domain(schema);
    this.attributes = Math.min(ATTRIBUTES, schema.features());
    this.capacity = Math.min(MOST_EVENTS, CELLS / attributes);
    this.sides = new byte[capacity * attributes];
    this.bits = new byte[capacity];
    this.means = new double[attributes];
  }

  /** What the errors were of. */
  enum Of {
    MIXTURE,
    REFERENCE
  }

  /**
   * Takes a labelled event.
   *
   * @param wrong whether the mixture was
   * @param referenceAsked whether the reference predicted it
   * @param referenceWrong whether it was wrong then
   */
  void add(FeatureVector features, boolean wrong, boolean referenceAsked, boolean referenceWrong) {
    int at = (int) (events % capacity);
    double rate = Math.max(1.0 / (events + 1), RATE);
    for (int a = 0; a < attributes; a++) {
      sides[at * attributes + a] = side(a, domain.read(features, a), rate);
    }
    bits[at] =
        (byte)
            ((wrong ? MIXTURE_WRONG : 0)
                | (referenceAsked ? REFERENCE_ASKED : 0)
                | (referenceWrong ? REFERENCE_WRONG : 0));
    events++;
  }

  private byte side(int a, double value, double rate) {
    if (Double.isNaN(value) || domain.values(a) > VALUES) {
      return NO_SIDE;
    }
    if (domain.values(a) > 0) {
      return (byte) value;
    }
    double mean = means[a];
    means[a] += rate * (value - mean);
    return (byte) (value > mean ? HIGH : LOW);
  }

  /** Counts of one side of one feature, or of all events: before a change and since. */
  private static final class Tally {
    private long before;
    private long wrongBefore;
    private long since;
    private long wrongSince;

    private void add(boolean after, boolean wrong) {
      if (after) {
        since++;
        wrongSince += wrong ? 1 : 0;
      } else {
        before++;
        wrongBefore += wrong ? 1 : 0;
      }
    }

    private Tally without(Tally part) {
      Tally rest = new Tally();
      rest.before = before - part.before;
      rest.wrongBefore = wrongBefore - part.wrongBefore;
      rest.since = since - part.since;
      rest.wrongSince = wrongSince - part.wrongSince;
      return rest;
    }

    private boolean isEnough() {
      return before >= LEAST && since >= LEAST;
    }

    private double shareBefore() {
      return (double) wrongBefore / before;
    }

    private double shareSince() {
      return (double) wrongSince / since;
    }

    private double rise() {
      return shareSince() - shareBefore();
    }

    private double variance() {
      return variance(wrongBefore, before) + variance(wrongSince, since);
    }

    /** Of a share that is never taken for certain. */
    private static double variance(long wrong, long count) {
      double share = (wrong + 1.0) / (count + 2.0);
      return share * (1 - share) / count;
    }
  }

  private record Found(int attribute, int side, Tally inside, Tally outside, double deviations) {}

  /**
   * Where errors rose.
   *
   * @param since events since the change
   */
  Alarm.Extent locate(Of of, long since) {
    int kept = (int) Math.min(events, capacity);
    Tally all = new Tally();
    Tally[][] tallies = new Tally[attributes][];
    for (int a = 0; a < attributes; a++) {
      tallies[a] = new Tally[domain.values(a) == 0 ? 2 : Math.min(VALUES, domain.values(a))];
      for (int s = 0; s < tallies[a].length; s++) {
        tallies[a][s] = new Tally();
      }
    }
    Tally[] known = new Tally[attributes];
    for (int a = 0; a < attributes; a++) {
      known[a] = new Tally();
    }
    for (int age = 1; age <= kept; age++) {
      int at = (int) ((events - age) % capacity);
      if (of == Of.REFERENCE && (bits[at] & REFERENCE_ASKED) == 0) {
        continue;
      }
      boolean wrong = (bits[at] & (of == Of.MIXTURE ? MIXTURE_WRONG : REFERENCE_WRONG)) != 0;
      boolean after = age <= since;
      all.add(after, wrong);
      for (int a = 0; a < attributes; a++) {
        byte side = sides[at * attributes + a];
        if (side != NO_SIDE) {
          tallies[a][side].add(after, wrong);
          known[a].add(after, wrong);
        }
      }
    }
    return extent(all, known, tallies);
  }

  private Alarm.Extent extent(Tally all, Tally[] known, Tally[][] tallies) {
    List<Found> found = new ArrayList<>();
    for (int a = 0; a < attributes; a++) {
      Found best = null;
      for (int s = 0; s < tallies[a].length; s++) {
        Tally inside = tallies[a][s];
        Tally outside = known[a].without(inside);
        if (inside.isEnough() && outside.isEnough()) {
          double deviations =
              (inside.rise() - outside.rise()) / Math.sqrt(inside.variance() + outside.variance());
          if (deviations >= DEVIATIONS && (best == null || deviations > best.deviations)) {
            best = new Found(a, s, inside, outside, deviations);
          }
        }
      }
      if (best != null) {
        found.add(best);
      }
    }
    found.sort(Comparator.comparingDouble(one -> -one.deviations));
    List<Alarm.Side> named =
        found.subList(0, Math.min(MOST_NAMED, found.size())).stream().map(this::named).toList();
    boolean clear =
        all.isEnough()
            && all.rise() >= CLEAR_DEVIATIONS * Math.sqrt(all.variance())
            && !hasOneSidedFeature(known, tallies);
    return new Alarm.Extent(!named.isEmpty() || clear, named);
  }

  /**
   * Whether all values of a numeric feature are on one side of its mean. One value of another order
   * of magnitude does that, and nothing can be said of such a feature then.
   */
  private static boolean hasOneSidedFeature(Tally[] known, Tally[][] tallies) {
    for (int a = 0; a < known.length; a++) {
      if (tallies[a].length == 2 && known[a].isEnough()) {
        for (Tally side : tallies[a]) {
          if (side.before + side.since == 0) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private Alarm.Side named(Found found) {
    Attribute attribute = schema.attributes().get(found.attribute);
    String side =
        attribute.isNominal()
            ? attribute.name() + "=" + attribute.values().get(found.side)
            : attribute.name() + (found.side == HIGH ? " high" : " low");
    return new Alarm.Side(
        side,
        found.inside.shareBefore(),
        found.inside.shareSince(),
        found.outside.shareBefore(),
        found.outside.shareSince());
  }

  /** Heap of what is not filled yet. */
  long unsavedBytes() {
    return (capacity - Math.min(events, capacity)) * (attributes + 1L);
  }

  /** The events from the oldest on. */
  void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    out.writeLong(events);
    SnapshotArrays.writeDoubles(out, means);
    for (long e = Math.max(0, events - capacity); e < events; e++) {
      int at = (int) (e % capacity);
      out.writeByte(bits[at]);
      out.write(sides, at * attributes, attributes);
    }
  }

  /** Takes over what {@link #writeSnapshot} wrote. */
  void readSnapshot(DataInput in) throws IOException {
    SnapshotHeader.read(in, TAG, VERSION);
    events = SnapshotArrays.readCount(in, "events with sides");
    SnapshotArrays.readDoubles(in, means, -Double.MAX_VALUE, Double.MAX_VALUE, "means of features");
    for (long e = Math.max(0, events - capacity); e < events; e++) {
      int at = (int) (e % capacity);
      bits[at] = in.readByte();
      in.readFully(sides, at * attributes, attributes);
      if ((bits[at] & ~ALL_BITS) != 0) {
        throw new IOException("an event has the bits %s".formatted(bits[at]));
      }
      for (int a = 0; a < attributes; a++) {
        int side = sides[at * attributes + a];
        int most = domain.values(a) == 0 ? 2 : Math.min(VALUES, domain.values(a));
        if (side < NO_SIDE || side >= most) {
          throw new IOException("an event is on side %s of a feature".formatted(side));
        }
      }
    }
  }
}
