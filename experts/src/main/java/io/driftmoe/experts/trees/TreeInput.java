// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.trees;

import io.driftmoe.core.Domain;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.OrdinaryRange;
import io.driftmoe.core.SnapshotArrays;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The features of the latest example, sorted by kind of attribute. In what trees learn, a wild
 * value counts as one just beyond the ordinary ones (see {@link OrdinaryRange}), and so it does in
 * what they are asked once they may have learned one like it. Trees of one ensemble share one
 * input, so that an example is read once for all of them; whoever owns the input calls {@link
 * #observe} after each lesson, and saves it.
 */
public final class TreeInput {
  private enum Reading {
    RAW,
    TO_ASK,
    TO_LEARN
  }

  private final Domain domain;
  private final LeafLayout layout;
  private final OrdinaryRange[] ranges;

  /** So many attributes that were spoiled are held, or up to twice as many; at least all once. */
  private static final int LATEST_SPOILED = 64;

  /**
   * Numeric attributes whose values so far turned out wild, in order of finding out, without the
   * oldest ones.
   */
  private int[] spoiled = {};

  /** How many of the oldest ones are left out. */
  private int forgotten;

  private @Nullable FeatureVector latest;

  /** What was done with wild values of the latest example, if it has any. */
  private Reading reading = Reading.RAW;

  /** Whether any value was ever wild. */
  private boolean hadWild;

  // Most examples change nothing in the ranges but a number, which they get together, later.
  private final double[] calmLow;
  private final double[] calmHigh;
  private boolean calm;
  private int calmObserved;
  private int mostCalm;

  private int observed;

  /** All features by attribute; NaN is missing. */
  final double[] values;

  /** Those of the numeric attributes. */
  final double[] numeric;

  /** Where the weights of the nominal values lie in a row, meaningless for a missing one. */
  final int[] slots;

  /** The values of the wide attributes, -1 for a missing one. */
  final int[] wide;

  /** Whether no feature is missing. */
  boolean complete;

  /**
   * An input that holds no example yet.
   *
   * @param domain what the examples look like
   */
  public TreeInput(Domain domain) {
    this.domain = domain;
    this.layout = new LeafLayout(domain);
    this.values = new double[domain.attributes()];
    boolean allNumeric = layout.numeric.length == values.length;
    this.numeric = allNumeric ? values : new double[layout.numeric.length];
    this.slots = new int[layout.nominal.length];
    int columns = layout.numeric.length;
    this.ranges = new OrdinaryRange[columns > OrdinaryRange.MOST_COLUMNS ? 0 : columns];
    Arrays.setAll(ranges, i -> new OrdinaryRange());
    this.calmLow = new double[ranges.length];
    this.calmHigh = new double[ranges.length];
    findCalm();
    this.wide = new int[layout.wide.length];
  }

  Domain domain() {
    return domain;
  }

  LeafLayout layout() {
    return layout;
  }

  /** Reads these features, unless they are the latest: a feature vector never changes. */
  void read(FeatureVector features) {
    if (features == latest) {
      return;
    }
    latest = features;
    reading = Reading.RAW;
    domain.read(features, values);
    boolean missing = false;
    for (double value : values) {
      missing |= value != value;
    }
    complete = !missing;
    if (numeric != values) {
      for (int i = 0; i < numeric.length; i++) {
        numeric[i] = values[layout.numeric[i]];
      }
    }
    for (int i = 0; i < slots.length; i++) {
      slots[i] = layout.nominalStart[i] + (int) values[layout.nominal[i]];
    }
    for (int i = 0; i < wide.length; i++) {
      double value = values[layout.wide[i]];
      wide[i] = value == value ? (int) value : -1;
    }
    calm = isCalm();
  }

  private boolean isCalm() {
    for (int i = 0; i < calmLow.length; i++) {
      double value = numeric[i];
      if (!(value >= calmLow[i] && value <= calmHigh[i])) {
        return false;
      }
    }
    return true;
  }

  private void findCalm() {
    mostCalm = ranges.length == 0 ? 0 : Integer.MAX_VALUE;
    for (int i = 0; i < ranges.length; i++) {
      calmLow[i] = ranges[i].calmLow();
      calmHigh[i] = ranges[i].calmHigh();
      mostCalm = Math.min(mostCalm, ranges[i].calmCount());
    }
  }

  private void countCalm() {
    for (OrdinaryRange range : ranges) {
      range.skip(calmObserved);
    }
    mostCalm -= calmObserved;
    calmObserved = 0;
  }

  /** Has wild values count as those that trees have learned, until an example is read again. */
  void tameToAsk() {
    if (!calm && reading == Reading.RAW && hadWild) {
      reading = Reading.TO_ASK;
      for (int i = 0; i < ranges.length; i++) {
        replace(i, ranges[i].cutWhereWild(numeric[i]));
      }
    }
  }

  /** Has wild values count as trees learn them, until an example is read again. */
  void tameToLearn() {
    if (!calm && reading != Reading.TO_LEARN) {
      reading = Reading.TO_LEARN;
      for (int i = 0; i < ranges.length; i++) {
        replace(i, ranges[i].cut(numeric[i]));
      }
    }
  }

  private void replace(int i, double counted) {
    double value = numeric[i];
    if (counted < value || counted > value) {
      values[layout.numeric[i]] = counted;
      numeric[i] = counted;
      latest = null;
    }
  }

  /**
   * Takes note of an example that was learned, for those that follow.
   *
   * @param features the example
   */
  public void observe(FeatureVector features) {
    read(features);
    observed++;
    if (calm && calmObserved < mostCalm) {
      calmObserved++;
    } else {
      observeEach();
    }
    reading = Reading.RAW;
  }

  private void observeEach() {
    countCalm();
    for (int i = 0; i < ranges.length; i++) {
      double value = numeric[i];
      if (value == value) {
        hadWild |= ranges[i].observe(value) != value;
        if (ranges[i].takeRestated()) {
          spoil(i);
        }
      }
    }
    findCalm();
    calm = isCalm();
  }

  private void spoil(int i) {
    int held = Math.max(LATEST_SPOILED, ranges.length); // one example may spoil all
    if (spoiled.length >= 2 * held) {
      int dropped = spoiled.length - held;
      spoiled = Arrays.copyOfRange(spoiled, dropped, spoiled.length);
      forgotten += dropped;
    }
    spoiled = Arrays.copyOf(spoiled, spoiled.length + 1);
    spoiled[spoiled.length - 1] = i;
  }

  /** Examples observed by this object: while it stays, so does what a value counts as. */
  int observed() {
    return observed;
  }

  /** How many times the values so far of an attribute were found wild. */
  int spoiled() {
    return forgotten + spoiled.length;
  }

  /** The first of these times of which the attribute is held. */
  int firstSpoiled() {
    return forgotten;
  }

  /** Position among the numeric attributes of the one that was found the n-th, from 0. */
  int spoiled(int n) {
    return spoiled[n - forgotten];
  }

  /** What is ordinary of a numeric attribute, by position among those. */
  OrdinaryRange range(int i) {
    return ranges[i];
  }

  /** Serves trees that were saved without an input. */
  public void continueOthers() {
    for (OrdinaryRange range : ranges) {
      range.continueOthers();
    }
  }

  /**
   * Writes what was observed, without a version.
   *
   * @param out receives the bytes; it is neither flushed nor closed
   * @throws IOException when the output fails
   */
  public void writeTo(DataOutput out) throws IOException {
    // one negative number in front of the others, which are positions
    int[] held = new int[spoiled.length + (forgotten > 0 ? 1 : 0)];
    if (forgotten > 0) {
      held[0] = -forgotten;
    }
    System.arraycopy(spoiled, 0, held, held.length - spoiled.length, spoiled.length);
    SnapshotArrays.writeInts(out, held);
    for (OrdinaryRange range : ranges) {
      range.writeTo(out, calmObserved);
    }
  }

  /**
   * Replaces the state of this fresh input by what {@link #writeTo} wrote.
   *
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @throws IOException when the bytes are truncated or cannot be what was observed
   */
  public void readFrom(DataInput in) throws IOException {
    int[] held = SnapshotArrays.readInts(in);
    forgotten = held.length > 0 ? Math.max(0, -held[0]) : 0;
    spoiled = forgotten > 0 ? Arrays.copyOfRange(held, 1, held.length) : held;
    for (int i : spoiled) {
      if (i < 0 || i >= ranges.length) {
        throw new IOException("snapshot names numeric attribute %s".formatted(i));
      }
    }
    for (OrdinaryRange range : ranges) {
      range.readFrom(in);
      hadWild |= range.hadWild();
    }
    findCalm();
  }
}
