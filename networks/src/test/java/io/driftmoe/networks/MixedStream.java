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

/**
 * A seeded stream with everything an expert must cope with: numeric and nominal attributes, missing
 * values, four unbalanced classes, noise, and a concept that changes half way.
 */
public final class MixedStream {
  public static final StreamSchema SCHEMA =
      new StreamSchema(
          List.of(
              Attribute.numeric("height"),
              Attribute.nominal("colour", List.of("red", "green", "blue")),
              Attribute.numeric("width"),
              Attribute.nominal("place", List.of("a", "b", "c", "d", "e", "f")),
              Attribute.numeric("noise")),
          new LabelSpace(List.of("one", "two", "three", "four")));

  private MixedStream() {}

  public static List<LabeledExample> of(int events, long seed) {
    SplitMix64 random = new SplitMix64(seed);
    List<LabeledExample> examples = new ArrayList<>(events);
    for (int i = 0; i < events; i++) {
      double height = random.nextDouble() * 10 - 5;
      int colour = (int) (random.nextDouble() * 3);
      double width = random.nextDouble();
      int place = (int) (random.nextDouble() * random.nextDouble() * 6);
      double noise = random.nextDouble() * 1e6;
      boolean second = i >= events / 2;
      int label;
      if (place == 2) {
        label = second ? 0 : 3;
      } else if (colour == 1) {
        label = height > 1 ? 1 : 2;
      } else {
        label = (width > 0.6) != second ? 1 : 0;
      }
      if (random.nextDouble() < 0.05) {
        label = (int) (random.nextDouble() * 4);
      }
      double[] values = {height, colour, width, place, noise};
      for (int a = 0; a < values.length; a++) {
        if (random.nextDouble() < 0.03) {
          values[a] = Double.NaN;
        }
      }
      examples.add(new LabeledExample(FeatureVector.of(values), label));
    }
    return examples;
  }

  /** The same, but the second concept takes over by and by, over the whole second half. */
  public static List<LabeledExample> gradual(int events, long seed) {
    List<LabeledExample> abrupt = of(2 * events, seed);
    SplitMix64 random = new SplitMix64(seed + 1);
    List<LabeledExample> examples = new ArrayList<>(events);
    for (int i = 0; i < events; i++) {
      double share = Math.max(0, 2.0 * i / events - 1);
      examples.add(abrupt.get(random.nextDouble() < share ? events + i : i));
    }
    return examples;
  }
}
