// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.experts.InputEncoder;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Turns features into what a gating network reads; see {@link RouterInputs}. */
final class GateInput {
  private static final double LARGEST_RAW = 1e12;

  private final int attributes;

  /** Null for raw inputs. */
  private final InputEncoder encoder;

  private GateInput(int attributes, InputEncoder encoder) {
    this.attributes = attributes;
    this.encoder = encoder;
  }

  static GateInput create(RouterInputs inputs, StreamSchema schema) {
    return new GateInput(
        schema.features(),
        inputs == RouterInputs.RAW
            ? null
            : new InputEncoder(schema, InputEncoder.DEFAULT_MIN_RATE));
  }

  static GateInput restore(RouterInputs inputs, StreamSchema schema, DataInput in)
      throws IOException {
    return new GateInput(
        schema.features(),
        inputs == RouterInputs.RAW
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
