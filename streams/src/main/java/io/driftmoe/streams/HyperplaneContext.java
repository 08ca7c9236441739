// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.SplitMix64;
import java.util.Arrays;

/**
 * Four sources, told apart by the signs of two hyperplanes through the middle of the unit cube.
 *
 * <p>Oblique: no component of a unit normal is below 0.3 in size, so that no split on a single
 * feature comes near to telling them apart. The normals stand far enough apart for every source to
 * have its share of the events.
 */
final class HyperplaneContext implements RegimeContext {
  private static final double LEAST_COMPONENT = 0.3;
  private static final double GREATEST_COSINE = 0.4;

  private final double[] first;
  private final double[] second;

  HyperplaneContext(SplitMix64 random) {
    first = oblique(random);
    double[] other = oblique(random);
    while (Math.abs(product(first, other)) > GREATEST_COSINE) {
      other = oblique(random);
    }
    second = other;
  }

  private static double[] oblique(SplitMix64 random) {
    double[] normal = new double[FEATURES];
    do {
      for (int i = 0; i < FEATURES; i++) {
        normal[i] = 2 * random.nextDouble() - 1;
      }
      double length = Math.sqrt(product(normal, normal));
      for (int i = 0; i < FEATURES; i++) {
        normal[i] /= length;
      }
    } while (leastComponent(normal) < LEAST_COMPONENT);
    return normal;
  }

  private static double leastComponent(double[] normal) {
    double least = 1;
    for (double component : normal) {
      least = Math.min(least, Math.abs(component));
    }
    return least;
  }

  private static double product(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < FEATURES; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Override
  public int sources() {
    return 4;
  }

  @Override
  public int draw(long event, SplitMix64 random, double[] context) {
    for (int i = 0; i < FEATURES; i++) {
      context[i] = random.nextDouble();
    }
    return source(context);
  }

  @Override
  public void posterior(long event, double[] context, double[] target) {
    Arrays.fill(target, 0);
    target[source(context)] = 1;
  }

  private int source(double[] context) {
    double[] fromMiddle = new double[FEATURES];
    for (int i = 0; i < FEATURES; i++) {
      fromMiddle[i] = context[i] - 0.5;
    }
    return (product(first, fromMiddle) > 0 ? 1 : 0) + (product(second, fromMiddle) > 0 ? 2 : 0);
  }
}
