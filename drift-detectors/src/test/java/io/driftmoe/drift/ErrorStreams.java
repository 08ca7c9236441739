// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.IntToDoubleFunction;

/** Seeded 0/1 errors for tests. */
final class ErrorStreams {
  private ErrorStreams() {}

  static double[] bernoulli(long seed, int length, IntToDoubleFunction rate) {
    Random random = new Random(seed);
    double[] errors = new double[length];
    for (int i = 0; i < length; i++) {
      errors[i] = random.nextDouble() < rate.applyAsDouble(i) ? 1 : 0;
    }
    return errors;
  }

  /** The rate changes at one index. */
  static double[] change(long seed, int length, double before, int at, double after) {
    return bernoulli(seed, length, i -> i < at ? before : after);
  }

  /** One stream of each shape, by name. */
  static Map<String, double[]> shapes(long seed) {
    Map<String, double[]> shapes = new LinkedHashMap<>();
    shapes.put("stationary", bernoulli(seed, 6000, i -> 0.2));
    shapes.put("rise", change(seed, 6000, 0.1, 3000, 0.5));
    shapes.put("slow rise", bernoulli(seed, 6000, i -> 0.1 + 0.4 * Math.max(0, i - 2000) / 4000));
    shapes.put("fall", change(seed, 6000, 0.5, 3000, 0.1));
    shapes.put("fall and rise", bernoulli(seed, 9000, i -> i / 3000 % 2 == 0 ? 0.4 : 0.05));
    shapes.put("short", change(seed, 150, 0.1, 75, 0.9));
    shapes.put("rare", bernoulli(seed, 6000, i -> 0.01));
    return shapes;
  }
}
