// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A seeded stream in which the class depends on who sends an event and on nothing else. 250 users
 * do, some of them often; the schema may declare many more.
 */
public final class WideStream {
  private static final int USERS = 250;

  private WideStream() {}

  /** The schema with so many declared users, at least 250. */
  public static StreamSchema schema(int users) {
    return new StreamSchema(
        List.of(
            Attribute.nominal("user", IntStream.range(0, users).mapToObj(u -> "u" + u).toList()),
            Attribute.numeric("amount"),
            Attribute.nominal("colour", List.of("red", "green", "blue"))),
        new LabelSpace(List.of("no", "yes")));
  }

  public static List<LabeledExample> of(int events, long seed) {
    SplitMix64 random = new SplitMix64(seed);
    List<LabeledExample> examples = new ArrayList<>(events);
    for (int i = 0; i < events; i++) {
      double skewed = random.nextDouble() * random.nextDouble();
      int user = (int) (USERS * skewed * skewed);
      int label = (int) (SplitMix64.derive(1, user) >>> 63);
      double[] values = {user, random.nextDouble(), (int) (3 * random.nextDouble())};
      if (random.nextDouble() < 0.05) {
        label = 1 - label;
      }
      if (random.nextDouble() < 0.03) {
        values[0] = Double.NaN;
      }
      examples.add(new LabeledExample(FeatureVector.of(values), label));
    }
    return examples;
  }
}
