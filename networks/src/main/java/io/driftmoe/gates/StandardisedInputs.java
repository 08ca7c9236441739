// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.gates;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.networks.InputEncoder;
import java.io.DataOutput;
import java.io.IOException;

/** Those of an encoder of the gate's own; see {@link InputEncoding#STANDARDISED}. */
record StandardisedInputs(InputEncoder encoder) implements GateInputs {

  @Override
  public int width() {
    return encoder.width();
  }

  @Override
  public void encode(FeatureVector features, float[] target, int at) {
    encoder.encode(features, target, at);
  }

  @Override
  public void update(FeatureVector features) {
    encoder.update(features);
  }

  @Override
  public void writeSnapshot(DataOutput out) throws IOException {
    encoder.writeSnapshot(out);
  }
}
