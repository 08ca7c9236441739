// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.trees;

import io.driftmoe.core.SplitMix64;

/**
 * Finds the split of a leaf with the highest information gain.
 *
 * <p>A numeric attribute has ten candidate thresholds, evenly between the smallest and the largest
 * value that the leaf has seen; how much of a class lies below one is what its normal distribution
 * says, within the smallest and largest value of the class. A nominal attribute has one candidate,
 * with a branch for each declared value; a wide one has a candidate for each of its values, with
 * one branch for that and one for all others. A candidate needs two branches with more than a
 * hundredth of the weight: so a nominal attribute already used above cannot win again; a numeric or
 * wide one can, and a wide one has less than a hundred candidates.
 *
 * <p>With missing values, the gain is that among the known ones times their share.
 */
final class SplitSearch {
  private static final int THRESHOLDS = 10;
  private static final double SMALLEST_SHARE = 0.01;

  private final LeafLayout layout;
  private final int considered;

  /** All attributes; the first ones are those that the leaf considers. */
  private final int[] order;

  /** The classes that the leaf has seen, and their weight. */
  private final int[] seen;

  private int classes;
  private double observed;

  // Of each candidate threshold, or of each value of a nominal attribute.
  private final double[] thresholds = new double[THRESHOLDS];
  private final double[] branch;
  private final double[] branchTerms;

  private int attribute;
  private double threshold;
  private double gain;
  private double runnerUp;
  private int value;
  private double numericThreshold;
  private int wideValue;

  /**
   * @param share of the attributes that a leaf considers, drawn anew for each leaf; at least one
   */
  SplitSearch(LeafLayout layout, double share) {
    this.layout = layout;
    int attributes = layout.attributes();
    this.considered = (int) Math.max(1, Math.min(attributes, StrictMath.rint(share * attributes)));
    this.order = new int[attributes];
    for (int a = 0; a < attributes; a++) {
      order[a] = a;
    }
    this.seen = new int[layout.classes];
    int widest = THRESHOLDS;
    for (int a : layout.nominal) {
      widest = Math.max(widest, layout.values[a]);
    }
    this.branch = new double[widest];
    this.branchTerms = new double[widest];
  }

  /** How many attributes a leaf considers. */
  int considered() {
    return considered;
  }

  /** Attribute of the best candidate, -1 when none gains anything. */
  int attribute() {
    return attribute;
  }

  /** Threshold of the best candidate, NaN when its attribute is nominal. */
  double threshold() {
    return threshold;
  }

  /** Value that the best candidate separates from all others, -1 when its attribute is not wide. */
  int value() {
    return value;
  }

  /** Branches of the best candidate. */
  int branches() {
    return value >= 0 ? 2 : Math.max(2, layout.values[attribute]);
  }

  /** Branches of the best candidate that the leaf has seen examples of. */
  int occupied(Leaf leaf) {
    if (value >= 0 || threshold == threshold) {
      return 2;
    }
    int start = layout.nominalStart[layout.position[attribute]];
    int occupied = 0;
    for (int v = 0; v < layout.values[attribute]; v++) {
      boolean any = false;
      for (int k = 0; k < classes; k++) {
        any |= leaf.rows[seen[k]][start + v] > 0;
      }
      occupied += any ? 1 : 0;
    }
    return occupied;
  }

  /** Gain of the best candidate in bits. */
  double gain() {
    return gain;
  }

  /** Gain of the best candidate on another attribute, or 0, that of not splitting. */
  double runnerUp() {
    return runnerUp;
  }

  /** Entropy of the classes among what the leaf has observed: no candidate gains more. */
  double entropy(Leaf leaf) {
    double sum = 0;
    double terms = 0;
    for (double[] row : leaf.rows) {
      if (row != null) {
        sum += row[LeafLayout.WEIGHT];
        terms += FastLog2.xLog2(row[LeafLayout.WEIGHT]);
      }
    }
    return sum > 0 ? (FastLog2.xLog2(sum) - terms) / sum : 0;
  }

  /** Evaluates all candidates of the leaf. */
  void search(Leaf leaf) {
    attribute = -1;
    threshold = Double.NaN;
    value = -1;
    gain = 0;
    runnerUp = 0;
    classes = 0;
    observed = 0;
    for (int c = 0; c < layout.classes; c++) {
      if (leaf.rows[c] != null) {
        seen[classes++] = c;
        observed += leaf.rows[c][LeafLayout.WEIGHT];
      }
    }
    draw(leaf.seed);
    for (int i = 0; i < considered; i++) {
      int a = order[i];
      double bestThreshold = Double.NaN;
      int bestValue = -1;
      double best;
      if (layout.values[a] == 0) {
        best = numeric(leaf, a);
        bestThreshold = numericThreshold;
      } else if (layout.isWide(a)) {
        best = wide(leaf, a);
        bestValue = wideValue;
      } else {
        best = nominal(leaf, a);
      }
      if (best > gain) {
        runnerUp = gain;
        gain = best;
        attribute = a;
        threshold = bestThreshold;
        value = bestValue;
      } else {
        runnerUp = Math.max(runnerUp, best);
      }
    }
  }

  /** Puts the attributes that the leaf considers to the front, always the same ones. */
  private void draw(long seed) {
    if (considered == order.length) {
      return;
    }
    for (int a = 0; a < order.length; a++) {
      order[a] = a;
    }
    SplitMix64 random = new SplitMix64(seed);
    for (int i = 0; i < considered; i++) {
      int j = i + (int) (random.nextDouble() * (order.length - i));
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
  }

  private double numeric(Leaf leaf, int a) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    int i = layout.position[a];
    for (int k = 0; k < classes; k++) {
      low = Math.min(low, leaf.rows[seen[k]][layout.min + i]);
      high = Math.max(high, leaf.rows[seen[k]][layout.max + i]);
    }
    if (!(high > low)) {
      return 0;
    }
    double step = (high - low) / (THRESHOLDS + 1);
    for (int t = 0; t < THRESHOLDS; t++) {
      thresholds[t] = low + (t + 1) * step;
      branch[t] = 0;
      branchTerms[t] = 0;
    }
    double total = 0;
    double classTerms = 0;
    for (int k = 0; k < classes; k++) {
      double weight = leaf.known(seen[k], a);
      total += weight;
      classTerms += spread(leaf.rows[seen[k]], i, weight);
    }
    double before = FastLog2.xLog2(total) - classTerms;
    double smallest = SMALLEST_SHARE * total;
    double best = 0;
    for (int t = 0; t < THRESHOLDS; t++) {
      double left = branch[t];
      double right = total - left;
      if (left > smallest && right > smallest) {
        double after = FastLog2.xLog2(left) + FastLog2.xLog2(right) - branchTerms[t];
        if (before - after > best) {
          best = before - after;
          numericThreshold = thresholds[t];
        }
      }
    }
    return best / observed;
  }

  /**
   * Adds what the class has below each threshold.
   *
   * @return x log2 x for its weight x
   */
  private double spread(double[] row, int i, double weight) {
    double term = FastLog2.xLog2(weight);
    double min = row[layout.min + i];
    double max = row[layout.max + i];
    double mean = row[LeafLayout.MEAN + i];
    double inverse = inverseDeviation(row, i, weight);
    for (int t = 0; t < THRESHOLDS; t++) {
      double at = thresholds[t];
      if (at < min) {
        branchTerms[t] += term;
      } else if (at >= max) {
        branch[t] += weight;
        branchTerms[t] += term;
      } else {
        double z = (at - mean) * inverse;
        int index = NormalTable.index(z);
        branch[t] += weight * NormalTable.below(z, index);
        branchTerms[t] += term - weight * NormalTable.entropy(z, index);
      }
    }
    return term;
  }

  private double inverseDeviation(double[] row, int i, double weight) {
    double square = Math.max(row[layout.square + i], Leaf.SMALLEST_SQUARE);
    return Math.sqrt(2 * Leaf.halfDivisor(weight) / square);
  }

  private double nominal(Leaf leaf, int a) {
    int values = layout.values[a];
    int start = layout.nominalStart[layout.position[a]];
    for (int v = 0; v < values; v++) {
      branch[v] = 0;
    }
    double total = 0;
    double before = 0;
    double after = 0;
    for (int k = 0; k < classes; k++) {
      double[] row = leaf.rows[seen[k]];
      double weight = 0;
      for (int v = 0; v < values; v++) {
        double part = row[start + v];
        weight += part;
        branch[v] += part;
        after -= FastLog2.xLog2(part);
      }
      total += weight;
      before -= FastLog2.xLog2(weight);
    }
    before += FastLog2.xLog2(total);
    int large = 0;
    for (int v = 0; v < values; v++) {
      after += FastLog2.xLog2(branch[v]);
      large += branch[v] > SMALLEST_SHARE * total ? 1 : 0;
    }
    return large < 2 ? 0 : (before - after) / observed;
  }

  private double wide(Leaf leaf, int a) {
    ValueTable table = table(leaf, a);
    double total = 0;
    double classTerms = 0;
    for (int k = 0; k < classes; k++) {
      double weight = leaf.known(seen[k], a);
      total += weight;
      classTerms += FastLog2.xLog2(weight);
    }
    double before = FastLog2.xLog2(total) - classTerms;
    double smallest = SMALLEST_SHARE * total;
    double best = 0;
    for (int slot = 0; slot < table.slots(); slot++) {
      double one = table.value(slot) < 0 ? 0 : table.total(slot);
      if (!(one > smallest && total - one > smallest)) {
        continue;
      }
      double after = FastLog2.xLog2(one) + FastLog2.xLog2(total - one);
      for (int k = 0; k < classes; k++) {
        double part = table.weight(slot, seen[k]);
        double rest = Math.max(0, leaf.known(seen[k], a) - part);
        after -= FastLog2.xLog2(part) + FastLog2.xLog2(rest);
      }
      if (before - after > best) {
        best = before - after;
        wideValue = table.value(slot);
      }
    }
    return best / observed;
  }

  private ValueTable table(Leaf leaf, int a) {
    return leaf.tables(layout)[layout.position[a]];
  }

  /**
   * The class weights in the branches of the best candidate of the leaf that was searched last.
   *
   * @return one array a branch
   */
  double[][] branches(Leaf leaf) {
    boolean isNumeric = threshold == threshold;
    double[][] branches =
        new double[isNumeric || value >= 0 ? 2 : layout.values[attribute]][layout.classes];
    int i = layout.position[attribute];
    for (int k = 0; k < classes; k++) {
      int c = seen[k];
      double[] row = leaf.rows[c];
      if (isNumeric) {
        double weight = leaf.known(c, attribute);
        double left = below(row, i, weight);
        branches[0][c] = left;
        branches[1][c] = weight - left;
      } else if (value >= 0) {
        ValueTable table = table(leaf, attribute);
        double one = table.weight(table.find(value), c);
        branches[0][c] = one;
        branches[1][c] = Math.max(0, leaf.known(c, attribute) - one);
      } else {
        for (int v = 0; v < branches.length; v++) {
          branches[v][c] = row[layout.nominalStart[i] + v];
        }
      }
    }
    return branches;
  }

  private double below(double[] row, int i, double weight) {
    if (threshold < row[layout.min + i]) {
      return 0;
    }
    if (threshold >= row[layout.max + i]) {
      return weight;
    }
    double z = (threshold - row[LeafLayout.MEAN + i]) * inverseDeviation(row, i, weight);
    double below = NormalTable.below(z, NormalTable.index(z));
    return weight * Math.max(0, Math.min(1, below));
  }

  /** Bytes of the arrays held here. */
  long bytes() {
    return 5 * 16 + 4L * (order.length + seen.length) + 8L * (THRESHOLDS + 2 * branch.length);
  }
}
