// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.gates;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SnapshotArrays;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.Structure;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A network whose softmax weighs experts by region of the input, trained by cross-entropy towards
 * their responsibilities, in mini-batches. It weighs the specialists of routed specialists.
 *
 * <p>Each input has a gain, {@code (s / largest s)^2} with s the squared length of the input's
 * weights in the first layer, smoothed. An input that turns out to matter more than another is thus
 * amplified, and learns faster still: the gate becomes sparse, as with other products of parameters
 * under gradient descent. Without gains, specialists divide the stream along any input that helps
 * them to learn sooner, instead of along those that tell conflicting events apart.
 *
 * <p>The target of an expert that was not heard is the weight it has, so that it keeps it; those
 * heard share the rest.
 */
final class ResponsibilityGate implements Gate {
  private static final String TAG = "RGAT";
  private static final int VERSION = 1;

  /** Scale of the initial output weights; differences between experts must start somewhere. */
  private static final float OUTPUT_SCALE = 2;

  private static final int FIRST_GAINS = 200;
  private static final int GAINS_EVERY = 16;
  private static final double SMOOTHING = 0.05;

  private final ResponsibilityGateFactory config;
  private final GateInputs encoder;
  private final MiniBatchNetwork network;
  private final double[] lengths;
  private final float[] gains;

  /**
   * Whether the gains are to be moved before they are next used: moving them at once would wait for
   * a training step that may be under way.
   */
  private boolean gainsDue;

  private long learned;

  // Scratch.
  private final float[] scaled;
  private final double[] kept;

  private ResponsibilityGate(ResponsibilityGateFactory config, GateInputs encoder, Mlp mlp) {
    this.config = config;
    this.encoder = encoder;
    this.network =
        new MiniBatchNetwork(
            mlp,
            Loss.SOFTMAX,
            config.batchSize(),
            config.learningRate(),
            false,
            new SharedArithmetic());
    this.lengths = new double[mlp.inputs()];
    this.gains = new float[mlp.inputs()];
    Arrays.fill(gains, 1);
    this.scaled = new float[mlp.inputs()];
    this.kept = new double[mlp.outputs()];
  }

  static ResponsibilityGate create(ResponsibilityGateFactory config, GateShape shape, long seed) {
    GateInputs encoder = shape.inputs(InputEncoding.STANDARDISED);
    Mlp mlp = Mlp.xavier(seed, config.sizes(encoder.width(), shape.experts()));
    float[] parameters = mlp.parameters();
    for (int i = mlp.weightOffset(mlp.layers() - 1); i < parameters.length; i++) {
      parameters[i] *= OUTPUT_SCALE;
    }
    return new ResponsibilityGate(config, encoder, mlp);
  }

  static ResponsibilityGate restore(ResponsibilityGateFactory config, GateShape shape, DataInput in)
      throws IOException {
    SnapshotHeader.read(in, TAG, VERSION);
    GateInputs encoder = shape.restoreInputs(InputEncoding.STANDARDISED, in);
    Mlp mlp = Mlp.restore(in, config.sizes(encoder.width(), shape.experts()));
    ResponsibilityGate gate = new ResponsibilityGate(config, encoder, mlp);
    gate.learned = SnapshotArrays.readCount(in, "events of a gate");
    SnapshotArrays.readDoubles(in, gate.lengths, 0, Double.MAX_VALUE, "lengths of inputs");
    SnapshotArrays.readFloats(in, gate.gains);
    gate.network.readRows(in);
    SnapshotArrays.readFloats(in, gate.network.inputs());
    SnapshotArrays.readFloats(in, gate.network.targets());
    return gate;
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
  public void weigh(FeatureVector features, long seed, double[] weights) {
    moveDueGains();
    encoder.encode(features, scaled, 0);
    scale(scaled, 0);
    weigh(weights);
  }

  private void weigh(double[] weights) {
    network.softmax(scaled, weights);
  }

  private void scale(float[] inputs, int at) {
    for (int i = 0; i < gains.length; i++) {
      inputs[at + i] *= gains[i];
    }
  }

  @Override
  public boolean learn(FeatureVector features, long seed, Outcome outcome) {
    moveDueGains();
    float[] inputs = network.inputs();
    int row = network.inputsAt();
    encoder.encode(features, inputs, row);
    encoder.update(features);
    scale(inputs, row);
    setTargets(outcome, inputs, row);
    boolean stepped = network.add();
    learned++;
    gainsDue = learned >= FIRST_GAINS && learned % GAINS_EVERY == 0;
    return stepped;
  }

  private void setTargets(Outcome outcome, float[] inputs, int row) {
    float[] targets = network.targets();
    int at = network.targetsAt();
    double[] responsibilities = outcome.responsibilities();
    boolean[] heard = outcome.heard();
    boolean all = true;
    double said = 0;
    for (int e = 0; e < heard.length; e++) {
      all &= heard[e];
      said += responsibilities[e];
    }
    if (all || said == 0) { // targets that are all 0 move no weight
      for (int e = 0; e < heard.length; e++) {
        targets[at + e] = (float) responsibilities[e];
      }
      return;
    }
    System.arraycopy(inputs, row, scaled, 0, scaled.length);
    weigh(kept);
    double rest = 0;
    for (int e = 0; e < heard.length; e++) {
      rest += heard[e] ? kept[e] : 0;
    }
    for (int e = 0; e < heard.length; e++) {
      targets[at + e] = (float) (heard[e] ? rest * responsibilities[e] : kept[e]);
    }
  }

  private void moveDueGains() {
    if (gainsDue) {
      moveGains(lengths, gains);
      gainsDue = false;
    }
  }

  private void moveGains(double[] lengths, float[] gains) {
    Mlp mlp = network.mlp();
    float[] parameters = mlp.parameters();
    int width = mlp.size(1);
    double largest = 0;
    for (int i = 0; i < lengths.length; i++) {
      int row = mlp.weightOffset(0) + i * width;
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

  @Override
  public void replaced(int expert) {
    // The network keeps what it knew of the place: it learns soon enough whether that still holds.
  }

  @Override
  public Structure structure(Structure.Detail detail) {
    Structure structure =
        new Structure("responsibility-gate").put("network", network.structure(detail));
    if (detail.weights()) {
      List<Float> ofInputs = new ArrayList<>(gains.length);
      for (int i = 0; i < gains.length; i++) {
        ofInputs.add(gain(i));
      }
      structure.put("gains", ofInputs);
    }
    return structure;
  }

  @Override
  public String describe() {
    return String.format(
        Locale.ROOT,
        "gate of %s hidden units after %d Adam steps",
        config.hidden(),
        network.mlp().steps());
  }

  /** How strongly input i is amplified, 0 to 1. */
  float gain(int i) {
    moveDueGains();
    return gains[i];
  }

  @Override
  public void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    encoder.writeSnapshot(out);
    network.writeNetwork(out);
    out.writeLong(learned);
    // Copies: another thread may be reading this gate as well, to go on with a copy of it.
    double[] lengthsNow = lengths.clone();
    float[] gainsNow = gains.clone();
    if (gainsDue) {
      moveGains(lengthsNow, gainsNow);
    }
    SnapshotArrays.writeDoubles(out, lengthsNow);
    SnapshotArrays.writeFloats(out, gainsNow);
    out.writeInt(network.rows());
    // rows behind the gathered ones are never read, but equal states write equal bytes
    SnapshotArrays.writeFloats(
        out, Arrays.copyOf(network.gatheredInputs(), network.inputs().length));
    SnapshotArrays.writeFloats(
        out, Arrays.copyOf(network.gatheredTargets(), network.targets().length));
  }
}
