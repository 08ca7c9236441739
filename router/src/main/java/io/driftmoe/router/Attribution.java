// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.Contributions;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.StreamSchema;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is behind the probability that a mixture gave to a class: {@code base + contributions +
 * unattributed = probability}, up to rounding. See {@link MixtureOfExperts#attribute}.
 *
 * @param label name of the class
 * @param probability of the class, 0 to 1
 * @param base what does not depend on the event
 * @param unattributed what depends on the event, and is not divided among attributes; with {@link
 *     Calibration#ONLINE} the difference that this makes to the mixture's probability is part of it
 * @param contributions one per attribute, in the order of the schema
 * @param votes of the experts with a weight, the heaviest first, each followed by its members
 */
public record Attribution(
    String label,
    double probability,
    double base,
    double unattributed,
    List<Contribution> contributions,
    List<Vote> votes) {

  /**
   * Copies the lists.
   *
   * @param label name of the class
   * @param probability of the class, 0 to 1
   * @param base what does not depend on the event
   * @param unattributed what depends on the event, and is not divided among attributes
   * @param contributions one per attribute, in the order of the schema
   * @param votes of the experts with a weight
   */
  public Attribution {
    Objects.requireNonNull(label, "label");
    contributions = List.copyOf(contributions);
    votes = List.copyOf(votes);
  }

  /**
   * What the value of one attribute contributes.
   *
   * @param attribute its name
   * @param value a number; the name of a nominal value; null where it is missing
   * @param contribution to the probability, from -1 to 1
   */
  public record Contribution(String attribute, @Nullable Object value, double contribution) {

    /**
     * Rejects a missing name.
     *
     * @param attribute its name
     * @param value a Double, a String or null
     * @param contribution to the probability
     */
    public Contribution {
      Objects.requireNonNull(attribute, "attribute");
    }
  }

  /**
   * What an expert, or a member of one, said.
   *
   * @param expert name of the expert; for a member that of its expert, a dot, and its place in it
   * @param says name of the class that it held most probable, the first of several; {@code yes} or
   *     {@code no} where each expert knows one class
   * @param probability that it gave to that, 0 to 1
   * @param weight its share of the prediction, above 0, at most 1; of a whole expert its weight
   */
  public record Vote(String expert, String says, double probability, double weight) {

    /**
     * Rejects missing names.
     *
     * @param expert name of the expert or member
     * @param says name of a class
     * @param probability that it gave to that, 0 to 1
     * @param weight above 0, at most 1
     */
    public Vote {
      Objects.requireNonNull(expert, "expert");
      Objects.requireNonNull(says, "says");
    }
  }

  /**
   * Names the contributions.
   *
   * @param sum what the experts told
   * @param features of the event
   */
  static Attribution of(
      StreamSchema schema,
      FeatureVector features,
      double probability,
      Contributions sum,
      List<Vote> votes) {
    double[] byAttribute = sum.attributes();
    List<Contribution> contributions = new ArrayList<>(byAttribute.length);
    for (int a = 0; a < byAttribute.length; a++) {
      Attribute attribute = schema.attributes().get(a);
      contributions.add(
          new Contribution(attribute.name(), value(attribute, features.get(a)), byAttribute[a]));
    }
    return new Attribution(
        schema.labels().name(sum.label()),
        probability,
        sum.base(),
        sum.unattributed(),
        contributions,
        votes);
  }

  private static @Nullable Object value(Attribute attribute, double value) {
    if (value != value) {
      return null;
    }
    if (!attribute.isNominal()) {
      return value;
    }
    int index = (int) value;
    return index >= 0 && index < attribute.values().size() && index == value
        ? attribute.values().get(index)
        : null;
  }

  /**
   * The contributions of the largest size.
   *
   * @param most how many at most, at least 0
   * @return those that are not 0, the largest first
   */
  public List<Contribution> largest(int most) {
    return contributions.stream()
        .filter(contribution -> contribution.contribution() != 0)
        .sorted(Comparator.comparingDouble(contribution -> -Math.abs(contribution.contribution())))
        .limit(most)
        .toList();
  }

  /** {@return base, contributions and unattributed together: the probability, up to rounding} */
  public double sum() {
    double sum = base + unattributed;
    for (Contribution contribution : contributions) {
      sum += contribution.contribution();
    }
    return sum;
  }
}
