// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.neighbours;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.SplitMix64;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SquaredDistancesTest {
  private static final float[] X = {0.5f, -1.25f, 3, 0.1f};
  private static final float[] SCALE = {1, 2.5f, 0.125f, 3.3f};

  // Lengths around those of vectors and of unrolled loops.
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 16, 17, 64, 131, 1_021})
  void allKernelsGiveTheSameBits(int n) {
    SplitMix64 random = new SplitMix64(n);
    float[][] columns = new float[4][n];
    float[] start = new float[n];
    for (int j = 0; j < n; j++) {
      start[j] = random.nextFloat();
      for (float[] column : columns) {
        column[j] = 4 * random.nextFloat() - 2;
      }
    }
    for (float cap : new float[] {1, Float.MAX_VALUE}) {
      float[] expected = start.clone();
      float[] one = start.clone();
      float[] four = start.clone();
      for (int c = 0; c < 4; c++) {
        SquaredDistances.addCapped(columns[c], X[c], SCALE[c], cap, one, n);
        for (int j = 0; j < n; j++) {
          float z = (columns[c][j] - X[c]) * SCALE[c];
          expected[j] = expected[j] + Math.min(z * z, cap);
        }
      }
      SquaredDistances.addFourCapped(columns, X, SCALE, cap, four, n);
      assertThat(one).isEqualTo(expected);
      assertThat(four).isEqualTo(expected);
      if (cap > 1) {
        float[] uncapped = start.clone();
        float[] fourUncapped = start.clone();
        for (int c = 0; c < 4; c++) {
          SquaredDistances.add(columns[c], X[c], SCALE[c], uncapped, n);
        }
        SquaredDistances.addFour(columns, X, SCALE, fourUncapped, n);
        assertThat(uncapped).isEqualTo(expected);
        assertThat(fourUncapped).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {1e30f, -1e30f, Float.POSITIVE_INFINITY})
  void farValuesAddTheCap(float far) {
    float[] sums = {1, 1, 1};
    SquaredDistances.addCapped(new float[] {far, 0, far}, 0.5f, 1e30f, 25, sums, 2);
    assertThat(sums).containsExactly(new float[] {26, 26, 1}, within(0f));
  }
}
