// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.linear;

import io.driftmoe.core.Domain;
import io.driftmoe.core.Expert;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SnapshotArrays;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.networks.InputEncoder;
import io.driftmoe.networks.Softmax;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Locale;

/** Multinomial logistic regression; see {@link LogisticRegressionFactory}. */
final class LogisticRegression implements Expert {
  private static final String TAG = "LOGR";
  private static final int VERSION = 2;

  /** Keeps the learning rate times the weight finite. */
  private static final double LARGEST_WEIGHT = 1e100;

  private final LogisticRegressionFactory factory;
  private final Domain domain;
  private final int classes;
  private final InputEncoder encoder;
  private final double[] weights; // [inputs × classes], row-major
  private final double[] biases;
  private long learned;

  private final float[] inputs;
  private final double[] probabilities;

  LogisticRegression(LogisticRegressionFactory factory, Domain domain) {
    this(factory, domain, new InputEncoder(domain.schema(), InputEncoder.DEFAULT_MIN_RATE));
  }

  private LogisticRegression(
      LogisticRegressionFactory factory, Domain domain, InputEncoder encoder) {
    this.factory = factory;
    this.domain = domain;
    this.classes = domain.classes();
    this.encoder = encoder;
    this.weights = new double[Math.multiplyExact(encoder.width(), classes)];
    this.biases = new double[classes];
    this.inputs = new float[encoder.width()];
    this.probabilities = new double[classes];
  }

  @Override
  public int classes() {
    return classes;
  }

  @Override
  public void predict(FeatureVector features, double[] distribution) {
    domain.checkPredict(features, distribution);
    encoder.encode(features, inputs, 0);
    score(distribution);
  }

  private void score(double[] distribution) {
    System.arraycopy(biases, 0, distribution, 0, classes);
    for (int i = 0; i < inputs.length; i++) {
      double x = inputs[i];
      if (x != 0) {
        int row = i * classes;
        for (int c = 0; c < classes; c++) {
          distribution[c] += x * weights[row + c];
        }
      }
    }
    Softmax.apply(distribution);
  }

  @Override
  public void learn(FeatureVector features, int label, double weight) {
    domain.checkLearn(features, label, weight);
    encoder.encode(features, inputs, 0);
    score(probabilities);
    double norm = 1;
    for (float x : inputs) {
      norm += (double) x * x;
    }
    double wanted =
        Math.min(factory.learningRate(), LARGEST_WEIGHT) * Math.min(weight, LARGEST_WEIGHT);
    double step = wanted / (1 + wanted * norm / 2);
    probabilities[label] -= 1;
    for (int c = 0; c < classes; c++) {
      probabilities[c] *= -step;
      biases[c] += probabilities[c];
    }
    for (int i = 0; i < inputs.length; i++) {
      double x = inputs[i];
      if (x != 0) {
        int row = i * classes;
        for (int c = 0; c < classes; c++) {
          weights[row + c] += x * probabilities[c];
        }
      }
    }
    shrink(weights, 1 / (1 + step * factory.l2()));
    encoder.update(features);
    learned++;
  }

  private static void shrink(double[] values, double factor) {
    if (factor < 1) {
      for (int i = 0; i < values.length; i++) {
        values[i] *= factor;
      }
    }
  }

  @Override
  public String describe() {
    double squares = 0;
    for (double weight : weights) {
      squares += weight * weight;
    }
    return String.format(
        Locale.ROOT,
        "logistic regression of %d inputs on %d classes%n  examples learned: %d, norm of the weights"
            + " %.3f",
        encoder.width(),
        classes,
        learned,
        Math.sqrt(squares));
  }

  @Override
  public void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    encoder.writeSnapshot(out);
    SnapshotArrays.writeDoubles(out, weights);
    SnapshotArrays.writeDoubles(out, biases);
    out.writeLong(learned);
  }

  /** Continues from a snapshot. */
  static LogisticRegression readSnapshot(
      LogisticRegressionFactory factory, Domain domain, DataInput in) throws IOException {
    SnapshotHeader.readExpert(in, TAG, VERSION);
    LogisticRegression restored =
        new LogisticRegression(
            factory,
            domain,
            InputEncoder.restore(domain.schema(), InputEncoder.DEFAULT_MIN_RATE, in));
    double most = Double.MAX_VALUE;
    SnapshotArrays.readDoubles(in, restored.weights, -most, most, "weights");
    SnapshotArrays.readDoubles(in, restored.biases, -most, most, "biases");
    restored.learned = SnapshotArrays.readCount(in, "examples learned");
    return restored;
  }
}
