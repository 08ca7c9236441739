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
 * value counts as the nearest ordinary one (see {@link OrdinaryRange}). Trees of one ensemble share
 * one input, so that an example is read once for all of them; whoever owns the input calls {@link
 * #observe} after each lesson, and saves it.
 */
public final class TreeInput {
  private final Domain domain;
  private final LeafLayout layout;
  private final OrdinaryRange[] ranges;

  /** Numeric attributes some of whose first values turned out wild, in order of finding out. */
  private int[] spoiled = {};

  private @Nullable FeatureVector latest;

  /** Whether nothing in the latest example is wild. */
  private boolean tame;

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
    tame = false;
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
  }

  /** Has wild values count as the nearest ordinary ones, until an example is read again. */
  void tame() {
    if (tame) {
      return;
    }
    tame = true;
    for (int i = 0; i < ranges.length; i++) {
      double value = numeric[i];
      double counted = ranges[i].cut(value);
      if (counted < value || counted > value) {
        values[layout.numeric[i]] = counted;
        numeric[i] = counted;
        latest = null;
      }
    }
  }

  /**
   * Takes note of an example that was learned, for those that follow.
   *
   * @param features the example
   */
  public void observe(FeatureVector features) {
    read(features);
    for (int i = 0; i < ranges.length; i++) {
      double value = numeric[i];
      if (value == value) {
        ranges[i].observe(value);
        if (ranges[i].takeRestated()) {
          spoiled = Arrays.copyOf(spoiled, spoiled.length + 1);
          spoiled[spoiled.length - 1] = i;
        }
      }
    }
    tame = false;
  }

  /** How many times first values of an attribute were found wild. */
  int spoiled() {
    return spoiled.length;
  }

  /** Position among the numeric attributes of the one that was found the n-th, from 0. */
  int spoiled(int n) {
    return spoiled[n];
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
    SnapshotArrays.writeInts(out, spoiled);
    for (OrdinaryRange range : ranges) {
      range.writeTo(out);
    }
  }

  /**
   * Replaces the state of this fresh input by what {@link #writeTo} wrote.
   *
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @throws IOException when the bytes are truncated or cannot be what was observed
   */
  public void readFrom(DataInput in) throws IOException {
    spoiled = SnapshotArrays.readInts(in);
    for (int i : spoiled) {
      if (i < 0 || i >= ranges.length) {
        throw new IOException("snapshot names numeric attribute %s".formatted(i));
      }
    }
    for (OrdinaryRange range : ranges) {
      range.readFrom(in);
    }
  }
}
