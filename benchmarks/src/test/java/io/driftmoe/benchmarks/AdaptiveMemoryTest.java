// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.Preset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openjdk.jol.info.GraphLayout;

/** What the default mixture holds on a wide stream. */
final class AdaptiveMemoryTest {
  private static final int ATTRIBUTES = 300;
  private static final int EVENTS = 2_500;

  /**
   * Everyone who sends events has an attribute value of their own, and decides on the class: with
   * one input for each declared value, this did not end within minutes.
   */
  @Test
  void anAttributeOfTenThousandValuesFitsIntoTheDefaultLimit() {
    int users = 9_990;
    List<String> names = IntStream.range(0, users).mapToObj(u -> "u" + u).toList();
    StreamSchema schema =
        new StreamSchema(
            List.of(Attribute.nominal("user", names), Attribute.numeric("amount")),
            new LabelSpace(List.of("no", "yes")));
    MixtureOfExperts mixture =
        MixtureOfExperts.create(MixtureConfig.of(Preset.ADAPTIVE, 1), schema);
    SplitMix64 random = new SplitMix64(7);
    for (int i = 0; i < EVENTS; i++) {
      int user = (int) (users * random.nextDouble());
      double[] x = {user, random.nextDouble()};
      mixture.learn(mixture.predict(FeatureVector.of(x)), user % 7 % 2);
    }
    assertThat(GraphLayout.parseInstance(mixture).totalSize())
        .isBetween(1L << 20, MixtureConfig.DEFAULT_MODEL_BYTES);
  }

  @Test
  @Tag("slow")
  void aHundredNominalAttributesFitIntoTheDefaultLimit() {
    List<Attribute> attributes = new ArrayList<>();
    for (int a = 0; a < 100; a++) {
      List<String> values = IntStream.range(0, 20 + 13 * a).mapToObj(v -> "v" + v).toList();
      attributes.add(Attribute.nominal("a" + a, values));
    }
    StreamSchema schema = new StreamSchema(attributes, new LabelSpace(List.of("no", "yes")));
    MixtureOfExperts mixture =
        MixtureOfExperts.create(MixtureConfig.of(Preset.ADAPTIVE, 1), schema);
    SplitMix64 random = new SplitMix64(7);
    for (int i = 0; i < 1_500; i++) {
      double[] x = new double[attributes.size()];
      for (int a = 0; a < x.length; a++) {
        x[a] = (int) (attributes.get(a).values().size() * random.nextDouble());
      }
      mixture.learn(mixture.predict(FeatureVector.of(x)), x[50] % 7 > 3 ? 1 : 0);
    }
    assertThat(GraphLayout.parseInstance(mixture).totalSize())
        .isBetween(1L << 20, MixtureConfig.DEFAULT_MODEL_BYTES);
  }

  @Test
  void threeHundredAttributesFitIntoTheDefaultLimit() {
    List<Attribute> attributes = new ArrayList<>();
    for (int a = 0; a < ATTRIBUTES; a++) {
      attributes.add(Attribute.numeric("a" + a));
    }
    StreamSchema schema = new StreamSchema(attributes, new LabelSpace(List.of("no", "yes")));
    MixtureOfExperts mixture =
        MixtureOfExperts.create(MixtureConfig.of(Preset.ADAPTIVE, 1), schema);
    SplitMix64 random = new SplitMix64(7);
    for (int i = 0; i < EVENTS; i++) {
      double[] x = new double[ATTRIBUTES];
      for (int a = 0; a < ATTRIBUTES; a++) {
        x[a] = random.nextDouble();
      }
      // two concepts in turn, each of which trees can split by
      int at = i / 500 % 2 * 5;
      int label = x[at] > 0.5 ^ x[at + 1] > 0.7 ? 1 : 0;
      mixture.learn(mixture.predict(FeatureVector.of(x)), label);
    }
    assertThat(GraphLayout.parseInstance(mixture).totalSize())
        .isBetween(1L << 20, MixtureConfig.DEFAULT_MODEL_BYTES);
  }
}
