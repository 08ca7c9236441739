// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.gates;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.networks.InputEncoder;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Turns features into what a gating network reads; see {@link InputEncoding}. */
final class GateInputs {
  private static final double LARGEST_RAW = 1e12;

  private final int attributes;

  /** Null for raw inputs. */
  private final InputEncoder encoder;

  private GateInputs(int attributes, InputEncoder encoder) {
    this.attributes = attributes;
    this.encoder = encoder;
  }

  static GateInputs create(InputEncoding inputs, StreamSchema schema) {
    return new GateInputs(
        schema.features(),
        inputs == InputEncoding.RAW
            ? null
            : new InputEncoder(schema, InputEncoder.DEFAULT_MIN_RATE));
  }

  static GateInputs restore(InputEncoding inputs, StreamSchema schema, DataInput in)
      throws IOException {
    return new GateInputs(
        schema.features(),
        inputs == InputEncoding.RAW
            ? null
            : InputEncoder.restore(schema, InputEncoder.DEFAULT_MIN_RATE, in));
  }

  int width() {
    return encoder == null ? attributes : encoder.width();
  }

  void encode(FeatureVector features, float[] target, int at) {
    if (encoder != null) {
      encoder.encode(features, target, at);
      return;
    }
    for (int i = 0; i < attributes; i++) {
      double value = features.get(i);
      target[at + i] =
          Double.isNaN(value) ? 0 : (float) Math.max(-LARGEST_RAW, Math.min(LARGEST_RAW, value));
    }
  }

  /** Takes note of the features of a learned event. */
  void update(FeatureVector features) {
    if (encoder != null) {
      encoder.update(features);
    }
  }

  void writeSnapshot(DataOutput out) throws IOException {
    if (encoder != null) {
      encoder.writeSnapshot(out);
    }
  }
}
