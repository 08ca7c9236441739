// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.StreamSchema;
import java.io.DataInput;
import java.io.IOException;
import java.util.Objects;

/**
 * Makes the expert by which a model has a say of what others have learned: it gives the vote of the
 * model that all models of a fleet have in common, which learns every label of the fleet. The gates
 * weigh it like any expert. A new model has learned nothing, so it follows the common one; later it
 * trusts its own experts where they are better (for fixed-share weights see Herbster, Warmuth:
 * Tracking the best expert, Machine Learning 32, 1998).
 *
 * <p>The expert itself learns and saves nothing. Whoever keeps the models lends it the common one
 * ({@link MixtureOfExperts#borrow}); without one it is absent, and the other experts share its
 * weight: so it is in the common model, which has the same configuration.
 *
 * @param keys which models belong together
 */
public record FleetFactory(FleetKeys keys) implements ExpertFactory {
  /**
   * Rejects missing keys.
   *
   * @param keys which models belong together
   */
  public FleetFactory {
    Objects.requireNonNull(keys, "keys");
  }

  @Override
  public Expert create(StreamSchema schema, long seed) {
    return new FleetExpert(schema.classes());
  }

  @Override
  public Expert restore(StreamSchema schema, DataInput in) throws IOException {
    SnapshotHeader.read(in, FleetExpert.TAG, FleetExpert.VERSION);
    return new FleetExpert(schema.classes());
  }
}
