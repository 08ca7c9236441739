// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.moa;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.OrdinaryRange;
import io.driftmoe.core.SnapshotArrays;
import io.driftmoe.core.StreamSchema;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Numbers in units that MOA's tree can use. A column whose first values spread by less than 1e-6 or
 * more than 1e6 is multiplied by a power of 2 from then on: where a threshold divides a class, MOA
 * counts the density there as a weight, and products of densities leave the range of a double. All
 * others pass as they are, wild values too, so that the tree predicts what MOA's does.
 */
final class MoaUnits {
  /** Binary exponents of a spread that stays as it is. */
  private static final int FARTHEST = 20;

  /** Lessons that a tree may lose: it begins anew when a unit is chosen. Later none is. */
  private static final int MOST_LOST = 64;

  /** Scaled numbers are cut here, so that their squares stay finite. */
  private static final double LARGEST = 1e100;

  /** First values of each attribute, null when its unit is settled, as that of a nominal one is. */
  private final @Nullable OrdinaryRange[] open;

  private final int[] exponents;
  private int lessons;

  MoaUnits(StreamSchema schema) {
    this.open = new OrdinaryRange[schema.features()];
    for (int a = 0; a < open.length; a++) {
      open[a] = schema.attributes().get(a).isNominal() ? null : new OrdinaryRange();
    }
    this.exponents = new int[open.length];
  }

  /** The value as the tree gets it. */
  double of(int attribute, double value) {
    int exponent = exponents[attribute];
    return exponent == 0 || Double.isNaN(value)
        ? value
        : Math.max(-LARGEST, Math.min(LARGEST, Math.scalb(value, exponent)));
  }

  /** A threshold of the tree in the units of the stream. */
  double inStream(int attribute, double threshold) {
    return Math.scalb(threshold, -exponents[attribute]);
  }

  /**
   * Takes note of features that the tree has learned.
   *
   * @return whether a unit was chosen: what the tree has learned is in another one
   */
  boolean observe(FeatureVector features) {
    if (lessons == MOST_LOST) {
      return false;
    }
    lessons++;
    boolean chosen = false;
    for (int a = 0; a < open.length; a++) {
      OrdinaryRange range = open[a];
      if (range != null && !features.isMissing(a)) {
        range.observe(features.get(a));
        if (range.scale() > 0) {
          int exponent = Math.getExponent(range.scale());
          exponents[a] = Math.abs(exponent) > FARTHEST ? -exponent : 0;
          chosen |= exponents[a] != 0;
          open[a] = null;
        }
      }
    }
    return chosen;
  }

  /** Serves a tree that was saved before there were units. */
  void settle() {
    lessons = MOST_LOST;
  }

  void writeTo(DataOutput out) throws IOException {
    out.writeInt(lessons);
    SnapshotArrays.writeInts(out, exponents);
    if (lessons < MOST_LOST) {
      for (OrdinaryRange range : open) {
        out.writeBoolean(range != null);
        if (range != null) {
          range.writeTo(out);
        }
      }
    }
  }

  void readFrom(DataInput in) throws IOException {
    lessons = in.readInt();
    int[] found = SnapshotArrays.readInts(in);
    if (lessons < 0 || lessons > MOST_LOST || found.length != exponents.length) {
      throw new IOException(
          "snapshot holds units of %s attributes after %s lessons, expected %s"
              .formatted(found.length, lessons, exponents.length));
    }
    System.arraycopy(found, 0, exponents, 0, found.length);
    if (lessons < MOST_LOST) {
      for (int a = 0; a < open.length; a++) {
        open[a] = null;
        if (in.readBoolean()) {
          OrdinaryRange range = new OrdinaryRange();
          range.readFrom(in);
          open[a] = range;
        }
      }
    }
  }
}
