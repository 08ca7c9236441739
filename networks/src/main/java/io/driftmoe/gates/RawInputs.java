// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.gates;

import io.driftmoe.core.Domain;
import io.driftmoe.core.FeatureVector;
import java.io.DataOutput;

/** The features as they are; see {@link InputEncoding#RAW}. */
record RawInputs(Domain domain) implements GateInputs {
  private static final double LARGEST = 1e12;

  @Override
  public int width() {
    return domain.attributes();
  }

  @Override
  public void encode(FeatureVector features, float[] target, int at) {
    for (int i = 0; i < width(); i++) {
      double value = domain.read(features, i);
      target[at + i] =
          Double.isNaN(value) ? 0 : (float) Math.max(-LARGEST, Math.min(LARGEST, value));
    }
  }

  @Override
  public void update(FeatureVector features) {}

  @Override
  public void writeSnapshot(DataOutput out) {}
}
