// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.network;

import io.driftmoe.core.Domain;
import io.driftmoe.core.Expert;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SnapshotArrays;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.Structure;
import io.driftmoe.networks.InputEncoder;
import io.driftmoe.networks.Loss;
import io.driftmoe.networks.MiniBatchNetwork;
import io.driftmoe.networks.Mlp;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkShape;
import io.driftmoe.networks.NetworkUser;
import io.driftmoe.networks.SharedArithmetic;
import io.driftmoe.networks.StepQueue;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A softmax network under Adam; see {@link MlpClassifierFactory}. */
final class MlpClassifier implements Expert, NetworkUser {
  private static final String TAG = "MLPC";
  private static final int VERSION = 2;

  /** Keeps gradients finite in single precision. */
  private static final double LARGEST_WEIGHT = 1e6;

  private final MlpClassifierFactory factory;
  private final Domain domain;
  private final InputEncoder encoder;
  private final MiniBatchNetwork network;

  /** Of the event that is asked about. */
  private final float[] asked;

  MlpClassifier(MlpClassifierFactory factory, Domain domain, InputEncoder encoder, Mlp mlp) {
    this.factory = factory;
    this.domain = domain;
    this.encoder = encoder;
    this.network =
        new MiniBatchNetwork(
            mlp,
            Loss.SOFTMAX,
            factory.batchSize(),
            factory.learningRate(),
            false,
            new SharedArithmetic());
    this.asked = new float[mlp.inputs()];
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
  public int classes() {
    return domain.classes();
  }

  @Override
  public void predict(FeatureVector features, double[] distribution) {
    domain.checkPredict(features, distribution);
    if (network.mlp().steps() == 0) {
      Arrays.fill(distribution, 1.0 / distribution.length);
      return;
    }
    encoder.encode(features, asked, 0);
    network.softmax(asked, distribution);
  }

  @Override
  public void learn(FeatureVector features, int label, double weight) {
    domain.checkLearn(features, label, weight);
    encoder.encode(features, network.inputs(), network.inputsAt());
    float[] targets = network.targets();
    int row = network.targetsAt();
    Arrays.fill(targets, row, row + domain.classes(), 0);
    targets[row + label] = (float) Math.min(LARGEST_WEIGHT, weight);
    network.add();
    encoder.update(features);
  }

  @Override
  public Structure structure(Structure.Detail detail) {
    return network.structure(detail);
  }

  @Override
  public String describe() {
    Mlp mlp = network.mlp();
    return String.format(
        Locale.ROOT,
        "network of %s units, %d parameters%n  Adam steps: %d, %d of %d examples gathered",
        Arrays.toString(factory.sizes(mlp.inputs(), mlp.outputs())),
        mlp.parameters().length,
        mlp.steps(),
        network.rows(),
        factory.batchSize());
  }

  @Override
  public void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    encoder.writeSnapshot(out);
    network.writeNetwork(out);
    out.writeInt(network.rows());
    SnapshotArrays.writeFloats(out, network.gatheredInputs());
    SnapshotArrays.writeFloats(out, network.gatheredTargets());
  }

  static MlpClassifier readSnapshot(MlpClassifierFactory factory, Domain domain, DataInput in)
      throws IOException {
    SnapshotHeader.readExpert(in, TAG, VERSION);
    InputEncoder encoder = InputEncoder.restore(domain.schema(), InputEncoder.DEFAULT_MIN_RATE, in);
    Mlp mlp = Mlp.restore(in, factory.sizes(encoder.width(), domain.classes()));
    MlpClassifier restored = new MlpClassifier(factory, domain, encoder, mlp);
    MiniBatchNetwork network = restored.network;
    network.readRows(in);
    readRows(in, network.inputs(), network.inputsAt());
    readRows(in, network.targets(), network.targetsAt());
    return restored;
  }

  private static void readRows(DataInput in, float[] target, int length) throws IOException {
    float[] rows = new float[length];
    SnapshotArrays.readFloats(in, rows);
    System.arraycopy(rows, 0, target, 0, length);
  }
}
