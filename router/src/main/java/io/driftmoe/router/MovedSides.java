// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.Attribute;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Tells in which part of the input a score has moved, as {@link ErrorSides} does it for errors. It
 * keeps the cells of the latest events. Sides of a numeric feature are high and low, as seen from
 * the middle of the sample that its cells are of; those of a nominal one are its cells.
 */
final class MovedSides {
  /** Features beyond these are not looked at. */
  private static final int ATTRIBUTES = 64;

  /** Events that are kept: as many as have so many features together, within limits. */
  private static final int CELLS = 1 << 14;

  private static final int MOST_EVENTS = 1_024;

  /** There are up to some hundred sides, so it takes more deviations than for one. */
  private static final double DEVIATIONS = 4;

  /** Events that each of the four means must be of. */
  private static final int LEAST = 20;

  private static final int MOST_NAMED = 3;
  private static final int LOW = 0;
  private static final int HIGH = 1;
  private static final double MIDDLE = 0.5;

  private final List<Attribute> attributes;
  private final int looked;
  private final int capacity;

  /** {@code [events × attributes]}, a ring. */
  private final byte[] cells;

  private long events;

  MovedSides(List<Attribute> attributes) {
    this.attributes = attributes;
    this.looked = Math.min(ATTRIBUTES, attributes.size());
    this.capacity = Math.min(MOST_EVENTS, CELLS / looked);
    this.cells = new byte[capacity * looked];
  }

  void add(byte[] event) {
    System.arraycopy(event, 0, cells, (int) (events % capacity) * looked, looked);
    events++;
  }

  void clear() {
    events = 0;
  }

  /** Values of a score before a change and since. */
  private static final class Tally {
    private final double[] counts = new double[2];
    private final double[] sums = new double[2];
    private final double[] squares = new double[2];

    private void add(int since, double value) {
      counts[since]++;
      sums[since] += value;
      squares[since] += value * value;
    }

    private Tally without(Tally part) {
      Tally rest = new Tally();
      for (int i = 0; i < 2; i++) {
        rest.counts[i] = counts[i] - part.counts[i];
        rest.sums[i] = sums[i] - part.sums[i];
        rest.squares[i] = squares[i] - part.squares[i];
      }
      return rest;
    }

    private boolean isEnough() {
      return counts[0] >= LEAST && counts[1] >= LEAST;
    }

    private double mean(int since) {
      return sums[since] / counts[since];
    }

    private double move() {
      return mean(1) - mean(0);
    }

    private double variance() {
      return variance(0) + variance(1);
    }

    /** Of a mean of values that are never all taken for the same. */
    private double variance(int since) {
      double among = squares[since] / counts[since] - mean(since) * mean(since);
      return Math.max(among, 1 / (counts[since] + 2)) / counts[since];
    }
  }

  private record Found(int attribute, int side, Tally inside, Tally outside, double deviations) {}

  /**
   * Where a score has moved.
   *
   * @param since the latest events, which differ from those before
   */
  EarlyAlarm.Extent locate(int score, int since, ValueScores scores, FeatureCells[] cellsOf) {
    int kept = (int) Math.min(events, capacity);
    if (since + LEAST > kept) {
      return EarlyAlarm.Extent.UNKNOWN;
    }
    byte[] event = new byte[looked];
    Tally[][] tallies = new Tally[looked][];
    Tally[] known = new Tally[looked];
    for (int a = 0; a < looked; a++) {
      known[a] = new Tally();
      tallies[a] = new Tally[sides(a)];
      for (int s = 0; s < tallies[a].length; s++) {
        tallies[a][s] = new Tally();
      }
    }
    boolean any = false;
    for (int age = 1; age <= kept; age++) {
      int at = (int) ((events - age) % capacity);
      System.arraycopy(cells, at * looked, event, 0, looked);
      double value = scores.value(score, cellsOf, event);
      if (Double.isNaN(value)) {
        continue;
      }
      any = true;
      int when = age <= since ? 1 : 0;
      for (int a = 0; a < looked; a++) {
        if (event[a] != FeatureCells.MISSING) {
          tallies[a][side(a, event[a])].add(when, value);
          known[a].add(when, value);
        }
      }
    }
    if (!any) {
      return EarlyAlarm.Extent.UNKNOWN;
    }
    return extent(scores.features(score), known, tallies, cellsOf);
  }

  private int sides(int a) {
    Attribute attribute = attributes.get(a);
    return attribute.isNominal() ? FeatureCells.count(attribute) : 2;
  }

  private int side(int a, int cell) {
    if (attributes.get(a).isNominal()) {
      return cell;
    }
    return FeatureCells.rank(cell) > MIDDLE ? HIGH : LOW;
  }

  private EarlyAlarm.Extent extent(
      int[] moved, Tally[] known, Tally[][] tallies, FeatureCells[] cellsOf) {
    List<Found> found = new ArrayList<>();
    for (int a = 0; a < looked; a++) {
      Found best = null;
      for (int s = 0; s < tallies[a].length && !isAmong(a, moved); s++) {
        Tally inside = tallies[a][s];
        Tally outside = known[a].without(inside);
        if (inside.isEnough() && outside.isEnough()) {
          double more = Math.abs(inside.move()) - Math.abs(outside.move());
          double deviations = more / Math.sqrt(inside.variance() + outside.variance());
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
    return new EarlyAlarm.Extent(
        true, found.stream().limit(MOST_NAMED).map(one -> named(one, cellsOf)).toList());
  }

  /** What moved itself is no part of the input in which it moved. */
  private static boolean isAmong(int a, int[] moved) {
    for (int feature : moved) {
      if (feature == a) {
        return true;
      }
    }
    return false;
  }

  private EarlyAlarm.Side named(Found found, FeatureCells[] cellsOf) {
    Attribute attribute = attributes.get(found.attribute);
    String side =
        attribute.isNominal()
            ? cellsOf[found.attribute].name(found.side)
            : attribute.name() + (found.side == HIGH ? " high" : " low");
    return new EarlyAlarm.Side(
        side,
        found.inside.mean(0),
        found.inside.mean(1),
        found.outside.mean(0),
        found.outside.mean(1));
  }

  /** The events from the oldest on. */
  void writeTo(DataOutput out) throws IOException {
    out.writeLong(events);
    for (long e = Math.max(0, events - capacity); e < events; e++) {
      out.write(cells, (int) (e % capacity) * looked, looked);
    }
  }

  void readFrom(DataInput in) throws IOException {
    events = in.readLong();
    if (events < 0) {
      throw new IOException("snapshot holds %s events with cells".formatted(events));
    }
    for (long e = Math.max(0, events - capacity); e < events; e++) {
      int at = (int) (e % capacity) * looked;
      in.readFully(cells, at, looked);
      for (int a = 0; a < looked; a++) {
        int cell = cells[at + a];
        if (cell < FeatureCells.MISSING || cell >= FeatureCells.count(attributes.get(a))) {
          throw new IOException("snapshot holds an event in cell %s of a feature".formatted(cell));
        }
      }
    }
  }
}
