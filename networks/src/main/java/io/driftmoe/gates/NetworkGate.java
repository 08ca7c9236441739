// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.gates;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.networks.ForwardPass;
import io.driftmoe.networks.HiddenLayers;
import io.driftmoe.networks.Loss;
import io.driftmoe.networks.Mlp;
import io.driftmoe.networks.NetworkArithmetic;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkShape;
import io.driftmoe.networks.StepQueue;
import io.driftmoe.networks.TrainingStep;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * The trainable router: a network that weighs the experts for given features, by softmax(logits /
 * temperature), and the mini-batch it learns from. A step recomputes the logits of the stored
 * inputs, under the dropout mask of the prediction.
 *
 * <p>A step may be queued, to be taken with those of other mixtures. It is waited for before
 * anything looks at the network or its mini-batch again, so that nothing depends on when it is
 * taken.
 */
public final class NetworkGate implements Gate {
  private static final String TAG = "GATE";
  private static final int VERSION = 1;

  /** Share of doubt in an expert's probabilities: one that was sure and wrong is not ruled out. */
  private static final double DOUBT = 0.1;

  private final NetworkConfig config;
  private final Loss loss;
  private final GateInputs encoder;
  private final Mlp mlp;

  /** Of this network alone; null where another back end computes. */
  private NetworkArithmetic own;

  private NetworkBackend backend;

  /** Null where steps are taken at once. */
  private StepQueue queue;

  /** The step that was queued last; null when it is known to have been taken. */
  private StepQueue.Ticket queued;

  private final float[] input;
  private final float[] logits;
  private final float[] inputMask;
  private final float[] batchInputs;
  private final float[] batchTargets;
  private final float[] batchMasks;
  private final long[] batchSeeds;
  private final List<ForwardPass> pass;
  private final List<TrainingStep> step;
  private int batched;

  private NetworkGate(NetworkConfig config, Loss loss, GateInputs encoder, Mlp mlp) {
    this.config = config;
    this.loss = loss;
    this.encoder = encoder;
    this.mlp = mlp;
    this.own = new NetworkArithmetic(mlp);
    this.input = new float[mlp.inputs()];
    this.logits = new float[mlp.outputs()];
    this.batchInputs = new float[config.batchSize() * mlp.inputs()];
    this.batchTargets = new float[config.batchSize() * mlp.outputs()];
    this.batchSeeds = new long[config.batchSize()];
    boolean drops = config.dropout() > 0;
    this.inputMask = drops ? new float[mlp.size(1)] : null;
    this.batchMasks = drops ? new float[config.batchSize() * mlp.size(1)] : null;
    this.pass = List.of(new ForwardPass(mlp, input, inputMask, 1, logits));
    this.step =
        List.of(
            new TrainingStep(
                mlp,
                loss,
                batchInputs,
                batchMasks,
                batchTargets,
                config.batchSize(),
                config.learningRate()));
  }

  static NetworkGate create(NetworkConfig config, Loss loss, GateShape shape, long seed) {
    GateInputs encoder = GateInputs.create(config.inputs(), shape.schema());
    Mlp mlp =
        Mlp.xavier(seed, HiddenLayers.sizes(encoder.width(), config.hidden(), shape.experts()));
    return new NetworkGate(config, loss, encoder, mlp);
  }

  static NetworkGate restore(NetworkConfig config, Loss loss, GateShape shape, DataInput in)
      throws IOException {
    SnapshotHeader.read(in, TAG, VERSION);
    GateInputs encoder = GateInputs.restore(config.inputs(), shape.schema(), in);
    Mlp mlp =
        Mlp.restore(in, HiddenLayers.sizes(encoder.width(), config.hidden(), shape.experts()));
    NetworkGate restored = new NetworkGate(config, loss, encoder, mlp);
    restored.batched = in.readInt();
    if (restored.batched < 0 || restored.batched >= config.batchSize()) {
      throw new IOException(
          "snapshot holds a partial mini-batch of %d events, batchSize is %d"
              .formatted(restored.batched, config.batchSize()));
    }
    for (int r = 0; r < restored.batched; r++) {
      restored.batchSeeds[r] = in.readLong();
      readRow(in, restored.batchInputs, r, mlp.inputs());
      readRow(in, restored.batchTargets, r, mlp.outputs());
    }
    return restored;
  }

  @Override
  public void computeWith(NetworkBackend backend, StepQueue queue) {
    if (this.backend != backend) {
      this.backend = backend;
      this.own = backend == null ? new NetworkArithmetic(mlp) : null;
    }
    if (this.queue != queue) {
      settle();
      this.queue = queue;
    }
  }

  @Override
  public List<NetworkShape> networkShapes() {
    return List.of(step.get(0).shape());
  }

  /**
   * Waits for the step that was queued last. A step that has been taken may be looked for by two
   * threads at once: one that writes a snapshot, and one that copies the gate to go on with it.
   */
  private void settle() {
    StepQueue.Ticket last = queued;
    if (last != null) {
      last.await();
      queued = null;
    }
  }

  @Override
  public String describe() {
    return "network of %d inputs (%s), hidden layers %s, %d experts, %s loss; %d of %d events wait"
        .formatted(
            mlp.inputs(),
            config.inputs().name().toLowerCase(Locale.ROOT),
            config.hidden(),
            mlp.outputs(),
            loss.name().toLowerCase(Locale.ROOT),
            batched,
            config.batchSize());
  }

  @Override
  public void writeSnapshot(DataOutput out) throws IOException {
    settle();
    SnapshotHeader.write(out, TAG, VERSION);
    encoder.writeSnapshot(out);
    mlp.writeSnapshot(out);
    out.writeInt(batched);
    for (int r = 0; r < batched; r++) {
      out.writeLong(batchSeeds[r]);
      writeRow(out, batchInputs, r, mlp.inputs());
      writeRow(out, batchTargets, r, mlp.outputs());
    }
  }

  @Override
  public void weigh(FeatureVector features, long seed, double[] weights) {
    settle();
    encoder.encode(features, input, 0);
    if (inputMask != null) {
      drawMask(seed, inputMask, 0);
    }
    if (backend == null) {
      own.forward(mlp, input, inputMask, 1, logits);
    } else {
      backend.forward(pass);
    }
    softmax(weights);
  }

  @Override
  public boolean learn(FeatureVector features, long seed, Outcome outcome) {
    settle();
    encoder.encode(features, batchInputs, batched * mlp.inputs());
    encoder.update(features);
    int experts = mlp.outputs();
    for (int e = 0; e < experts; e++) {
      batchTargets[batched * experts + e] =
          loss == Loss.BINARY ? outcome.mask()[e] ? 1 : 0 : likelihood(outcome, e);
    }
    batchSeeds[batched] = seed;
    batched++;
    if (batched < config.batchSize()) {
      return false;
    }
    if (batchMasks != null) {
      for (int r = 0; r < batched; r++) {
        drawMask(batchSeeds[r], batchMasks, r * mlp.size(1));
      }
    }
    takeStep();
    batched = 0;
    return true;
  }

  private void takeStep() {
    if (queue != null) {
      queued = queue.add(step.get(0));
    } else if (backend != null) {
      backend.step(step);
    } else {
      own.step(mlp, loss, batchInputs, batchMasks, batchTargets, batched, config.learningRate());
    }
  }

  /** NaN, which moves no weight, for an expert that was not heard. */
  private static float likelihood(Outcome outcome, int e) {
    return outcome.heard()[e] ? (float) outcome.likelihood(e, DOUBT) : Float.NaN;
  }

  @Override
  public void replaced(int expert) {
    // The network keeps what it knew of the place: it learns soon enough whether that still holds.
  }

  /** Events waiting in the mini-batch, below the batch size. */
  public int batched() {
    return batched;
  }

  /** Adam steps taken so far. */
  long steps() {
    return mlp.steps();
  }

  /** Inverted dropout: kept units are scaled up, so that the expected activation stays. */
  private void drawMask(long seed, float[] target, int at) {
    SplitMix64 random = new SplitMix64(seed);
    float kept = (float) (1 / (1 - config.dropout()));
    for (int i = 0; i < mlp.size(1); i++) {
      target[at + i] = random.nextDouble() < config.dropout() ? 0 : kept;
    }
  }

  private void softmax(double[] weights) {
    double max = logits[0];
    for (float logit : logits) {
      max = Math.max(max, logit);
    }
    double sum = 0;
    for (int e = 0; e < weights.length; e++) {
      weights[e] = StrictMath.exp((logits[e] - max) / config.temperature());
      sum += weights[e];
    }
    for (int e = 0; e < weights.length; e++) {
      weights[e] /= sum;
    }
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
