// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.specialists;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.MemberUse;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.drift.AdwinFactory;
import io.driftmoe.experts.ExpertContractTest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The last two attributes of the contract's stream are no weights, which must do no harm. */
final class OracleSpecialistsTest extends ExpertContractTest {
  private static final OracleSpecialistsFactory TWO =
      new OracleSpecialistsFactory(
          SmallSpecialists.linear(2, SmallSpecialists.ALL).specialist(), 2, new AdwinFactory(0.01));

  @Override
  protected ExpertFactory factory() {
    return new OracleSpecialistsFactory(SmallSpecialists.config(1), 2, new AdwinFactory(0.01));
  }

  /** The last two attributes are weights. */
  @Override
  protected boolean isMeasured(int attribute) {
    return attribute < 3;
  }

  private static StreamSchema told() {
    List<Attribute> attributes = new ArrayList<>(SmallSpecialists.SIDES.attributes());
    attributes.add(Attribute.numeric("left"));
    attributes.add(Attribute.numeric("right"));
    return new StreamSchema(attributes, SmallSpecialists.SIDES.labels());
  }

  private static FeatureVector told(FeatureVector features, double left, double right) {
    double[] values = new double[features.size() + 2];
    features.copyTo(values);
    values[values.length - 2] = left;
    values[values.length - 1] = right;
    return FeatureVector.of(values);
  }

  @Test
  void eachSpecialistLearnsTheConceptItIsGiven() {
    Expert oracle = TWO.create(told(), 1);
    double[] p = new double[2];
    int right = 0;
    for (LabeledExample example : SmallSpecialists.sides(4_000, 1)) {
      boolean second = example.features().get(2) > 0;
      // any scale will do
      FeatureVector features = told(example.features(), second ? 0 : 7, second ? 0.1 : 0);
      oracle.predict(features, p);
      right += p[example.label()] > 0.5 ? 1 : 0;
      oracle.learn(features, example.label(), 1);
    }
    assertThat(right).isGreaterThan(3_600);
    List<MemberUse> use = oracle.memberUse();
    assertThat(use.get(0).weight() + use.get(1).weight()).isEqualTo(4_000);
    assertThat(use.get(0).lessons() + use.get(1).lessons()).isEqualTo(4_000);
    assertThat(oracle.describe()).startsWith("specialists under given weights");
  }

  @Test
  void weightsAreInvisibleToTheSpecialists() {
    Expert oracle = TWO.create(told(), 1);
    LabeledExample example = SmallSpecialists.sides(1, 1).get(0);
    oracle.learn(told(example.features(), 1, 0), example.label(), 1);
    double[] p = new double[2];
    double[] q = new double[2];
    oracle.predict(told(example.features(), 1, 0), p);
    oracle.predict(told(example.features(), 1e3, 0), q);
    assertThat(q).isEqualTo(p);
    oracle.predict(told(example.features(), 0, 1), q);
    assertThat(q).as("that one has learned nothing").containsExactly(0.5, 0.5);
  }

  @Test
  void withoutAnyPositiveWeightAllAreAlike() {
    Expert oracle = TWO.create(told(), 1);
    LabeledExample example = SmallSpecialists.sides(1, 1).get(0);
    oracle.learn(told(example.features(), 1, 0), example.label(), 1);
    double[] expected = new double[2];
    oracle.predict(told(example.features(), 1, 1), expected);
    for (double[] pair :
        new double[][] {{0, 0}, {-1, -2}, {Double.NaN, 1}, {Double.MAX_VALUE, Double.MAX_VALUE}}) {
      double[] p = new double[2];
      oracle.predict(told(example.features(), pair[0], pair[1]), p);
      assertThat(p).as("%s", pair).isEqualTo(expected);
    }
  }

  @Test
  void illegalOptionsAndSchemasAreRejectedByName() {
    SpecialistConfig specialist = SpecialistConfig.defaults();
    AdwinFactory drift = new AdwinFactory(0.01);
    for (int count : new int[] {1, 257}) {
      assertThatThrownBy(() -> new OracleSpecialistsFactory(specialist, count, drift))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("specialists must be from 2 to 256, got " + count);
    }
    assertThatThrownBy(() -> new OracleSpecialistsFactory(null, 2, drift)).hasMessage("specialist");
    assertThatThrownBy(() -> new OracleSpecialistsFactory(specialist, 2, null)).hasMessage("drift");
    for (int count : new int[] {7, 9}) {
      assertThatThrownBy(() -> OracleSpecialistsFactory.of(count).create(SmallSpecialists.SIDES, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "schema has 7 attributes, %s of them are weights and none is left".formatted(count));
    }
  }
}
