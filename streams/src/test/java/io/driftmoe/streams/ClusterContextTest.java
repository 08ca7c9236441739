// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.SplitMix64;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterContextTest {
  private static final double[] SHARES = {0.7, 0.2, 0.1};

  /** Clusters that overlap a lot: only here do unequal shares and several clusters matter. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void posteriorOfEachSourceIsCalibrated(int clusters) {
    SplitMix64 random = new SplitMix64(5);
    ClusterContext context = new ClusterContext(SHARES, clusters, 1.5, random);
    double[][] said = new double[3][5];
    double[][] happened = new double[3][5];
    double[][] variance = new double[3][5];
    double[] point = new double[RegimeContext.FEATURES];
    double[] posterior = new double[3];
    for (int event = 0; event < 20_000; event++) {
      int source = context.draw(event, random, point);
      context.posterior(event, point, posterior);
      for (int s = 0; s < 3; s++) {
        int bin = (int) Math.min(4, 5 * posterior[s]);
        said[s][bin] += posterior[s];
        variance[s][bin] += posterior[s] * (1 - posterior[s]);
        happened[s][bin] += s == source ? 1 : 0;
      }
    }
    for (int s = 0; s < 3; s++) {
      for (int bin = 0; bin < 5; bin++) {
        assertThat(happened[s][bin])
            .as("source %s, bin %s", s, bin)
            .isCloseTo(said[s][bin], within(4 * Math.sqrt(variance[s][bin]) + 1));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1e6, -50, 50, 1e6})
  void posteriorIsAProbabilityFarFromAllClusters(double far) {
    ClusterContext context = new ClusterContext(SHARES, 2, 6, new SplitMix64(5));
    double[] posterior = new double[3];
    context.posterior(0, new double[] {far, far, far}, posterior);
    assertThat(Arrays.stream(posterior).sum()).isCloseTo(1, within(1e-12));
    assertThat(Arrays.stream(posterior)).allMatch(p -> p >= 0 && p <= 1);
  }
}
