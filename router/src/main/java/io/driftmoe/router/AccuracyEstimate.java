// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.SnapshotArrays;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.router.PartFailure.Part;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Estimates how many of the predictions that wait for their labels are right: the mean probability
 * p of the predicted classes, which {@link Calibrator} has corrected, plus a bias.
 *
 * <p>The bias is what labels have shown lately, by exponentially forgetting sums over right (0 or
 * 1) less p:
 *
 * <pre>bias = sum / (labels + 2 memory)</pre>
 *
 * <p>so that a third of what was seen counts at most: labels are of earlier predictions than those
 * that wait, and maybe of others, where some classes are known sooner. A label that was asked for
 * counts with its weight, see {@link LabelQuestion}.
 *
 * <p>The error is twice the root of the variance of the number of right predictions (a sum of
 * unlike draws, Poisson binomial), and of the square of how far the bias of 100 labels lay from the
 * estimate of their time, beyond what chance explains, on average over the last 20 such blocks.
 * docs/before-labels.md shows how often the accuracy that came out lay within.
 */
final class AccuracyEstimate implements FurtherPart {
  static final FurtherParts.Kind<AccuracyEstimate> KIND =
      new FurtherParts.Kind<>(
          "estimated-accuracy",
          Part.ACCURACY_ESTIMATE,
          (config, schema) ->
              config.accuracyEstimate() == null
                  ? null
                  : new AccuracyEstimate(config.accuracyEstimate()));

  private static final String TAG = "EACC";
  private static final int VERSION = 1;

  private static final int BLOCK = 100;
  private static final double BLOCKS = 20;

  /** Before any block: a bias of 0.25 either way, which counts as two of them. */
  private static final double FIRST_SQUARE = 0.0625;

  private static final double FIRST_BLOCKS = 2;
  private static final double DEVIATIONS = 2;

  private final int memory;

  // Forgetting sums over labels.
  private double bias;
  private double labels;

  // Of the block that is being filled.
  private int inBlock;
  private double missed;
  private double variance;

  // Forgetting sums over blocks.
  private double squares = FIRST_SQUARE * FIRST_BLOCKS;
  private double blocks = FIRST_BLOCKS;

  /**
   * @param memory labels that the bias remembers
   */
  AccuracyEstimate(int memory) {
    this.memory = memory;
  }

  /** Probability of the predicted class; 0 where it is no number. */
  private static double confidence(PendingPrediction prediction) {
    double p = prediction.distribution()[prediction.predictedClass()];
    return FailureGuard.isProbability(p) ? Math.min(1, p) : 0;
  }

  private double bias() {
    return bias / (labels + 2.0 * memory);
  }

  /**
   * Takes a label.
   *
   * @param label true class
   */
  void learn(PendingPrediction prediction, int label) {
    double p = confidence(prediction);
    double weight = prediction.weight();
    double difference = (prediction.predictedClass() == label ? 1 : 0) - p;
    inBlock++;
    missed += weight * (difference - bias());
    variance += weight * weight * (p * (1 - p));
    double kept = 1 - 1.0 / memory;
    bias = kept * bias + weight * difference;
    labels = kept * labels + weight;
    if (inBlock == BLOCK) {
      double square = Math.max(0, missed * missed - variance) / (BLOCK * BLOCK);
      squares = (1 - 1 / BLOCKS) * squares + square;
      blocks = (1 - 1 / BLOCKS) * blocks + 1;
      inBlock = 0;
      missed = 0;
      variance = 0;
    }
  }

  /** The probability that a prediction is right, as it is estimated now. */
  double expected(PendingPrediction prediction) {
    return Math.max(0, Math.min(1, confidence(prediction) + bias()));
  }

  /** Of predictions that wait; null where there are none. */
  @Nullable EstimatedAccuracy of(Iterable<PendingPrediction> waiting) {
    long count = 0;
    double right = 0;
    double chance = 0;
    for (PendingPrediction prediction : waiting) {
      double p = confidence(prediction);
      count++;
      right += Math.max(0, Math.min(1, p + bias()));
      chance += p * (1 - p);
    }
    if (count == 0) {
      return null;
    }
    double n = count;
    double error = DEVIATIONS * Math.sqrt(chance / (n * n) + squares / blocks);
    return new EstimatedAccuracy(100 * (right / n), Math.min(100, 100 * error), count, chance);
  }

  @Override
  public void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    out.writeDouble(bias);
    out.writeDouble(labels);
    out.writeInt(inBlock);
    out.writeDouble(missed);
    out.writeDouble(variance);
    out.writeDouble(squares);
    out.writeDouble(blocks);
  }

  @Override
  public void readSnapshot(DataInput in) throws IOException {
    SnapshotHeader.read(in, TAG, VERSION);
    bias = SnapshotArrays.readDouble(in, -Double.MAX_VALUE, Double.MAX_VALUE, "bias of confidence");
    labels = SnapshotArrays.readDouble(in, 0, Double.MAX_VALUE, "labels of the bias");
    inBlock = in.readInt();
    if (inBlock < 0 || inBlock >= BLOCK) {
      throw new IOException("snapshot holds %s labels of a block of 100".formatted(inBlock));
    }
    double most = BLOCK * PendingPrediction.MOST_WEIGHT;
    missed = SnapshotArrays.readDouble(in, -2 * most, 2 * most, "misses of a block");
    variance =
        SnapshotArrays.readDouble(
            in, 0, most * PendingPrediction.MOST_WEIGHT, "variance of a block");
    squares = SnapshotArrays.readDouble(in, 0, Double.MAX_VALUE, "squares of blocks");
    blocks = SnapshotArrays.readDouble(in, 1, Double.MAX_VALUE, "blocks of labels");
  }
}
