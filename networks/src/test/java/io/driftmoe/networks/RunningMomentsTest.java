// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.SplitMix64;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RunningMomentsTest {
  private static final double RATE = InputEncoder.DEFAULT_MIN_RATE;

  private final RunningMoments moments = new RunningMoments(1, RATE);
  private final SplitMix64 random = new SplitMix64(3);

  /** Values with mean 0 and variance 1. */
  private void ordinary(int values) {
    for (int i = 0; i < values; i++) {
      moments.update(0, (random.nextDouble() - 0.5) * Math.sqrt(12));
    }
  }

  private double deviation() {
    return 1 / moments.inverseDeviation(0);
  }

  @Test
  void oneWildValueHardlyCounts() {
    ordinary(3_000);
    moments.update(0, 1e30);
    assertThat(deviation()).isLessThan(1.2);
    assertThat(moments.mean(0)).isCloseTo(0, within(0.1));
    ordinary(10_000);
    assertThat(deviation()).isCloseTo(1, within(0.1));
  }

  @ParameterizedTest
  @CsvSource({"0, 1e6", "1, -999", "7, 1e100", "20, 1e12", "500, -1e6", "1999, 1e6"})
  void oneWildValueAmongTheFirstHardlyCounts(int at, double value) {
    ordinary(at);
    moments.update(0, value);
    ordinary(300);
    assertThat(deviation()).isCloseTo(1, within(0.15));
    assertThat(moments.mean(0)).isCloseTo(0, within(0.2));
  }

  @Test
  void onePercentOfWildValuesHardlyCounts() {
    for (int i = 0; i < 20_000; i++) {
      moments.update(0, random.nextDouble() < 0.01 ? 1e9 : random.nextDouble());
    }
    assertThat(deviation()).isCloseTo(Math.sqrt(1.0 / 12), within(0.03));
  }

  @Test
  void aQuantityThatMovesAwayIsFollowed() {
    ordinary(3_000);
    for (int i = 0; i < 20_000; i++) {
      moments.update(0, 1e6 + random.nextDouble());
    }
    assertThat(moments.mean(0)).isCloseTo(1e6, within(100.0));
  }

  @Test
  void aRareIndicatorKeepsItsVariance() {
    double probability = 1e-3; // a one lies 30 standard deviations away
    double sum = 0;
    for (int i = 0; i < 200_000; i++) {
      moments.update(0, random.nextDouble() < probability ? 1 : 0);
      sum += i < 100_000 ? 0 : deviation() * deviation();
    }
    assertThat(sum / 100_000).isCloseTo(probability, within(2e-4));
  }

  @ParameterizedTest
  @CsvSource({"12, -1, count of -1", "24, NaN, means of NaN", "36, -1, variances of -1.0"})
  void damagedSnapshotIsRejectedByField(int at, String value, String message) throws IOException {
    ordinary(5);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    moments.writeSnapshot(new DataOutputStream(bytes));
    ByteBuffer damaged = ByteBuffer.wrap(bytes.toByteArray());
    if (at == 12) {
      damaged.putLong(at, Long.parseLong(value));
    } else {
      damaged.putDouble(at, Double.parseDouble(value));
    }
    assertThatThrownBy(
            () ->
                moments.readSnapshot(
                    new DataInputStream(new ByteArrayInputStream(damaged.array()))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message);
  }
}
