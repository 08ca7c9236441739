// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts;

import io.driftmoe.core.SplitMix64;

/**
 * Finds the split of a leaf with the highest information gain.
 *
 * <p>A numeric attribute has ten candidate thresholds, evenly between the smallest and the largest
 * value that the leaf has seen; how much of a class lies below one is what its normal distribution
 * says, within the smallest and largest value of the class. A nominal attribute has one candidate,
 * with a branch for each declared value. A candidate needs two branches with more than a hundredth
 * of the weight: so an attribute already used above cannot win again.
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

  // Per class that the leaf has seen, densely: what the attribute in question says of it.
  private final int[] seen;
  private final double[] weight;
  private final double[] mean;
  private final double[] inverseDeviation;
  private final double[] min;
  private final double[] max;
  private int classes;

  private int attribute;
  private double threshold;
  private double gain;
  private double runnerUp;
  private double numericThreshold;

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
    this.weight = new double[layout.classes];
    this.mean = new double[layout.classes];
    this.inverseDeviation = new double[layout.classes];
    this.min = new double[layout.classes];
    this.max = new double[layout.classes];
  }

  /** Attribute of the best candidate, -1 when none gains anything. */
  int attribute() {
    return attribute;
  }

  /** Threshold of the best candidate, NaN when its attribute is nominal. */
  double threshold() {
    return threshold;
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
    gain = 0;
    runnerUp = 0;
    classes = 0;
    for (int c = 0; c < layout.classes; c++) {
      if (leaf.rows[c] != null) {
        seen[classes++] = c;
      }
    }
    draw(leaf.seed);
    for (int i = 0; i < considered; i++) {
      int a = order[i];
      double bestThreshold = Double.NaN;
      double best;
      if (layout.values[a] == 0) {
        best = numeric(leaf, a);
        bestThreshold = numericThreshold;
      } else {
        best = nominal(leaf, a);
      }
      if (best > gain) {
        runnerUp = gain;
        gain = best;
        attribute = a;
        threshold = bestThreshold;
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
    double total = 0;
    double terms = 0;
    int i = layout.position[a];
    for (int k = 0; k < classes; k++) {
      load(leaf, a, i, k);
      total += weight[k];
      terms += FastLog2.xLog2(weight[k]);
      low = Math.min(low, min[k]);
      high = Math.max(high, max[k]);
    }
    if (!(high > low)) {
      return 0;
    }
    double before = FastLog2.xLog2(total) - terms;
    double step = (high - low) / (THRESHOLDS + 1);
    double best = 0;
    for (int t = 1; t <= THRESHOLDS; t++) {
      double at = low + t * step;
      double found = at > low && at < high ? before - after(at, total) : 0;
      if (found > best) {
        best = found;
        numericThreshold = at;
      }
    }
    return best / observed(leaf);
  }

  /** Reads what the statistics of one class say of a numeric attribute. */
  private void load(Leaf leaf, int a, int i, int k) {
    double[] row = leaf.rows[seen[k]];
    weight[k] = leaf.known(seen[k], a);
    mean[k] = row[LeafLayout.MEAN + i];
    inverseDeviation[k] =
        Math.sqrt(
            2
                * Leaf.halfDivisor(weight[k])
                / Math.max(row[layout.square + i], Leaf.SMALLEST_SQUARE));
    min[k] = row[layout.min + i];
    max[k] = row[layout.max + i];
  }

  private double below(int k, double at) {
    if (at < min[k]) {
      return 0;
    }
    return at >= max[k]
        ? weight[k]
        : weight[k] * NormalCdf.below((at - mean[k]) * inverseDeviation[k]);
  }

  /** Weight times entropy behind a split at the threshold; infinite when a side is too small. */
  private double after(double at, double total) {
    double left = 0;
    double terms = 0;
    for (int k = 0; k < classes; k++) {
      double l = below(k, at);
      left += l;
      terms += FastLog2.xLog2(l) + FastLog2.xLog2(weight[k] - l);
    }
    double right = total - left;
    if (!(left > SMALLEST_SHARE * total && right > SMALLEST_SHARE * total)) {
      return Double.POSITIVE_INFINITY;
    }
    return FastLog2.xLog2(left) + FastLog2.xLog2(right) - terms;
  }

  private double nominal(Leaf leaf, int a) {
    double total = 0;
    double before = 0;
    for (int k = 0; k < classes; k++) {
      weight[k] = leaf.known(seen[k], a);
      total += weight[k];
      before -= FastLog2.xLog2(weight[k]);
    }
    before += FastLog2.xLog2(total);
    double after = 0;
    int large = 0;
    for (int v = 0; v < layout.values[a]; v++) {
      double branch = 0;
      for (int k = 0; k < classes; k++) {
        double part = of(leaf, a, k, v);
        branch += part;
        after -= FastLog2.xLog2(part);
      }
      after += FastLog2.xLog2(branch);
      large += branch > SMALLEST_SHARE * total ? 1 : 0;
    }
    return large < 2 ? 0 : (before - after) / observed(leaf);
  }

  /** Weight of the value of a nominal attribute in the class. */
  private double of(Leaf leaf, int a, int k, int v) {
    double[] row = leaf.rows[seen[k]];
    int i = layout.position[a];
    if (layout.values[a] != 2) {
      return row[layout.nominalStart[i] + v];
    }
    double one = row[layout.binaryStart + i];
    return v == 1 ? one : Math.max(0, weight[k] - one);
  }

  private double observed(Leaf leaf) {
    double sum = 0;
    for (int k = 0; k < classes; k++) {
      sum += leaf.rows[seen[k]][LeafLayout.WEIGHT];
    }
    return sum;
  }

  /**
   * The class weights in the branches of the best candidate of the leaf that was searched last.
   *
   * @return one array a branch
   */
  double[][] branches(Leaf leaf) {
    boolean isNumeric = threshold == threshold;
    double[][] branches = new double[isNumeric ? 2 : layout.values[attribute]][layout.classes];
    for (int k = 0; k < classes; k++) {
      if (isNumeric) {
        load(leaf, attribute, layout.position[attribute], k);
        double left = below(k, threshold);
        branches[0][seen[k]] = left;
        branches[1][seen[k]] = weight[k] - left;
      } else {
        weight[k] = leaf.known(seen[k], attribute);
        for (int v = 0; v < branches.length; v++) {
          branches[v][seen[k]] = of(leaf, attribute, k, v);
        }
      }
    }
    return branches;
  }

  /** Bytes of the arrays held here. */
  long bytes() {
    return 7 * 16 + 4L * order.length + 44L * layout.classes;
  }
}
