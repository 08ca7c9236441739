// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.sql;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import java.util.ArrayList;
import java.util.List;

/** A small stream with columns of several types and a concept that turns half-way. */
final class Prices {
  static final StreamSchema SCHEMA =
      new StreamSchema(
          List.of(
              Attribute.numeric("price"),
              Attribute.nominal("weekday", List.of("mon", "tue", "wed")),
              Attribute.numeric("demand"),
              Attribute.nominal("busy", List.of("false", "true"))),
          new LabelSpace(List.of("UP", "DOWN")));

  private Prices() {}

  static List<LabeledExample> examples(int count, long seed) {
    SplitMix64 random = new SplitMix64(seed);
    List<LabeledExample> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double price = random.nextDouble();
      double day = (int) (3 * random.nextDouble());
      double demand = random.nextDouble() < 0.02 ? Double.NaN : random.nextDouble();
      double open = random.nextDouble() < 0.5 ? 0 : 1;
      boolean up = i < count / 2 ? price > 0.4 : price + 0.2 * day < 0.7;
      examples.add(new LabeledExample(FeatureVector.of(price, day, demand, open), up ? 0 : 1));
    }
    return examples;
  }

  static String day(LabeledExample example) {
    return SCHEMA.attributes().get(1).values().get((int) example.features().get(1));
  }

  static Double demand(LabeledExample example) {
    return example.features().isMissing(2) ? null : example.features().get(2);
  }

  static boolean open(LabeledExample example) {
    return example.features().get(3) == 1;
  }

  static String label(LabeledExample example) {
    return SCHEMA.labels().name(example.label());
  }
}
