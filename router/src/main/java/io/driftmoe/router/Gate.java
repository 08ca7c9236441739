// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.network.JavaBackend;
import io.driftmoe.core.network.Loss;
import io.driftmoe.core.network.Mlp;
import io.driftmoe.core.network.NetworkBackend;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The trainable router: a network that weighs the experts for given features, and the mini-batch it
 * learns from.
 *
 * <p>Its inputs are the raw features, as published: a nominal attribute is the index of its value,
 * a missing value is 0, and values beyond ±1e12 are cut there so that the arithmetic stays finite.
 * A step recomputes the logits of the stored inputs, under the dropout mask of the prediction.
 */
final class Gate {
  private static final String TAG = "GATE";
  private static final int VERSION = 1;
  private static final double LARGEST_INPUT = 1e12;

  private final GateConfig config;
  private final Mlp mlp;
  private final NetworkBackend backend;

  private final float[] input;
  private final float[] logits;
  private final float[] inputMask;
  private final float[] batchInputs;
  private final float[] batchTargets;
  private final float[] batchMasks;
  private final long[] batchSeeds;
  private int batched;

  private Gate(GateConfig config, Mlp mlp) {
    this.config = config;
    this.mlp = mlp;
    this.backend = new JavaBackend(mlp);
    this.input = new float[mlp.inputs()];
    this.logits = new float[mlp.outputs()];
    this.batchInputs = new float[config.batchSize() * mlp.inputs()];
    this.batchTargets = new float[config.batchSize() * mlp.outputs()];
    this.batchSeeds = new long[config.batchSize()];
    boolean drops = config.dropout() > 0;
    this.inputMask = drops ? new float[mlp.size(1)] : null;
    this.batchMasks = drops ? new float[config.batchSize() * mlp.size(1)] : null;
  }

  static Gate create(GateConfig config, int features, int experts, long seed) {
    return new Gate(config, Mlp.xavier(seed, sizes(config, features, experts)));
  }

  static Gate restore(GateConfig config, int features, int experts, DataInput in)
      throws IOException {
    SnapshotHeader.read(in, TAG, VERSION);
    Gate gate = new Gate(config, Mlp.restore(in, sizes(config, features, experts)));
    gate.batched = in.readInt();
    if (gate.batched < 0 || gate.batched >= config.batchSize()) {
      throw new IOException(
          "snapshot holds a partial mini-batch of %d events, batchSize is %d"
              .formatted(gate.batched, config.batchSize()));
    }
    for (int r = 0; r < gate.batched; r++) {
      gate.batchSeeds[r] = in.readLong();
      readRow(in, gate.batchInputs, r, features);
      readRow(in, gate.batchTargets, r, experts);
    }
    return gate;
  }

  void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    mlp.writeSnapshot(out);
    out.writeInt(batched);
    for (int r = 0; r < batched; r++) {
      out.writeLong(batchSeeds[r]);
      writeRow(out, batchInputs, r, mlp.inputs());
      writeRow(out, batchTargets, r, mlp.outputs());
    }
  }

  /**
   * Weighs the experts: softmax(logits / temperature).
   *
   * @param dropoutSeed of the dropout mask; ignored when the configuration has no dropout
   * @param weights receives one weight per expert, from 0 to 1, summing to 1
   * @return the entropy of the weights in nats, from 0 to ln(experts)
   */
  double weigh(FeatureVector features, long dropoutSeed, double[] weights) {
    encode(features, input, 0);
    if (inputMask != null) {
      drawMask(dropoutSeed, inputMask, 0);
    }
    backend.forward(mlp, input, inputMask, 1, logits);
    return softmax(weights);
  }

  /**
   * Adds one event to the mini-batch and takes an Adam step when that is full.
   *
   * @param dropoutSeed the one the event was predicted with
   * @param mask whether each expert should have been chosen
   * @return whether a step was taken
   */
  boolean learn(FeatureVector features, long dropoutSeed, boolean[] mask) {
    encode(features, batchInputs, batched * mlp.inputs());
    for (int e = 0; e < mask.length; e++) {
      batchTargets[batched * mask.length + e] = mask[e] ? 1 : 0;
    }
    batchSeeds[batched] = dropoutSeed;
    batched++;
    if (batched < config.batchSize()) {
      return false;
    }
    if (batchMasks != null) {
      for (int r = 0; r < batched; r++) {
        drawMask(batchSeeds[r], batchMasks, r * mlp.size(1));
      }
    }
    backend.step(
        mlp, Loss.BINARY, batchInputs, batchMasks, batchTargets, batched, config.learningRate());
    batched = 0;
    return true;
  }

  /** Events waiting in the mini-batch, below the batch size. */
  int batched() {
    return batched;
  }

  /** Adam steps taken so far. */
  long steps() {
    return mlp.steps();
  }

  private static int[] sizes(GateConfig config, int features, int experts) {
    int[] sizes = new int[config.hidden().size() + 2];
    sizes[0] = features;
    for (int l = 0; l < config.hidden().size(); l++) {
      sizes[l + 1] = config.hidden().get(l);
    }
    sizes[sizes.length - 1] = experts;
    return sizes;
  }

  private static void encode(FeatureVector features, float[] target, int at) {
    for (int i = 0; i < features.size(); i++) {
      double value = features.get(i);
      target[at + i] =
          Double.isNaN(value)
              ? 0
              : (float) Math.max(-LARGEST_INPUT, Math.min(LARGEST_INPUT, value));
    }
  }

  /** Inverted dropout: kept units are scaled up, so that the expected activation stays. */
  private void drawMask(long seed, float[] target, int at) {
    SplitMix64 random = new SplitMix64(seed);
    float kept = (float) (1 / (1 - config.dropout()));
    for (int i = 0; i < mlp.size(1); i++) {
      target[at + i] = random.nextDouble() < config.dropout() ? 0 : kept;
    }
  }

  private double softmax(double[] weights) {
    double max = logits[0];
    for (float logit : logits) {
      max = Math.max(max, logit);
    }
    double sum = 0;
    for (int e = 0; e < weights.length; e++) {
      weights[e] = StrictMath.exp((logits[e] - max) / config.temperature());
      sum += weights[e];
    }
    // With w = exp(a) / Z: -sum of w ln(w) = ln(Z) - sum of w a; one logarithm instead of many.
    double mean = 0;
    for (int e = 0; e < weights.length; e++) {
      weights[e] /= sum;
      mean += weights[e] * ((logits[e] - max) / config.temperature());
    }
    return Math.max(0, StrictMath.log(sum) - mean);
  }

  private static void writeRow(DataOutput out, float[] matrix, int row, int width)
      throws IOException {
    for (int i = row * width; i < (row + 1) * width; i++) {
      out.writeFloat(matrix[i]);
    }
  }

  private static void readRow(DataInput in, float[] matrix, int row, int width) throws IOException {
    for (int i = row * width; i < (row + 1) * width; i++) {
      matrix[i] = in.readFloat();
    }
  }
}
