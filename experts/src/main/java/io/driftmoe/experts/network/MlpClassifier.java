// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.network;

import io.driftmoe.core.Domain;
import io.driftmoe.core.Expert;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SnapshotArrays;
import io.driftmoe.networks.InputEncoder;
import io.driftmoe.networks.Loss;
import io.driftmoe.networks.Mlp;
import io.driftmoe.networks.NetworkArithmetic;
import io.driftmoe.networks.Softmax;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;

/** A softmax network under Adam; see {@link MlpClassifierFactory}. */
final class MlpClassifier implements Expert {
  private static final String TAG = "MLPC";
  private static final int VERSION = 1;

  /** Keeps gradients finite in single precision. */
  private static final double LARGEST_WEIGHT = 1e6;

  private final MlpClassifierFactory factory;
  private final Domain domain;
  private final InputEncoder encoder;
  private final Mlp mlp;
  private final NetworkArithmetic backend;

  // The mini-batch that is being gathered, row by row.
  private final float[] inputs;
  private final float[] targets;
  private int gathered;

  private final float[] asked;
  private final float[] logits;

  MlpClassifier(MlpClassifierFactory factory, Domain domain, InputEncoder encoder, Mlp mlp) {
    this.factory = factory;
    this.domain = domain;
    this.encoder = encoder;
    this.mlp = mlp;
    this.backend = new NetworkArithmetic(mlp);
    this.inputs = new float[Math.multiplyExact(factory.batchSize(), mlp.inputs())];
    this.targets = new float[Math.multiplyExact(factory.batchSize(), mlp.outputs())];
    this.asked = new float[mlp.inputs()];
    this.logits = new float[mlp.outputs()];
  }

  @Override
  public int classes() {
    return domain.classes();
  }

  @Override
  public void predict(FeatureVector features, double[] distribution) {
    domain.checkPredict(features, distribution);
    if (mlp.steps() == 0) {
      Arrays.fill(distribution, 1.0 / distribution.length);
      return;
    }
    encoder.encode(features, asked, 0);
    backend.forward(mlp, asked, null, 1, logits);
    for (int c = 0; c < logits.length; c++) {
      distribution[c] = logits[c];
    }
    Softmax.apply(distribution);
  }

  @Override
  public void learn(FeatureVector features, int label, double weight) {
    domain.checkLearn(features, label, weight);
    encoder.encode(features, inputs, gathered * mlp.inputs());
    int row = gathered * mlp.outputs();
    Arrays.fill(targets, row, row + mlp.outputs(), 0);
    targets[row + label] = (float) Math.min(LARGEST_WEIGHT, weight);
    gathered++;
    if (gathered == factory.batchSize()) {
      backend.step(mlp, Loss.SOFTMAX, inputs, null, targets, gathered, factory.learningRate());
      gathered = 0;
    }
    encoder.update(features);
  }

  @Override
  public String describe() {
    return String.format(
        Locale.ROOT,
        "network of %s units, %d parameters%n  Adam steps: %d, %d of %d examples gathered",
        Arrays.toString(factory.sizes(mlp.inputs(), mlp.outputs())),
        mlp.parameters().length,
        mlp.steps(),
        gathered,
        factory.batchSize());
  }

  @Override
  public void writeSnapshot(DataOutput out) throws IOException {
    domain.writeHeader(out, TAG, VERSION, factory);
    encoder.writeSnapshot(out);
    mlp.writeSnapshot(out);
    out.writeInt(gathered);
    SnapshotArrays.writeFloats(out, Arrays.copyOf(inputs, gathered * mlp.inputs()));
    SnapshotArrays.writeFloats(out, Arrays.copyOf(targets, gathered * mlp.outputs()));
  }

  static MlpClassifier readSnapshot(MlpClassifierFactory factory, Domain domain, DataInput in)
      throws IOException {
    domain.readHeader(in, TAG, VERSION, factory);
    InputEncoder encoder = InputEncoder.restore(domain.schema(), InputEncoder.DEFAULT_MIN_RATE, in);
    Mlp mlp = Mlp.restore(in, factory.sizes(encoder.width(), domain.classes()));
    MlpClassifier restored = new MlpClassifier(factory, domain, encoder, mlp);
    int gathered = in.readInt();
    if (gathered < 0 || gathered >= factory.batchSize()) {
      throw new IOException(
          "snapshot holds %d examples of a batch of %d".formatted(gathered, factory.batchSize()));
    }
    readRows(in, restored.inputs, gathered * mlp.inputs());
    readRows(in, restored.targets, gathered * mlp.outputs());
    restored.gathered = gathered;
    return restored;
  }

  private static void readRows(DataInput in, float[] target, int length) throws IOException {
    float[] rows = new float[length];
    SnapshotArrays.readFloats(in, rows);
    System.arraycopy(rows, 0, target, 0, length);
  }
}
