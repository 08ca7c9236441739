// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.Domain;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SnapshotArrays;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.networks.InputEncoder;
import io.driftmoe.networks.RunningMoments;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The latest examples of each class, as many of a rare one as of a frequent one, so that it is not
 * forgotten. A class is the more likely the nearer its nearest example is.
 *
 * <p>The squared distance is that of the neighbours: squared differences in standard deviations, at
 * most 100, 2 for nominal values that differ, 1 where one value is missing. Eight examples a class
 * are kept, fewer where they would take more than 1 MiB together, none where not even one has room.
 */
final class ClassExamples {
  private static final String TAG = "CLEX";
  private static final int VERSION = 1;

  private static final int MOST_EXAMPLES = 8;
  private static final long MOST_VALUES = 1 << 17;
  private static final double NUMERIC_CAP = 100;
  private static final double NOMINAL_CAP = 2;

  /** Added to squared distances: how near is as good as the same. */
  private static final double NEAR = 0.01;

  private final Domain domain;
  private final int classes;
  private final int attributes;
  private final int capacity;

  /** {@code [classes][capacity × attributes]}; empty until an example of the class comes. */
  private final double[][] examples;

  /** How many examples of each class have come. */
  private final long[] seen;

  private final RunningMoments moments;

  // Scratch.
  private final double[] values;
  private final double[] scales;

  ClassExamples(StreamSchema schema) {
    domain = new Domain(schema);
    classes = schema.classes();
    attributes = domain.attributes();
    long room = MOST_VALUES / ((long) classes * Math.max(1, attributes));
    capacity = (int) Math.min(MOST_EXAMPLES, room);
    examples = new double[classes][0];
    seen = new long[classes];
    moments = new RunningMoments(attributes, InputEncoder.DEFAULT_MIN_RATE);
    values = new double[attributes];
    scales = new double[attributes];
  }

  /**
   * How likely each class is by its nearest example.
   *
   * @param likelihoods receives one per class, summing to 1; 0 for a class without examples
   * @return whether there is any example; without, nothing is written
   */
  boolean likelihoods(FeatureVector features, double[] likelihoods) {
    domain.read(features, values);
    for (int a = 0; a < attributes; a++) {
      scales[a] = domain.values(a) > 0 ? 0 : moments.inverseDeviation(a);
    }
    double nearest = Double.POSITIVE_INFINITY;
    for (int c = 0; c < classes; c++) {
      likelihoods[c] = distance(c);
      nearest = Math.min(nearest, likelihoods[c]);
    }
    if (nearest == Double.POSITIVE_INFINITY) {
      return false;
    }
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      likelihoods[c] = (nearest + NEAR) / (likelihoods[c] + NEAR);
      sum += likelihoods[c];
    }
    for (int c = 0; c < classes; c++) {
      likelihoods[c] /= sum;
    }
    return true;
  }

  private double distance(int c) {
    double least = Double.POSITIVE_INFINITY;
    double[] rows = examples[c];
    long held = capacity == 0 ? 0 : Math.min(capacity, seen[c]);
    for (int i = 0; i < held; i++) {
      least = Math.min(least, distance(rows, i * attributes, least));
    }
    return least;
  }

  private double distance(double[] rows, int at, double least) {
    double sum = 0;
    for (int a = 0; a < attributes && sum < least; a++) {
      double here = values[a];
      double there = rows[at + a];
      if (here != here || there != there) {
        sum += here != here && there != there ? 0 : 1;
      } else if (domain.values(a) > 0) {
        sum += here == there ? 0 : NOMINAL_CAP;
      } else {
        double difference = (moments.cut(a, here) - there) * scales[a];
        sum += Math.min(NUMERIC_CAP, difference * difference);
      }
    }
    return sum;
  }

  /** Keeps an example in place of the oldest of its class. */
  void add(FeatureVector features, int label) {
    if (capacity == 0) {
      return;
    }
    domain.read(features, values);
    if (examples[label].length == 0) {
      examples[label] = new double[capacity * attributes];
    }
    int at = (int) (seen[label] % capacity) * attributes;
    for (int a = 0; a < attributes; a++) {
      double value = values[a];
      if (domain.values(a) == 0 && value == value) {
        moments.update(a, value);
        value = moments.cut(a, value);
      }
      examples[label][at + a] = value;
    }
    seen[label]++;
  }

  void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    SnapshotArrays.writeLongs(out, seen);
    moments.writeSnapshot(out);
    for (int c = 0; c < classes; c++) {
      SnapshotArrays.writeDoubles(out, examples[c]);
    }
  }

  void readSnapshot(DataInput in) throws IOException {
    SnapshotHeader.read(in, TAG, VERSION);
    SnapshotArrays.readLongs(in, seen);
    moments.readSnapshot(in);
    for (int c = 0; c < classes; c++) {
      double[] rows = SnapshotArrays.readDoubles(in);
      int expected = seen[c] > 0 ? capacity * attributes : 0;
      if (seen[c] < 0 || rows.length != expected) {
        throw new IOException(
            "snapshot holds %s values of %s examples of class %s, expected %s"
                .formatted(rows.length, seen[c], c, expected));
      }
      examples[c] = rows;
    }
  }
}
