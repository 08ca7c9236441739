// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.gates;

import io.driftmoe.core.SnapshotArrays;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.networks.Loss;
import io.driftmoe.networks.Mlp;
import io.driftmoe.networks.NetworkArithmetic;
import io.driftmoe.networks.Softmax;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * The router of routed specialists: a network whose softmax weighs specialists by region of the
 * input, trained by cross-entropy towards their responsibilities, in mini-batches.
 *
 * <p>Each input has a gain, {@code (s / largest s)^2} with s the squared length of the input's
 * weights in the first layer, smoothed. An input that turns out to matter more than another is thus
 * amplified, and learns faster still: the gate becomes sparse, as with other products of parameters
 * under gradient descent. Without gains, specialists divide the stream along any input that helps
 * them to learn sooner, instead of along those that tell conflicting events apart.
 */
public final class ResponsibilityGate {
  private static final String TAG = "RGAT";
  private static final int VERSION = 1;

  /** Scale of the initial output weights; differences between specialists must start somewhere. */
  private static final float OUTPUT_SCALE = 2;

  private static final int FIRST_GAINS = 200;
  private static final int GAINS_EVERY = 16;
  private static final double SMOOTHING = 0.05;

  private final ResponsibilityGateFactory config;
  private final Mlp network;
  private final NetworkArithmetic backend;
  private final double[] lengths;
  private final float[] gains;
  private long learned;

  // The mini-batch that is being gathered, row by row.
  private final float[] batchInputs;
  private final float[] batchTargets;
  private int gathered;

  private final float[] scaled;
  private final float[] logits;

  private ResponsibilityGate(ResponsibilityGateFactory config, Mlp network) {
    this.config = config;
    this.network = network;
    this.backend = new NetworkArithmetic(network);
    this.lengths = new double[network.inputs()];
    this.gains = new float[network.inputs()];
    Arrays.fill(gains, 1);
    this.batchInputs = new float[Math.multiplyExact(config.batchSize(), network.inputs())];
    this.batchTargets = new float[Math.multiplyExact(config.batchSize(), network.outputs())];
    this.scaled = new float[network.inputs()];
    this.logits = new float[network.outputs()];
  }

  public static ResponsibilityGate create(
      ResponsibilityGateFactory config, int inputs, int specialists, long seed) {
    Mlp network = Mlp.xavier(seed, config.sizes(inputs, specialists));
    float[] parameters = network.parameters();
    for (int i = network.weightOffset(network.layers() - 1); i < parameters.length; i++) {
      parameters[i] *= OUTPUT_SCALE;
    }
    return new ResponsibilityGate(config, network);
  }

  public static ResponsibilityGate restore(
      ResponsibilityGateFactory config, int inputs, int specialists, DataInput in)
      throws IOException {
    SnapshotHeader.read(in, TAG, VERSION);
    ResponsibilityGate gate =
        new ResponsibilityGate(config, Mlp.restore(in, config.sizes(inputs, specialists)));
    gate.learned = SnapshotArrays.readCount(in, "events of a gate");
    SnapshotArrays.readDoubles(in, gate.lengths, 0, Double.MAX_VALUE, "lengths of inputs");
    SnapshotArrays.readFloats(in, gate.gains);
    gate.gathered = in.readInt();
    if (gate.gathered < 0 || gate.gathered >= config.batchSize()) {
      throw new IOException(
          "snapshot holds %d events of a batch of %d".formatted(gate.gathered, config.batchSize()));
    }
    SnapshotArrays.readFloats(in, gate.batchInputs);
    SnapshotArrays.readFloats(in, gate.batchTargets);
    return gate;
  }

  /**
   * Weighs the specialists.
   *
   * @param weights receives one per specialist, summing to 1
   */
  public void weigh(float[] inputs, double[] weights) {
    scale(inputs, scaled, 0);
    backend.forward(network, scaled, null, 1, logits);
    for (int e = 0; e < weights.length; e++) {
      weights[e] = logits[e];
    }
    Softmax.apply(weights);
  }

  private void scale(float[] inputs, float[] target, int at) {
    for (int i = 0; i < inputs.length; i++) {
      target[at + i] = inputs[i] * gains[i];
    }
  }

  /** Learns which specialists were responsible for an event. */
  public void learn(float[] inputs, double[] responsibilities) {
    scale(inputs, batchInputs, gathered * inputs.length);
    for (int e = 0; e < responsibilities.length; e++) {
      batchTargets[gathered * responsibilities.length + e] = (float) responsibilities[e];
    }
    gathered++;
    if (gathered == config.batchSize()) {
      backend.step(
          network, Loss.SOFTMAX, batchInputs, null, batchTargets, gathered, config.learningRate());
      gathered = 0;
    }
    learned++;
    if (learned >= FIRST_GAINS && learned % GAINS_EVERY == 0) {
      moveGains();
    }
  }

  private void moveGains() {
    float[] parameters = network.parameters();
    int width = network.size(1);
    double largest = 0;
    for (int i = 0; i < lengths.length; i++) {
      int row = network.weightOffset(0) + i * width;
      double squares = 0;
      for (int h = row; h < row + width; h++) {
        squares += parameters[h] * parameters[h];
      }
      lengths[i] += SMOOTHING * (squares - lengths[i]);
      largest = Math.max(largest, lengths[i]);
    }
    for (int i = 0; i < lengths.length && largest > 0; i++) {
      double relative = lengths[i] / largest;
      gains[i] = (float) (relative * relative);
    }
  }

  public long steps() {
    return network.steps();
  }

  /** How strongly input i is amplified, 0 to 1. */
  float gain(int i) {
    return gains[i];
  }

  public void writeTo(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    network.writeSnapshot(out);
    out.writeLong(learned);
    SnapshotArrays.writeDoubles(out, lengths);
    SnapshotArrays.writeFloats(out, gains);
    out.writeInt(gathered);
    // rows behind the gathered ones are stale and never read, but equal states write equal bytes
    Arrays.fill(batchInputs, gathered * network.inputs(), batchInputs.length, 0);
    Arrays.fill(batchTargets, gathered * network.outputs(), batchTargets.length, 0);
    SnapshotArrays.writeFloats(out, batchInputs);
    SnapshotArrays.writeFloats(out, batchTargets);
  }
}
