// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.trees;

import io.driftmoe.core.Domain;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Where the statistics of one class in one leaf lie in their array, its row:
 *
 * <pre>
 * WEIGHT     example weight of the class
 * SCALE      the factor of the naive Bayes posterior that does not depend on the features,
 * POWER      as SCALE * e^POWER with SCALE from 1 to 2, or 0 while an attribute has no value
 * mean       of each numeric attribute
 * precision  1 / (2 variance) of each numeric attribute
 * square     sum of weighted squared deviations from the mean
 * min, max   of each numeric attribute
 * nominal    weight of each value of each nominal attribute
 * </pre>
 *
 * <p>Wide nominal attributes ({@link Domain#isWide}) have no part in a row: a leaf keeps a {@link
 * ValueTable} for each of them.
 *
 * <p>SCALE, POWER and precision follow from the others. Immutable.
 */
final class LeafLayout {
  static final int WEIGHT = 0;
  static final int SCALE = 1;
  static final int POWER = 2;
  static final int MEAN = 3;

  /** The numeric attributes. */
  final int[] numeric;

  /** The nominal attributes but the wide ones. */
  final int[] nominal;

  /** The wide nominal attributes. */
  final int[] wide;

  /** Position of each attribute among those of its kind. */
  final int[] position;

  private final boolean[] isWide;

  /** Number of declared values of each attribute, 0 for a numeric one. */
  final int[] values;

  final int precision;
  final int square;
  final int min;
  final int max;

  /** Where the nominal attributes start. */
  final int nominals;

  /** Where the values of each attribute in {@link #nominal} start. */
  final int[] nominalStart;

  final int length;
  final int classes;

  LeafLayout(Domain domain) {
    int attributes = domain.attributes();
    this.classes = domain.classes();
    this.values = IntStream.range(0, attributes).map(domain::values).toArray();
    this.numeric = IntStream.range(0, attributes).filter(a -> values[a] == 0).toArray();
    this.nominal =
        IntStream.range(0, attributes).filter(a -> values[a] > 0 && !domain.isWide(a)).toArray();
    this.wide = IntStream.range(0, attributes).filter(domain::isWide).toArray();
    this.isWide = new boolean[attributes];
    for (int a : wide) {
      isWide[a] = true;
    }
    this.position = new int[attributes];
    for (int[] kind : new int[][] {numeric, nominal, wide}) {
      for (int i = 0; i < kind.length; i++) {
        position[kind[i]] = i;
      }
    }
    this.precision = MEAN + numeric.length;
    this.square = precision + numeric.length;
    this.min = square + numeric.length;
    this.max = min + numeric.length;
    this.nominals = max + numeric.length;
    this.nominalStart = new int[nominal.length];
    int end = nominals;
    for (int i = 0; i < nominal.length; i++) {
      nominalStart[i] = end;
      end += values[nominal[i]];
    }
    this.length = end;
  }

  boolean isWide(int attribute) {
    return isWide[attribute];
  }

  int attributes() {
    return values.length;
  }

  long rowBytes() {
    return 16 + 8L * length;
  }

  /** A row that has seen nothing. */
  double[] newRow() {
    double[] row = new double[length];
    Arrays.fill(row, min, max, Double.POSITIVE_INFINITY);
    Arrays.fill(row, max, nominals, Double.NEGATIVE_INFINITY);
    return row;
  }
}
