// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

/** The network and its loss once more, in double precision and without any cleverness. */
final class ReferenceMlp {
  private final Mlp shape;
  final double[] parameters;

  /** Smallest distance of any hidden unit from the kink of its ReLU in the last call of loss. */
  double kinkDistance;

  ReferenceMlp(Mlp mlp) {
    this.shape = mlp;
    this.parameters = new double[mlp.parameters().length];
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = mlp.parameters()[i];
    }
  }

  /** Logits of one row. */
  double[] forward(float[] inputs, float[] dropout, int row) {
    double[] values = new double[shape.inputs()];
    for (int i = 0; i < values.length; i++) {
      values[i] = inputs[row * values.length + i];
    }
    for (int l = 0; l < shape.layers(); l++) {
      double[] sums = new double[shape.size(l + 1)];
      for (int j = 0; j < sums.length; j++) {
        sums[j] = parameters[shape.biasOffset(l) + j];
        for (int i = 0; i < values.length; i++) {
          sums[j] += values[i] * parameters[shape.weightOffset(l) + i * sums.length + j];
        }
        if (l + 1 < shape.layers()) {
          kinkDistance = Math.min(kinkDistance, Math.abs(sums[j]));
          sums[j] = Math.max(sums[j], 0);
        }
        if (l == 0 && dropout != null) {
          sums[j] *= dropout[row * sums.length + j];
        }
      }
      values = sums;
    }
    return values;
  }

  /** The loss of a mini-batch, mean over its rows. */
  double loss(Loss loss, float[] inputs, float[] dropout, float[] targets, int rows) {
    kinkDistance = Double.POSITIVE_INFINITY;
    double sum = 0;
    for (int r = 0; r < rows; r++) {
      double[] logits = forward(inputs, dropout, r);
      double[] target = new double[logits.length];
      for (int o = 0; o < target.length; o++) {
        target[o] = targets[r * target.length + o];
      }
      sum +=
          switch (loss) {
            case BINARY -> binary(logits, target);
            case SOFTMAX -> softmax(logits, target);
            case MIXTURE -> mixture(logits, target);
          };
    }
    return sum / rows;
  }

  /** Binary cross-entropy on logits, mean over the outputs. */
  private static double binary(double[] logits, double[] target) {
    double sum = 0;
    for (int o = 0; o < logits.length; o++) {
      // -ln(sigmoid(z)) and -ln(1 - sigmoid(z)) without cancellation.
      double z = target[o] == 1 ? logits[o] : -logits[o];
      sum += Math.max(-z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
    }
    return sum / logits.length;
  }

  /** Minus the sum of t_o ln softmax_o. */
  private static double softmax(double[] logits, double[] target) {
    double normaliser = 0;
    for (double logit : logits) {
      normaliser += Math.exp(logit);
    }
    double sum = 0;
    for (int o = 0; o < logits.length; o++) {
      sum -= target[o] * (logits[o] - Math.log(normaliser));
    }
    return sum;
  }

  /** Minus ln of the sum of t_o softmax_o. */
  private static double mixture(double[] logits, double[] target) {
    double normaliser = 0;
    double likelihood = 0;
    for (int o = 0; o < logits.length; o++) {
      normaliser += Math.exp(logits[o]);
      likelihood += target[o] * Math.exp(logits[o]);
    }
    return Math.log(normaliser) - Math.log(likelihood);
  }
}
