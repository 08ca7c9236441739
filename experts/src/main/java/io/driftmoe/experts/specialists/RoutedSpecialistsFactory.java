// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.specialists;

import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.drift.AdwinFactory;
import io.driftmoe.drift.DetectorFactory;
import io.driftmoe.experts.ensembles.MemberNames;
import io.driftmoe.gates.ResponsibilityGateFactory;
import java.io.DataInput;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes mixtures of specialists for regions of the input: a gate weighs them by the features, and
 * its weights train them. Where several concepts live in one stream, each in its own region, this
 * learns every one of them; one expert for all would learn their average.
 *
 * <p>With gate weights g(x) and class distributions p_e, the prediction is {@code sum of g_e p_e}
 * over the active set. When the label comes, the specialists learn with their responsibilities, and
 * the gate learns the responsibilities themselves: stochastic expectation-maximisation on a mixture
 * of experts (Jordan, Jacobs: Hierarchical mixtures of experts and the EM algorithm, Neural
 * Computation 6, 1994).
 *
 * <p>Each specialist has a detector on its own errors, which is told of an event with the
 * specialist's responsibility as probability. On a drift to more errors its trees start anew.
 *
 * @param specialist what each of them is
 * @param specialists how many, from 2 to 256; more than there are concepts does no harm
 * @param gate that weighs them
 * @param active how few of them are asked
 * @param drift detector of each specialist
 * @param names of the specialists, one for each; null to call them by their positions. They change
 *     nothing but what is said of the specialists
 */
public record RoutedSpecialistsFactory(
    SpecialistConfig specialist,
    int specialists,
    ResponsibilityGateFactory gate,
    ActiveSetConfig active,
    DetectorFactory drift,
    @Nullable List<String> names)
    implements ExpertFactory {
  static final int MOST_SPECIALISTS = 256;

  /**
   * Checks the ranges.
   *
   * @param specialist what each of them is
   * @param specialists from 2 to 256
   * @param gate weighs them
   * @param active how few of them are asked
   * @param drift detector of each specialist
   * @param names as many as specialists, different, each a letter and at most 63 letters, digits,
   *     '_' and '-'; or null
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public RoutedSpecialistsFactory {
    Objects.requireNonNull(specialist, "specialist");
    Objects.requireNonNull(gate, "gate");
    Objects.requireNonNull(active, "active");
    Objects.requireNonNull(drift, "drift");
    if (specialists < 2 || specialists > MOST_SPECIALISTS) {
      throw new IllegalArgumentException(
          "specialists must be from 2 to %s, got %s".formatted(MOST_SPECIALISTS, specialists));
    }
    names = MemberNames.checked(names, specialists);
  }

  /**
   * Specialists that are called by their positions.
   *
   * @param specialist what each of them is
   * @param specialists from 2 to 256
   * @param gate weighs them
   * @param active how few of them are asked
   * @param drift detector of each specialist
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public RoutedSpecialistsFactory(
      SpecialistConfig specialist,
      int specialists,
      ResponsibilityGateFactory gate,
      ActiveSetConfig active,
      DetectorFactory drift) {
    this(specialist, specialists, gate, active, drift, null);
  }

  /** {@return twelve specialists, ADWIN with delta 0.01; the parts have their defaults} */
  public static RoutedSpecialistsFactory defaults() {
    return new RoutedSpecialistsFactory(
        SpecialistConfig.defaults(),
        12,
        ResponsibilityGateFactory.defaults(),
        ActiveSetConfig.defaults(),
        new AdwinFactory(0.01));
  }

  @Override
  public Expert create(StreamSchema schema, long seed) {
    return RoutedSpecialists.create(this, schema, seed);
  }

  @Override
  public Expert restore(StreamSchema schema, DataInput in) throws IOException {
    return RoutedSpecialists.restore(this, schema, in);
  }

  @Override
  public String memberName(int member) {
    return MemberNames.of(names, member);
  }
}
