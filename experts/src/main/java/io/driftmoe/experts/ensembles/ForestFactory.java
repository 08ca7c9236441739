// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.ensembles;

import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.drift.AdwinFactory;
import io.driftmoe.drift.DetectorFactory;
import io.driftmoe.experts.trees.HoeffdingTreeFactory;
import io.driftmoe.experts.trees.LeafPrediction;
import java.io.DataInput;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes drift-guarded forests: online bagging over members that are replaced when their errors
 * rise.
 *
 * <p>Each member learns each event with weight Poisson(mean) (Oza, Russell: Online bagging and
 * boosting, AISTATS 2001; a mean of 6 is leveraging bagging, Bifet et al., ECML 2010). Each has two
 * detectors on its own errors: a warning starts a background member, a drift lets it take over
 * (Gomes et al.: Adaptive random forests, Machine Learning 106, 2017). The distributions of the
 * members are added up with weights (recency-weighted accuracy)^votePower; the accuracy is a plain
 * mean over the first events of a member, then exponentially weighted.
 *
 * <p>Errors also rise where events become harder for a while, at some hours of the day for example,
 * and then a fresh member is no better. With a {@code replacementAlpha} the background member takes
 * over only once an anytime-valid test shows that it errs less on the events that both predicted
 * (betting on the paired difference of their 0/1 losses; Waudby-Smith, Ramdas, JRSS B 86, 2024).
 * The probability that one that is never better ever takes over is at most that level.
 *
 * @param member what the forest is made of; trees that draw attributes at random make the members
 *     differ
 * @param members number of members, at least 1
 * @param poissonMean mean weight of an event, greater than 0 and at most 100
 * @param warning detector that starts a background member
 * @param drift detector that replaces the member; not asked where replacementAlpha is above 0
 * @param accuracyRate weight of the newest outcome in a member's accuracy, greater than 0 and at
 *     most 1
 * @param votePower exponent of the accuracy, from 0 (all alike) to 16
 * @param names of the members, one for each; null to call them by their positions. They change
 *     nothing but what is said of the members
 * @param replacementAlpha level of the test that a background member is better before it takes
 *     over, from 0 to less than 1; with 0 there is no test, and a drift replaces the member
 */
public record ForestFactory(
    ExpertFactory member,
    int members,
    double poissonMean,
    DetectorFactory warning,
    DetectorFactory drift,
    double accuracyRate,
    int votePower,
    @Nullable List<String> names,
    double replacementAlpha)
    implements ExpertFactory {
  private static final int MOST_MEMBERS = 1_024;

  /**
   * Checks the ranges.
   *
   * @param member what the forest is made of
   * @param members 1 to 1,024
   * @param poissonMean greater than 0 and at most 100
   * @param warning starts a background member
   * @param drift replaces the member
   * @param accuracyRate greater than 0 and at most 1
   * @param votePower from 0 to 16
   * @param names as many as members, different, each a letter and at most 63 letters, digits, '_'
   *     and '-'; or null
   * @param replacementAlpha from 0 to less than 1
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public ForestFactory {
    Objects.requireNonNull(member, "member");
    Objects.requireNonNull(warning, "warning");
    Objects.requireNonNull(drift, "drift");
    if (members < 1 || members > MOST_MEMBERS) {
      throw new IllegalArgumentException(
          "members must be from 1 to %s, got %s".formatted(MOST_MEMBERS, members));
    }
    if (!(poissonMean > 0 && poissonMean <= 100)) {
      throw new IllegalArgumentException(
          "poissonMean must be greater than 0 and at most 100, got " + poissonMean);
    }
    if (!(accuracyRate > 0 && accuracyRate <= 1)) {
      throw new IllegalArgumentException(
          "accuracyRate must be greater than 0 and at most 1, got " + accuracyRate);
    }
    if (votePower < 0 || votePower > 16) {
      throw new IllegalArgumentException("votePower must be from 0 to 16, got " + votePower);
    }
    names = MemberNames.checked(names, members);
    if (!(replacementAlpha >= 0 && replacementAlpha < 1)) {
      throw new IllegalArgumentException(
          "replacementAlpha must be from 0 to less than 1, got " + replacementAlpha);
    }
  }

  /**
   * Members that are replaced at each drift.
   *
   * @param member what the forest is made of
   * @param members 1 to 1,024
   * @param poissonMean greater than 0 and at most 100
   * @param warning starts a background member
   * @param drift replaces the member
   * @param accuracyRate greater than 0 and at most 1
   * @param votePower from 0 to 16
   * @param names as many as members, different; or null
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public ForestFactory(
      ExpertFactory member,
      int members,
      double poissonMean,
      DetectorFactory warning,
      DetectorFactory drift,
      double accuracyRate,
      int votePower,
      @Nullable List<String> names) {
    this(member, members, poissonMean, warning, drift, accuracyRate, votePower, names, 0);
  }

  /**
   * Members that are called by their positions and replaced at each drift.
   *
   * @param member what the forest is made of
   * @param members 1 to 1,024
   * @param poissonMean greater than 0 and at most 100
   * @param warning starts a background member
   * @param drift replaces the member
   * @param accuracyRate greater than 0 and at most 1
   * @param votePower from 0 to 16
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public ForestFactory(
      ExpertFactory member,
      int members,
      double poissonMean,
      DetectorFactory warning,
      DetectorFactory drift,
      double accuracyRate,
      int votePower) {
    this(member, members, poissonMean, warning, drift, accuracyRate, votePower, null, 0);
  }

  /**
   * Makes a forest of 12 trees, of at most 2 MiB each, whose members are replaced at each drift.
   *
   * @return split attempts every 200 units of weight at confidence 0.01, 60 % of the attributes,
   *     Poisson(6), ADWIN with delta 0.1 for warnings and 0.05 for drifts, votes by accuracy to the
   *     power of 4
   */
  public static ForestFactory defaults() {
    return new ForestFactory(
        new HoeffdingTreeFactory(
            200, 0.01, 0.05, LeafPrediction.NAIVE_BAYES_ADAPTIVE, 0.6, 3000, 2 << 20),
        12,
        6,
        new AdwinFactory(0.1),
        new AdwinFactory(0.05),
        0.005,
        4);
  }

  @Override
  public Expert create(StreamSchema schema, long seed) {
    return new Forest(this, schema, seed);
  }

  @Override
  public Expert restore(StreamSchema schema, DataInput in) throws IOException {
    return Forest.restore(this, schema, in);
  }

  @Override
  public String memberName(int member) {
    return MemberNames.of(names, member);
  }
}
