// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SnapshotArrays;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.StreamSchema;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Predicts the class for an objective that counts recalls: the class whose probability times its
 * weight is the largest.
 *
 * <p>The probabilities are those of the mixture and, to a share of 0.08, those of {@link
 * ClassExamples}, where a class that was seen twice is as strong as one seen each day. The weight
 * is how much rarer the class is than the most frequent one; under {@link Objective#G_MEAN} also
 * how low its recall is. A weight up to 4 counts in full. Beyond that its fourth root counts, since
 * small probabilities are mostly noise; its square root, its power of 3/4 or all of it, once the
 * labels have shown that it serves the objective: by three standard errors. All of these are tried
 * on each label.
 *
 * <p>A class that no label has shown has no weight. Counts are of all labels since the beginning.
 */
final class RecallChoice {
  private static final String TAG = "RECA";
  private static final int VERSION = 1;

  private static final double SHARE_OF_EXAMPLES = 0.08;
  private static final double FULL_WEIGHT = 4;
  private static final double STANDARD_ERRORS = 3;

  /** Labels between two decisions on how much of the weights counts. */
  private static final int PERIOD = 100;

  /** The powers: 1/4, 1/2, 3/4, 1. */
  private static final int POWERS = 4;

  private final Objective objective;
  private final int classes;
  private final ClassExamples examples;

  /** Labels of each class. */
  private final double[] labels;

  /** Those of them that were predicted. */
  private final double[] hits;

  // By power and class: how often that power was right where the first was wrong, and otherwise.
  private final double[][] gained;
  private final double[][] lost;

  private long learned;
  private int power;

  // Scratch.
  private final double[] scores;
  private final int[] picks = new int[POWERS];

  RecallChoice(Objective objective, StreamSchema schema) {
    this.objective = objective;
    this.classes = schema.classes();
    this.examples = new ClassExamples(schema);
    this.labels = new double[classes];
    this.hits = new double[classes];
    this.gained = new double[POWERS][classes];
    this.lost = new double[POWERS][classes];
    this.scores = new double[classes];
  }

  /**
   * Chooses a class.
   *
   * @param features of the event
   * @param probabilities of the mixture, one per class
   * @return the class to predict; the most probable one before the first label
   */
  int choose(FeatureVector features, double[] probabilities) {
    if (learned == 0) {
      return ArgMax.of(probabilities);
    }
    pick(features, probabilities);
    return picks[power];
  }

  private void pick(FeatureVector features, double[] probabilities) {
    double own = examples.likelihoods(features, scores) ? SHARE_OF_EXAMPLES : 0;
    double most = 0;
    for (double count : labels) {
      most = Math.max(most, count);
    }
    double[] best = new double[POWERS];
    Arrays.fill(best, -1);
    for (int c = 0; c < classes; c++) {
      double score = (1 - own) * probabilities[c] + (own > 0 ? own * scores[c] : 0);
      if (labels[c] == 0) {
        continue;
      }
      double weight = weight(c, most);
      double excess = Math.max(1, weight / FULL_WEIGHT);
      double root = Math.sqrt(excess);
      double fourth = Math.sqrt(root);
      double full = score * Math.min(weight, FULL_WEIGHT);
      better(0, c, full * fourth, best);
      better(1, c, full * root, best);
      better(2, c, full * root * fourth, best);
      better(3, c, full * excess, best);
    }
  }

  private double weight(int c, double most) {
    double rarity = most / labels[c];
    return objective == Objective.G_MEAN ? rarity * (labels[c] + 1) / (hits[c] + 0.5) : rarity;
  }

  private void better(int power, int c, double score, double[] best) {
    if (score > best[power]) {
      best[power] = score;
      picks[power] = c;
    }
  }

  /**
   * Takes a label.
   *
   * @param features of its event
   * @param probabilities that were predicted for it
   * @param label true class
   */
  void learn(FeatureVector features, double[] probabilities, int label) {
    if (learned > 0) {
      pick(features, probabilities); // a late label: what would be chosen now
      boolean right = picks[0] == label;
      for (int p = 1; p < POWERS; p++) {
        boolean other = picks[p] == label;
        gained[p][label] += other && !right ? 1 : 0;
        lost[p][label] += right && !other ? 1 : 0;
      }
      hits[label] += picks[power] == label ? 1 : 0;
    }
    labels[label]++;
    learned++;
    examples.add(features, label);
    if (learned % PERIOD == 0) {
      decide();
    }
  }

  private void decide() {
    double most = 0;
    power = 0;
    for (int p = 1; p < POWERS; p++) {
      double gain = 0;
      double variance = 0;
      for (int c = 0; c < classes; c++) {
        double value = objective == Objective.G_MEAN ? hits[c] + 0.5 : labels[c];
        if (labels[c] > 0) {
          gain += (gained[p][c] - lost[p][c]) / value;
          variance += (gained[p][c] + lost[p][c]) / (value * value);
        }
      }
      double sure = gain - STANDARD_ERRORS * Math.sqrt(variance);
      if (sure > most) {
        most = sure;
        power = p;
      }
    }
  }

  /** What stands for an objective in snapshots, whatever others there may be. */
  private static int code(Objective objective) {
    return switch (objective) {
      case ACCURACY -> 0;
      case BALANCED_ACCURACY -> 1;
      case G_MEAN -> 2;
    };
  }

  void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    out.writeByte(code(objective));
    out.writeLong(learned);
    out.writeInt(power);
    SnapshotArrays.writeDoubles(out, labels);
    SnapshotArrays.writeDoubles(out, hits);
    for (int p = 1; p < POWERS; p++) {
      SnapshotArrays.writeDoubles(out, gained[p]);
      SnapshotArrays.writeDoubles(out, lost[p]);
    }
    examples.writeSnapshot(out);
  }

  /** Reads a snapshot; of one that served another objective, what depends on that is left out. */
  void readSnapshot(DataInput in) throws IOException {
    SnapshotHeader.read(in, TAG, VERSION);
    boolean same = in.readByte() == code(objective);
    learned = SnapshotArrays.readCount(in, "labels of the objective");
    power = in.readInt();
    if (power < 0 || power >= POWERS) {
      throw new IOException("snapshot weighs classes with power " + power);
    }
    readCounts(in, labels);
    readCounts(in, hits);
    for (int p = 1; p < POWERS; p++) {
      readCounts(in, gained[p]);
      readCounts(in, lost[p]);
    }
    examples.readSnapshot(in);
    if (!same) {
      power = 0;
      System.arraycopy(labels, 0, hits, 0, classes);
      for (int p = 1; p < POWERS; p++) {
        Arrays.fill(gained[p], 0);
        Arrays.fill(lost[p], 0);
      }
    }
  }

  private static void readCounts(DataInput in, double[] counts) throws IOException {
    SnapshotArrays.readDoubles(in, counts, 0, Double.MAX_VALUE, "counts of classes");
  }
}
