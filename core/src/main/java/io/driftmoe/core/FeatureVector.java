// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core;

import java.util.Arrays;

/**
 * The features of one event, without its label, immutable.
 *
 * <p>Position i holds attribute i of the {@link StreamSchema}: a finite number for a numeric
 * attribute, the index of the value for a nominal one. NaN means missing. Infinities are rejected.
 */
public final class FeatureVector {
  private final double[] values;

  private FeatureVector(double[] values) {
    this.values = values;
  }

  /**
   * Makes a vector with a copy of these values.
   *
   * @param values one per attribute; NaN is a missing value
   * @return an immutable vector of that length
   * @throws IllegalArgumentException on an infinite value, naming its position
   */
  public static FeatureVector of(double... values) {
    for (int i = 0; i < values.length; i++) {
      if (Double.isInfinite(values[i])) {
        throw new IllegalArgumentException("feature " + i + " is " + values[i]);
      }
    }
    return new FeatureVector(values.clone());
  }

  /** {@return the number of features} */
  public int size() {
    return values.length;
  }

  /**
   * Value of feature i.
   *
   * @param i position of the attribute, from 0
   * @return the value, an index into the declared values for a nominal attribute; NaN when missing
   */
  public double get(int i) {
    return values[i];
  }

  /**
   * {@return whether feature i is missing}
   *
   * @param i position of the attribute, from 0
   */
  public boolean isMissing(int i) {
    return Double.isNaN(values[i]);
  }

  /**
   * Copies all values to the front of the target.
   *
   * @param target receives {@link #size()} values; at least that long
   */
  public void copyTo(double[] target) {
    System.arraycopy(values, 0, target, 0, values.length);
  }

  /** Equal bit for bit. */
  @Override
  public boolean equals(Object other) {
    return other instanceof FeatureVector that && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return Arrays.toString(values);
  }
}
