// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.gates;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.Structure;
import io.driftmoe.networks.HiddenLayers;
import io.driftmoe.networks.Loss;
import io.driftmoe.networks.MiniBatchNetwork;
import io.driftmoe.networks.Mlp;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkShape;
import io.driftmoe.networks.SharedArithmetic;
import io.driftmoe.networks.StepQueue;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A network that weighs the experts for given features, by softmax(logits / temperature), and the
 * mini-batch it learns from. A step recomputes the logits of the stored inputs, under the dropout
 * mask of the prediction.
 */
final class NetworkGate implements Gate {
  private static final String TAG = "GATE";
  private static final int VERSION = 1;

  private final NetworkConfig config;
  private final Loss loss;
  private final GateInputs encoder;
  private final MiniBatchNetwork network;

  /** Of the gathered events, which drew their dropout. */
  private final long[] batchSeeds;

  // Of the event that is weighed.
  private final float[] input;

  /** Null when no unit is ever dropped. */
  private final float @Nullable [] inputMask;

  /** Units that may be dropped. */
  private final int maskWidth;

  private NetworkGate(NetworkConfig config, Loss loss, GateInputs encoder, Mlp mlp) {
    this.config = config;
    this.loss = loss;
    this.encoder = encoder;
    boolean drops = config.dropout() > 0;
    this.network =
        new MiniBatchNetwork(
            mlp, loss, config.batchSize(), config.learningRate(), drops, new SharedArithmetic());
    this.batchSeeds = new long[config.batchSize()];
    this.input = new float[mlp.inputs()];
    this.inputMask = drops ? new float[mlp.size(1)] : null;
    this.maskWidth = mlp.size(1);
  }

  static NetworkGate create(NetworkConfig config, Loss loss, GateShape shape, long seed) {
    GateInputs encoder = shape.inputs(config.inputs());
    Mlp mlp =
        Mlp.xavier(seed, HiddenLayers.sizes(encoder.width(), config.hidden(), shape.experts()));
    return new NetworkGate(config, loss, encoder, mlp);
  }

  static NetworkGate restore(NetworkConfig config, Loss loss, GateShape shape, DataInput in)
      throws IOException {
    SnapshotHeader.read(in, TAG, VERSION);
    GateInputs encoder = shape.restoreInputs(config.inputs(), in);
    Mlp mlp =
        Mlp.restore(in, HiddenLayers.sizes(encoder.width(), config.hidden(), shape.experts()));
    NetworkGate restored = new NetworkGate(config, loss, encoder, mlp);
    restored.network.readRows(in);
    float @Nullable [] dropout = restored.network.dropout();
    for (int r = 0; r < restored.network.rows(); r++) {
      restored.batchSeeds[r] = in.readLong();
      readRow(in, restored.network.inputs(), r, mlp.inputs());
      readRow(in, restored.network.targets(), r, mlp.outputs());
      if (dropout != null) {
        restored.drawMask(restored.batchSeeds[r], dropout, r * mlp.size(1));
      }
    }
    return restored;
  }

  @Override
  public void computeWith(@Nullable NetworkBackend backend, @Nullable StepQueue queue) {
    network.computeWith(backend, queue);
  }

  @Override
  public List<NetworkShape> networkShapes() {
    return network.networkShapes();
  }

  @Override
  public Structure structure(Structure.Detail detail) {
    return new Structure("network-gate")
        .put("inputs", config.inputs().name().toLowerCase(Locale.ROOT))
        .put("loss", loss.name().toLowerCase(Locale.ROOT))
        .put("temperature", config.temperature())
        .put("network", network.structure(detail));
  }

  @Override
  public String describe() {
    Mlp mlp = network.mlp();
    return String.format(
        Locale.ROOT,
        "network of %d inputs (%s), hidden layers %s, %d experts, %s loss; %d of %d events wait",
        mlp.inputs(),
        config.inputs().name().toLowerCase(Locale.ROOT),
        config.hidden(),
        mlp.outputs(),
        loss.name().toLowerCase(Locale.ROOT),
        network.rows(),
        config.batchSize());
  }

  @Override
  public void writeSnapshot(DataOutput out) throws IOException {
    Mlp mlp = network.mlp();
    SnapshotHeader.write(out, TAG, VERSION);
    encoder.writeSnapshot(out);
    network.writeNetwork(out);
    out.writeInt(network.rows());
    for (int r = 0; r < network.rows(); r++) {
      out.writeLong(batchSeeds[r]);
      writeRow(out, network.inputs(), r, mlp.inputs());
      writeRow(out, network.targets(), r, mlp.outputs());
    }
  }

  @Override
  public void weigh(FeatureVector features, long seed, double[] weights) {
    encoder.encode(features, input, 0);
    if (inputMask != null) {
      drawMask(seed, inputMask, 0);
    }
    softmax(network.forward(input, inputMask), weights);
  }

  @Override
  public boolean learn(FeatureVector features, long seed, Outcome outcome) {
    encoder.encode(features, network.inputs(), network.inputsAt());
    encoder.update(features);
    float[] targets = network.targets();
    int at = network.targetsAt();
    for (int e = 0; e < outcome.mask().length; e++) {
      targets[at + e] = loss == Loss.BINARY ? outcome.mask()[e] ? 1 : 0 : likelihood(outcome, e);
    }
    batchSeeds[network.rows()] = seed;
    float @Nullable [] dropout = network.dropout();
    if (dropout != null) {
      drawMask(seed, dropout, network.dropoutAt());
    }
    return network.add();
  }

  /** NaN, which moves no weight, for an expert that was not heard. */
  private static float likelihood(Outcome outcome, int e) {
    return outcome.heard()[e] ? (float) outcome.likelihood(e, Outcome.DOUBT) : Float.NaN;
  }

  @Override
  public void replaced(int expert) {
    // The network keeps what it knew of the place: it learns soon enough whether that still holds.
  }

  /** Events waiting in the mini-batch, below the batch size. */
  int batched() {
    return network.rows();
  }

  /** Adam steps taken so far. */
  long steps() {
    return network.mlp().steps();
  }

  /** Inverted dropout: kept units are scaled up, so that the expected activation stays. */
  private void drawMask(long seed, float[] target, int at) {
    SplitMix64 random = new SplitMix64(seed);
    float kept = (float) (1 / (1 - config.dropout()));
    for (int i = 0; i < maskWidth; i++) {
      target[at + i] = random.nextDouble() < config.dropout() ? 0 : kept;
    }
  }

  private void softmax(float[] logits, double[] weights) {
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
