// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.gates;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.Structure;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Locale;

/** Fixed-share weights as a gate: the same for all features. */
final class FixedShareGate implements Gate {
  private final FixedShare weights;

  FixedShareGate(FixedShare weights) {
    this.weights = weights;
  }

  @Override
  public void weigh(FeatureVector features, long seed, double[] target) {
    weights.copyTo(target);
  }

  @Override
  public boolean learn(FeatureVector features, long seed, Outcome outcome) {
    weights.update(outcome.likelihoods(), outcome.heard(), outcome.classes());
    return false;
  }

  @Override
  public void replaced(int expert) {
    weights.reset(expert);
  }

  @Override
  public Structure structure(Structure.Detail detail) {
    double[] values = new double[weights.experts()];
    weights.copyTo(values);
    return new Structure("fixed-share").putAll("weights", values);
  }

  @Override
  public String describe() {
    StringBuilder text = new StringBuilder("fixed share:");
    double[] values = new double[weights.experts()];
    weights.copyTo(values);
    for (double weight : values) {
      text.append(String.format(Locale.ROOT, " %.3f", weight));
    }
    return text.toString();
  }

  @Override
  public void writeSnapshot(DataOutput out) throws IOException {
    weights.writeSnapshot(out);
  }
}
