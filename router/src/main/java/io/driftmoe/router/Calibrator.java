// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.SnapshotArrays;
import io.driftmoe.core.SnapshotHeader;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Corrects how sure a prediction is, by how often predictions as sure as it were right.
 *
 * <p>The confidence, which is the probability of the most probable class, is moved by a shift of
 * its logarithmic odds. The shift is a piecewise linear function with a knot at each doubling of
 * the odds from 1:64 to 65,536:1. Each label moves the two knots beside the confidence that it
 * tests, by a Newton step on the logarithmic loss: the difference between outcome and corrected
 * confidence over the curvature that the knot remembers. What the knots sum up of these differences
 * is bounded, so that confidence and accuracy agree over time near every knot. A knot remembers its
 * latest 20 labels at first, 500 in the end, so that a wrong beginning is soon left behind.
 *
 * <p>The logarithm is that of the bits of a double: exponent plus mantissa. It differs from the
 * binary logarithm by less than 0.09, is exact to invert, costs nothing and is the same everywhere.
 *
 * <p>The other classes share what is left as before. The order of the classes stays, and so does
 * the most probable one: where the second would overtake it, both are alike from there on, and what
 * is taken from them goes to all classes. Before the first label nothing is moved.
 */
final class Calibrator {
  private static final String TAG = "CALI";
  private static final int VERSION = 1;

  private static final int LOWEST = -6;
  private static final int KNOTS = 23;
  private static final double LARGEST_SHIFT = 20;

  /** Curvature that a knot has before it learns, which bounds its first steps. */
  private static final double PRIOR = 2;

  private static final double FIRST_MEMORY = 20;
  private static final double MEMORY_GROWTH = 1.0 / 6;
  private static final double LONGEST_MEMORY = 500;

  private static final double LOG_2 = 0.6931471805599453;
  private static final long BITS_OF_ONE = 0x3FF0000000000000L;
  private static final double SMALLEST_ODDS = 0x1p-30;
  private static final double LARGEST_ODDS = 0x1p50;

  private final double[] shifts = new double[KNOTS];
  private final double[] curvatures = new double[KNOTS];

  /** Labels that each knot has learned, as far as they were its own. */
  private final double[] learned = new double[KNOTS];

  // Of the confidence in question: its knot, how far beyond it, and its logarithmic odds.
  private int knot;
  private double beyond;
  private double logOdds;

  /**
   * Takes a label.
   *
   * @param confidence of the prediction before it was corrected
   * @param right whether the most probable class was the true one
   * @param weight of the label, above 0: 1, or how many labels it stands for where they are chosen
   */
  void learn(double confidence, boolean right, double weight) {
    double corrected = corrected(confidence);
    double difference = (right ? 1 : 0) - corrected;
    double curvature = LOG_2 * corrected * (1 - corrected);
    move(knot, weight * (1 - beyond), difference, curvature);
    move(knot + 1, weight * beyond, difference, curvature);
  }

  private void move(int k, double whole, double difference, double curvature) {
    double part = Math.min(whole, FIRST_MEMORY); // a knot would not survive to forget more at once
    learned[k] += part;
    double memory = Math.min(LONGEST_MEMORY, FIRST_MEMORY + MEMORY_GROWTH * learned[k]);
    curvatures[k] += part * (curvature - curvatures[k] / memory);
    double moved = shifts[k] + part * difference / (PRIOR + curvatures[k]);
    shifts[k] = Math.max(-LARGEST_SHIFT, Math.min(LARGEST_SHIFT, moved));
  }

  private void find(double confidence) {
    double rest = 1 - confidence; // rounding may take it below 0
    double odds = rest > 0 ? confidence / rest : LARGEST_ODDS;
    odds = Math.max(SMALLEST_ODDS, Math.min(LARGEST_ODDS, odds));
    logOdds = (Double.doubleToRawLongBits(odds) - BITS_OF_ONE) * 0x1p-52;
    double place = Math.max(0, Math.min(KNOTS - 1, logOdds - LOWEST));
    knot = Math.min(KNOTS - 2, (int) place);
    beyond = place - knot;
  }

  /**
   * The corrected confidence.
   *
   * @param confidence probability of the most probable class, from 0 to 1
   */
  double corrected(double confidence) {
    find(confidence);
    double shift = (1 - beyond) * shifts[knot] + beyond * shifts[knot + 1];
    if (shift == 0) {
      return confidence;
    }
    double odds = Double.longBitsToDouble(BITS_OF_ONE + (long) ((logOdds + shift) * 0x1p52));
    return odds / (1 + odds);
  }

  private static double others(double[] probabilities, int top) {
    double sum = 0;
    for (int c = 0; c < probabilities.length; c++) {
      sum += c == top ? 0 : probabilities[c];
    }
    return sum;
  }

  /**
   * Gives the most probable class another probability, not below that of any other; the others
   * share the rest as before, alike where they had nothing.
   *
   * @param probabilities are changed
   * @param top the most probable class, which it stays
   * @param confidence its new probability, from 0 to 1
   */
  static void set(double[] probabilities, int top, double confidence) {
    if (confidence == probabilities[top]) {
      return;
    }
    double others = others(probabilities, top);
    double second = 0;
    for (int c = 0; c < probabilities.length; c++) {
      second = c == top ? second : Math.max(second, probabilities[c]);
    }
    double even = 1.0 / probabilities.length;
    // where the second has as much; below it, all become more alike
    double least = others > 0 ? second / (others + second) : even;
    double given = Math.max(least, confidence);
    double kept = confidence < least ? Math.max(0, (confidence - even) / (least - even)) : 1;
    for (int c = 0; c < probabilities.length; c++) {
      if (c != top) {
        probabilities[c] =
            others > 0
                ? probabilities[c] / others * (1 - given)
                : (1 - given) / (probabilities.length - 1);
      }
    }
    probabilities[top] = given;
    if (kept < 1) {
      for (int c = 0; c < probabilities.length; c++) {
        probabilities[c] = kept * probabilities[c] + (1 - kept) * even;
      }
    }
    int first = ArgMax.of(probabilities);
    if (first != top) {
      probabilities[top] = Math.nextUp(probabilities[first]); // a tie, up to rounding
    }
  }

  void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    SnapshotArrays.writeDoubles(out, shifts);
    SnapshotArrays.writeDoubles(out, curvatures);
    SnapshotArrays.writeDoubles(out, learned);
  }

  void readSnapshot(DataInput in) throws IOException {
    SnapshotHeader.read(in, TAG, VERSION);
    SnapshotArrays.readDoubles(in, shifts, -LARGEST_SHIFT, LARGEST_SHIFT, "shifts of confidence");
    SnapshotArrays.readDoubles(in, curvatures, 0, LONGEST_MEMORY, "curvatures of confidence");
    SnapshotArrays.readDoubles(in, learned, 0, Double.MAX_VALUE, "labels of confidence");
  }
}
