// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.trees;

import io.driftmoe.networks.Exponential;

/**
 * The naive Bayes posterior of a leaf:
 *
 * <pre>p(c | x) proportional to count(c) * product of p(x_a | c) over the attributes</pre>
 *
 * <p>with a normal density for a numeric attribute and (weight of the value + 1) / (weight +
 * values) for a nominal one; a class that the leaf has not seen gets 0. So does, as in MOA, a class
 * of which no value of an attribute was known where the example has one: any other density would
 * depend on the unit. Where that leaves no class, such attributes have no say.
 *
 * <p>A wide nominal attribute multiplies by p(c | value) / p(c), with {@code p(c | value) = (weight
 * of the value in c + p(c)) / (weight of the value + 1)}: the prior counts as one example, so that
 * a value says nothing before it was seen and little after it was seen once (Micci-Barreca: A
 * preprocessing scheme for high-cardinality categorical attributes, SIGKDD Explorations 3, 2001).
 *
 * <p>No logarithm is taken: products carry their binary exponents along, the exponents of the
 * densities are added up, and one exponential a class puts both together.
 */
final class Posterior {
  private static final double INVERSE_PI = 1 / StrictMath.PI;

  /** Factors that a product takes between two normalisations: 1e15^16 stays finite. */
  private static final int CHUNK = 16;

  private final LeafLayout layout;
  private final double[] mantissas;
  private final double[] powers;

  /** Of each wide attribute: the slot of its value, and the weight of examples that had a value. */
  private final int[] places;

  private final double[] knownTotals;
  private final ScaledProduct product = new ScaledProduct();
  private final ScaledProduct second = new ScaledProduct();

  Posterior(LeafLayout layout) {
    this.layout = layout;
    this.mantissas = new double[layout.classes];
    this.powers = new double[layout.classes];
    this.places = new int[layout.wide.length];
    this.knownTotals = new double[layout.wide.length];
  }

  /** Bytes of the arrays held here. */
  long bytes() {
    return 2 * (16 + 8L * layout.classes) + 2 * 32 + 12L * places.length;
  }

  /** Recomputes what follows from the other statistics of the class. */
  void refresh(Leaf leaf, int c) {
    double[] row = leaf.rows[c];
    double[] gaps = leaf.missing == null ? null : leaf.missing[c];
    boolean hasAll = true;
    double weight = row[LeafLayout.WEIGHT];
    double half = Leaf.halfDivisor(weight);
    product.reset();
    for (int i = 0; i < layout.numeric.length; i++) {
      double square = row[layout.square + i];
      double floored = square > Leaf.SMALLEST_SQUARE ? square : Leaf.SMALLEST_SQUARE;
      // 0, and so no say, where no value of the class was known
      double precision =
          (gaps == null || gaps[layout.numeric[i]] == 0
                  ? half
                  : Leaf.halfDivisor(leaf.known(c, layout.numeric[i])))
              / floored;
      row[layout.precision + i] = precision;
      hasAll &= gaps == null || precision > 0;
      if (square > Leaf.SMALLEST_SQUARE && precision > 0) {
        product.times(precision * INVERSE_PI);
      }
    }
    product.squareRoot();
    product.times(leaf.counts[c]);
    double power = 0;
    if ((gaps == null || !leaf.anyMissing) && layout.nominal.length > 0) {
      // divided once: a division takes several times as long as a product
      second.reset();
      for (int a : layout.nominal) {
        second.times(weight + layout.values[a]);
      }
      product.times(1 / second.significand());
      power = second.power();
    }
    row[LeafLayout.SCALE] = hasAll ? product.significand() : 0;
    row[LeafLayout.POWER] = product.power() - power;
  }

  /**
   * Fills the votes with the posterior times some positive factor.
   *
   * @return the class of the highest vote, the first of several; -1 when no class is possible, and
   *     then the votes mean nothing
   */
  int votes(Leaf leaf, TreeInput input, double[] votes) {
    double top = terms(leaf, input, true);
    if (top == Double.NEGATIVE_INFINITY && leaf.missing != null) {
      top = terms(leaf, input, false);
    }
    if (top == Double.NEGATIVE_INFINITY) {
      return -1;
    }
    int best = 0;
    for (int c = 0; c < votes.length; c++) {
      votes[c] = mantissas[c] * Exponential.ofNegative(powers[c] - top);
      best = votes[c] > votes[best] ? c : best;
    }
    return best;
  }

  /**
   * Finds mantissa and power of each class.
   *
   * @param strict whether a class without a value where the example has one is impossible
   * @return the largest power; negative infinity when no class is possible
   */
  private double terms(Leaf leaf, TreeInput input, boolean strict) {
    double top = Double.NEGATIVE_INFINITY;
    int wide = leaf.tables == null ? 0 : find(leaf, input);
    boolean whole = input.complete && !leaf.anyMissing;
    for (int c = 0; c < mantissas.length; c++) {
      double[] row = leaf.rows[c];
      if (row == null) {
        exclude(c);
        continue;
      }
      if (whole && row[LeafLayout.SCALE] > 0) {
        complete(row, input, c);
      } else if (!known(leaf, input, c, strict)) {
        exclude(c);
        continue;
      }
      if (wide > 0) {
        addWide(leaf, c);
      }
      top = powers[c] > top ? powers[c] : top;
    }
    return top;
  }

  private void exclude(int c) {
    mantissas[c] = 0;
    powers[c] = Double.NEGATIVE_INFINITY;
  }

  /**
   * Finds the values of the wide attributes in the tables of the leaf, and the weight of all
   * classes.
   *
   * @return how many were found
   */
  private int find(Leaf leaf, TreeInput input) {
    int found = 0;
    for (int i = 0; i < places.length; i++) {
      places[i] = input.wide[i] < 0 ? -1 : leaf.tables(layout)[i].find(input.wide[i]);
      if (places[i] >= 0) {
        found++;
        knownTotals[i] = 0;
        for (int c = 0; c < layout.classes; c++) {
          knownTotals[i] += leaf.rows[c] == null ? 0 : leaf.known(c, layout.wide[i]);
        }
      }
    }
    return found;
  }

  /** Multiplies by p(c | value) / p(c), times what is the same for all classes. */
  private void addWide(Leaf leaf, int c) {
    product.reset();
    product.times(mantissas[c]);
    for (int i = 0; i < places.length; i++) {
      double ofClass = places[i] < 0 ? 0 : leaf.known(c, layout.wide[i]);
      if (ofClass > 0) {
        double share = Math.min(1, leaf.tables(layout)[i].weight(places[i], c) / ofClass);
        product.times(share * knownTotals[i] + 1);
      }
    }
    mantissas[c] = product.significand();
    powers[c] += product.power();
  }

  private void complete(double[] row, TreeInput input, int c) {
    int[] slots = input.slots;
    if (slots.length == 0) {
      mantissas[c] = row[LeafLayout.SCALE];
      powers[c] = row[LeafLayout.POWER] - distance(row, input.numeric);
      return;
    }
    product.reset();
    product.times(row[LeafLayout.SCALE]);
    for (int from = 0; from < slots.length; from += CHUNK) {
      product.times(counts(row, slots, from, Math.min(slots.length, from + CHUNK)));
    }
    mantissas[c] = product.significand();
    powers[c] = row[LeafLayout.POWER] + product.power() - distance(row, input.numeric);
  }

  /** Product of weight + 1 over some of the nominal values. */
  private static double counts(double[] row, int[] slots, int from, int to) {
    double p0 = 1;
    double p1 = 1;
    double p2 = 1;
    double p3 = 1;
    int i = from;
    for (; i + 3 < to; i += 4) {
      p0 *= row[slots[i]] + 1;
      p1 *= row[slots[i + 1]] + 1;
      p2 *= row[slots[i + 2]] + 1;
      p3 *= row[slots[i + 3]] + 1;
    }
    for (; i < to; i++) {
      p0 *= row[slots[i]] + 1;
    }
    return p0 * p1 * (p2 * p3);
  }

  /** Sum of (x - mean)^2 / (2 variance). */
  private double distance(double[] row, double[] x) {
    int precision = layout.precision;
    double even = 0;
    double odd = 0;
    int i = 0;
    for (; i + 1 < x.length; i += 2) {
      double d0 = x[i] - row[LeafLayout.MEAN + i];
      double d1 = x[i + 1] - row[LeafLayout.MEAN + i + 1];
      even += d0 * d0 * row[precision + i];
      odd += d1 * d1 * row[precision + i + 1];
    }
    if (i < x.length) {
      double d = x[i] - row[LeafLayout.MEAN + i];
      even += d * d * row[precision + i];
    }
    return even + odd;
  }

  /**
   * The same over the attributes whose value is known.
   *
   * @return whether the class is possible
   */
  private boolean known(Leaf leaf, TreeInput input, int c, boolean strict) {
    double[] row = leaf.rows[c];
    product.reset();
    product.times(leaf.counts[c]);
    second.reset();
    double distance = 0;
    for (int a = 0; a < layout.attributes(); a++) {
      double value = input.values[a];
      if (value != value) {
        continue;
      }
      int i = layout.position[a];
      if (layout.isWide(a)) {
        continue;
      }
      if (layout.values[a] == 0) {
        double precision = row[layout.precision + i];
        if (strict && precision == 0) {
          return false;
        }
        double d = value - row[LeafLayout.MEAN + i];
        distance += d * d * precision;
        if (row[layout.square + i] > Leaf.SMALLEST_SQUARE && precision > 0) {
          second.times(precision * INVERSE_PI);
        }
      } else {
        product.times((row[input.slots[i]] + 1) / (leaf.known(c, a) + layout.values[a]));
      }
    }
    second.squareRoot();
    product.times(second.significand());
    mantissas[c] = product.significand();
    powers[c] = product.power() + second.power() - distance;
    return true;
  }
}
