// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.specialists;

import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.drift.AdwinFactory;
import io.driftmoe.drift.DetectorFactory;
import java.io.DataInput;
import java.io.IOException;
import java.util.Objects;

/**
 * Makes specialists whose weights are given with the event instead of being learned: a bound for
 * what {@link RoutedSpecialistsFactory} could reach with the same specialists and a perfect gate.
 * The last attributes of the schema, one for each specialist, are the weights, at least 0; the
 * specialists see the others only. Where no weight is positive, all are alike.
 *
 * @param specialist what each of them is
 * @param specialists how many, from 2 to 256; the schema must have more attributes
 * @param drift detector of each specialist
 */
public record OracleSpecialistsFactory(
    SpecialistConfig specialist, int specialists, DetectorFactory drift) implements ExpertFactory {

  /**
   * Checks the ranges.
   *
   * @param specialist what each of them is
   * @param specialists from 2 to 256
   * @param drift detector of each specialist
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public OracleSpecialistsFactory {
    Objects.requireNonNull(specialist, "specialist");
    Objects.requireNonNull(drift, "drift");
    if (specialists < 2 || specialists > RoutedSpecialistsFactory.MOST_SPECIALISTS) {
      throw new IllegalArgumentException(
          "specialists must be from 2 to %s, got %s"
              .formatted(RoutedSpecialistsFactory.MOST_SPECIALISTS, specialists));
    }
  }

  /**
   * {@return so many of the specialists that {@link RoutedSpecialistsFactory#defaults} makes}
   *
   * @param specialists from 2 to 256
   */
  public static OracleSpecialistsFactory of(int specialists) {
    return new OracleSpecialistsFactory(
        SpecialistConfig.defaults(), specialists, new AdwinFactory(0.01));
  }

  @Override
  public Expert create(StreamSchema schema, long seed) {
    return OracleSpecialists.create(this, schema, seed);
  }

  @Override
  public Expert restore(StreamSchema schema, DataInput in) throws IOException {
    return OracleSpecialists.restore(this, schema, in);
  }
}
