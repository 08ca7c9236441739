// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.trees;

import io.driftmoe.core.OrdinaryRange;
import org.jspecify.annotations.Nullable;

/**
 * A leaf: class weights always, and while it is active the statistics of each class that it has
 * seen, one array a class (see {@link LeafLayout}).
 */
final class Leaf {
  /** The rows of a leaf that keeps no statistics. */
  private static final double[][] INACTIVE = {};

  /** A variance below this counts as 0: a density of 1 at the mean and 0 elsewhere. */
  static final double SMALLEST_SQUARE = 1e-160;

  /** Where an attribute of a class begins anew, its deviation in scales. */
  private static final double VAGUE = 4;

  /** Weight of each class, with what the split above says it has passed down. */
  final double[] counts;

  /** Decides which attributes this leaf considers. */
  final long seed;

  /** Sum of the counts. */
  double total;

  /** Part of the total that the statistics missed, because the leaf slept; 0 if it never did. */
  double unobserved;

  /** Total at which the next split attempt is due. */
  double due;

  /** Weight of the examples that the majority class, or naive Bayes, predicted correctly. */
  double majorityCorrect;

  double bayesCorrect;

  /** Class of the highest count, the first of several; -1 when there is none. */
  int majority = -1;

  /** Statistics of each class, null where none was seen; none while inactive. */
  double[][] rows = INACTIVE;

  /**
   * Weight of missing and of forgotten values by class and attribute, null where there never were
   * any.
   */
  double @Nullable [][] missing;

  /** Whether an example had a missing value; if not, weights above are of forgotten ones. */
  boolean anyMissing;

  /** What was seen of each wide attribute, null before the first lesson. */
  ValueTable @Nullable [] tables;

  /** Bytes of the statistics: rows, missing and tables. */
  long statisticsBytes;

  Leaf(double[] counts, long seed) {
    this.counts = counts;
    this.seed = seed;
    for (int c = 0; c < counts.length; c++) {
      total += counts[c];
      if (counts[c] > 0 && (majority < 0 || counts[c] > counts[majority])) {
        majority = c;
      }
    }
  }

  boolean isActive() {
    return rows != INACTIVE;
  }

  /**
   * Starts to keep statistics.
   *
   * @param gracePeriod weight before the first split attempt
   */
  void activate(double gracePeriod) {
    rows = new double[counts.length][];
    statisticsBytes = references();
    due = total + gracePeriod;
    majorityCorrect = 0;
    bayesCorrect = 0;
  }

  /** Starts to keep statistics again, empty ones. */
  void reactivate(double gracePeriod) {
    activate(gracePeriod);
    unobserved = total;
  }

  /** Gives the statistics back. */
  void deactivate() {
    rows = INACTIVE;
    missing = null;
    anyMissing = false;
    tables = null;
    statisticsBytes = 0;
  }

  /** Bytes of a leaf without statistics. */
  static long bytes(int classes) {
    return 96 + 16 + 8L * classes;
  }

  /** Bytes that the statistics will take once every class of the leaf was seen again. */
  long expectedBytes(LeafLayout layout) {
    return references()
        + Math.max(1, classes()) * layout.rowBytes()
        + layout.wide.length * ValueTable.leastBytes(counts.length);
  }

  private long references() {
    return 16 + 4L * counts.length;
  }

  /** Weight that the majority class gets wrong: what a split could gain at most (VFDT). */
  double promise() {
    return majority < 0 ? 0 : total - counts[majority];
  }

  /** Number of classes that have weight in the leaf, inherited from the split above or its own. */
  int classes() {
    int known = 0;
    for (double count : counts) {
      known += count > 0 ? 1 : 0;
    }
    return known;
  }

  /** Counts one example. */
  void count(int label, double weight) {
    total += weight;
    double count = counts[label] + weight;
    counts[label] = count;
    if (majority < 0 || count > counts[majority] || count == counts[majority] && label < majority) {
      majority = label;
    }
  }

  /** Weight of the class with a known value of the attribute. */
  double known(int c, int attribute) {
    double[] gaps = missing == null ? null : missing[c];
    double weight = rows[c][LeafLayout.WEIGHT];
    // the difference of two sums may end below 0
    return gaps == null ? weight : Math.max(0, weight - gaps[attribute]);
  }

  /**
   * Adds one example to the statistics of its class.
   *
   * @param tableBytes that the tables of all wide attributes may take
   */
  void observe(LeafLayout layout, TreeInput input, int label, double weight, long tableBytes) {
    double[] row = row(layout, label);
    row[LeafLayout.WEIGHT] += weight;
    if (!anyMissing && input.complete) {
      double[] gaps = missing == null ? null : missing[label];
      if (gaps == null) {
        observeComplete(layout, input, row, weight);
      } else {
        observeForgotten(layout, input, row, gaps, weight);
      }
    } else {
      observeKnown(layout, input, label, weight);
    }
    if (input.wide.length > 0) {
      observeWide(layout, input, label, weight, tableBytes);
    }
  }

  private void observeWide(
      LeafLayout layout, TreeInput input, int label, double weight, long tableBytes) {
    ValueTable[] held = tables(layout);
    for (int i = 0; i < held.length; i++) {
      if (input.wide[i] >= 0) {
        statisticsBytes -= held[i].bytes();
        held[i].add(input.wide[i], label, weight, tableBytes / held.length);
        statisticsBytes += held[i].bytes();
      }
    }
  }

  /** The tables of the wide attributes, new ones when there are none yet. */
  ValueTable[] tables(LeafLayout layout) {
    if (tables == null) {
      tables = new ValueTable[layout.wide.length];
      statisticsBytes += 16 + 4L * tables.length;
      for (int i = 0; i < tables.length; i++) {
        tables[i] = new ValueTable(counts.length);
        statisticsBytes += tables[i].bytes();
      }
    }
    return tables;
  }

  private static void observeComplete(
      LeafLayout layout, TreeInput input, double[] row, double weight) {
    double[] x = input.numeric;
    double rate = weight / row[LeafLayout.WEIGHT];
    for (int i = 0; i < x.length; i++) {
      observe(layout, row, i, x[i], weight, rate);
    }
    for (int slot : input.slots) {
      row[slot] += weight;
    }
  }

  /** The same for a class that has forgotten values; few attributes have. */
  private static void observeForgotten(
      LeafLayout layout, TreeInput input, double[] row, double[] gaps, double weight) {
    double[] x = input.numeric;
    double rate = weight / row[LeafLayout.WEIGHT];
    for (int i = 0; i < x.length; i++) {
      double gap = gaps[layout.numeric[i]];
      observe(layout, row, i, x[i], weight, gap > 0 ? rate(row, gap, weight) : rate);
    }
    for (int slot : input.slots) {
      row[slot] += weight;
    }
  }

  /** The weight as a share of what is known; the difference of two sums may end below it. */
  private static double rate(double[] row, double gap, double weight) {
    return weight / Math.max(weight, row[LeafLayout.WEIGHT] - gap);
  }

  private static void observe(
      LeafLayout layout, double[] row, int i, double value, double weight, double rate) {
    double mean = row[LeafLayout.MEAN + i];
    double deviation = value - mean;
    mean += rate * deviation;
    row[LeafLayout.MEAN + i] = mean;
    row[layout.square + i] += weight * deviation * (value - mean);
    if (value < row[layout.min + i]) {
      row[layout.min + i] = value;
    }
    if (value > row[layout.max + i]) {
      row[layout.max + i] = value;
    }
  }

  private void observeKnown(LeafLayout layout, TreeInput input, int label, double weight) {
    double[] row = rows[label];
    double[] before = missing == null ? null : missing[label];
    for (int a = 0; a < layout.attributes(); a++) {
      double value = input.values[a];
      int i = layout.position[a];
      if (value != value) {
        gaps(label, layout.attributes())[a] += weight;
        anyMissing = true;
      } else if (layout.values[a] == 0) {
        observe(layout, row, i, value, weight, rate(row, before == null ? 0 : before[a], weight));
      } else if (!layout.isWide(a)) {
        row[input.slots[i]] += weight;
      }
    }
  }

  /** The row of the class, new when it was not seen yet. */
  double[] row(LeafLayout layout, int c) {
    double[] row = rows[c];
    if (row == null) {
      row = layout.newRow();
      rows[c] = row;
      statisticsBytes += layout.rowBytes();
    }
    return row;
  }

  /** The missing weights of the class, new when nothing was missing yet. */
  double[] gaps(int c, int attributes) {
    if (missing == null) {
      missing = new double[counts.length][];
      statisticsBytes += references();
    }
    if (missing[c] == null) {
      missing[c] = new double[attributes];
      statisticsBytes += 16 + 8L * attributes;
    }
    return missing[c];
  }

  /**
   * Counts the values so far of a numeric attribute as missing in those classes that have had wild
   * ones, all but one: a class that had none could not be predicted until its next example.
   *
   * @param i position among the numeric attributes
   */
  void forgetWild(LeafLayout layout, int i, OrdinaryRange range) {
    for (int c = 0; c < rows.length; c++) {
      double[] row = rows[c];
      if (row != null && !(range.holds(row[layout.min + i]) && range.holds(row[layout.max + i]))) {
        double deviation = VAGUE * range.scale();
        row[LeafLayout.MEAN + i] = range.center();
        row[layout.square + i] = deviation * deviation / 2;
        row[layout.min + i] = range.center() - deviation;
        row[layout.max + i] = range.center() + deviation;
        double weight = row[LeafLayout.WEIGHT];
        gaps(c, layout.attributes())[layout.numeric[i]] = Math.max(0, weight - 1);
      }
    }
  }

  /** Half of n - 1, the divisor of an unbiased variance; weights below 2 must not make it 0. */
  static double halfDivisor(double n) {
    return n > 2 ? 0.5 * (n - 1) : 0.25 * n;
  }
}
