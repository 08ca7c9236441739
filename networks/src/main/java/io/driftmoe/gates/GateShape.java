// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.gates;

import io.driftmoe.core.Domain;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.networks.InputEncoder;
import java.io.DataInput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What a gate stands between.
 *
 * @param schema of its input
 * @param experts that it weighs
 * @param given what a network among the gates reads; null when it encodes features for itself
 */
public record GateShape(StreamSchema schema, int experts, @Nullable GateInputs given) {

  /**
   * For gates that encode features for themselves.
   *
   * @param schema what the features look like
   * @param experts number of experts to weigh
   */
  public GateShape(StreamSchema schema, int experts) {
    this(schema, experts, null);
  }

  /** Those given, or else fresh ones of this encoding. */
  GateInputs inputs(InputEncoding encoding) {
    if (given != null) {
      return given;
    }
    return switch (encoding) {
      case RAW -> new RawInputs(new Domain(schema));
      case STANDARDISED ->
          new StandardisedInputs(new InputEncoder(schema, InputEncoder.DEFAULT_MIN_RATE));
    };
  }

  /** Those given, or else what {@link GateInputs#writeSnapshot} wrote under this encoding. */
  GateInputs restoreInputs(InputEncoding encoding, DataInput in) throws IOException {
    return given == null && encoding == InputEncoding.STANDARDISED
        ? new StandardisedInputs(InputEncoder.restore(schema, InputEncoder.DEFAULT_MIN_RATE, in))
        : inputs(encoding);
  }
}
