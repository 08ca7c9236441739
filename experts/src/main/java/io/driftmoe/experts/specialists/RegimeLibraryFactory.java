// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.specialists;

import io.driftmoe.core.Domain;
import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.experts.ensembles.MemberNames;
import java.io.DataInput;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes libraries of regimes in time: specialists for concepts that hold the whole stream by turns
 * and come back. There is no gate and no reset; what tells the concepts apart is which specialist
 * has been right lately, and a specialist that is not keeps what it has learned.
 *
 * <p>The specialists predict with weights v. When the label comes they learn with their
 * responsibilities r, and then, in this order, {@code v = r; a += max(1/n, 1e-4) (v - a); v = s v +
 * (1 - s)/2 a + (1 - s)/2 / m}, with n the number of the event, m that of the specialists and s the
 * stickiness: v follows the present regime, a is a memory of all of them (a mixing update:
 * Bousquet, Warmuth: Tracking a small set of experts by mixing past posteriors, JMLR 3, 2002).
 *
 * @param specialist what each of them is
 * @param specialists how many, from 2 to 256: concepts that can be remembered
 * @param stickiness chance that the next event is of the same regime, from 0 to 1 (exclusive)
 * @param active how few of them are asked
 * @param names of the specialists, one for each; null to call them by their positions. They change
 *     nothing but what is said of the specialists
 */
public record RegimeLibraryFactory(
    SpecialistConfig specialist,
    int specialists,
    double stickiness,
    ActiveSetConfig active,
    @Nullable List<String> names)
    implements ExpertFactory {

  /**
   * Checks the ranges.
   *
   * @param specialist what each of them is
   * @param specialists from 2 to 256
   * @param stickiness from 0 to 1 (exclusive)
   * @param active how few of them are asked
   * @param names as many as specialists, different, each a letter and at most 63 letters, digits,
   *     '_' and '-'; or null
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public RegimeLibraryFactory {
    Objects.requireNonNull(specialist, "specialist");
    Objects.requireNonNull(active, "active");
    if (specialists < 2 || specialists > RoutedSpecialistsFactory.MOST_SPECIALISTS) {
      throw new IllegalArgumentException(
          "specialists must be from 2 to %s, got %s"
              .formatted(RoutedSpecialistsFactory.MOST_SPECIALISTS, specialists));
    }
    if (!(stickiness >= 0 && stickiness < 1)) {
      throw new IllegalArgumentException(
          "stickiness must be from 0 to 1 (exclusive), got " + stickiness);
    }
    names = MemberNames.checked(names, specialists);
  }

  /**
   * Specialists that are called by their positions.
   *
   * @param specialist what each of them is
   * @param specialists from 2 to 256
   * @param stickiness from 0 to 1 (exclusive)
   * @param active how few of them are asked
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public RegimeLibraryFactory(
      SpecialistConfig specialist, int specialists, double stickiness, ActiveSetConfig active) {
    this(specialist, specialists, stickiness, active, null);
  }

  /**
   * Uses twelve specialists and stickiness 0.995. A mass of 0.9 predicts and one of 0.999 learns,
   * but for those who could be responsible for less than 0.2 %; all do in 1,000 events and in every
   * tenth of the others, since one that hardly has weight may be right from now on.
   *
   * @return the factory that configurations call by name alone
   */
  public static RegimeLibraryFactory defaults() {
    return new RegimeLibraryFactory(
        SpecialistConfig.defaults(), 12, 0.995, new ActiveSetConfig(0.9, 0.999, 0.1, 1000, 0.002));
  }

  @Override
  public Expert create(StreamSchema schema, long seed) {
    return new RegimeLibrary(
        this,
        new Domain(schema),
        Specialists.create(specialist, specialists, active, schema, seed));
  }

  @Override
  public Expert restore(StreamSchema schema, DataInput in) throws IOException {
    return RegimeLibrary.restore(this, schema, in);
  }

  @Override
  public String memberName(int member) {
    return MemberNames.of(names, member);
  }
}
