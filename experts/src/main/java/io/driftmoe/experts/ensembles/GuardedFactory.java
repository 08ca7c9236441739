// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.ensembles;

import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.drift.DetectorFactory;
import java.io.DataInput;
import java.io.IOException;
import java.util.Objects;

/**
 * Makes experts that cannot forget by themselves forget: an expert of another kind, whose own
 * errors are watched. A warning starts a fresh one in the background, a drift lets it take over.
 *
 * @param expert what is guarded
 * @param warning detector that starts the background expert
 * @param drift detector that replaces the expert
 */
public record GuardedFactory(ExpertFactory expert, DetectorFactory warning, DetectorFactory drift)
    implements ExpertFactory {

  /**
   * Rejects missing parts.
   *
   * @param expert what is guarded
   * @param warning starts the background expert
   * @param drift replaces the expert
   */
  public GuardedFactory {
    Objects.requireNonNull(expert, "expert");
    Objects.requireNonNull(warning, "warning");
    Objects.requireNonNull(drift, "drift");
  }

  @Override
  public Expert create(StreamSchema schema, long seed) {
    return new GuardedExpert(this, schema, seed);
  }

  @Override
  public Expert restore(StreamSchema schema, DataInput in) throws IOException {
    return GuardedExpert.restore(this, schema, in);
  }
}
