// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.router.EstimatedAccuracy;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.apache.flink.metrics.testutils.MetricListener;
import org.junit.jupiter.api.Test;

class ExpectedTotalTest {
  private final MetricListener listener = new MetricListener();
  private final ExpectedTotal total = new ExpectedTotal(listener.getMetricGroup());

  private double value(String name) {
    return listener.<Number>getGauge(name).orElseThrow().getValue().doubleValue();
  }

  private void assertNothing() {
    assertThat(value("estimatedPredictions")).isZero();
    assertThat(value("estimatedAccuracy")).isEqualTo(-1);
    assertThat(value("estimatedAccuracyError")).isEqualTo(-1);
  }

  /** Of so many predictions with the same probability, and with this deviation of the bias. */
  private static EstimatedAccuracy estimate(long n, double p, double bias) {
    double chance = n * p * (1 - p);
    double error = 200 * Math.sqrt(chance / (n * n) + bias * bias);
    return new EstimatedAccuracy(100 * p, Math.min(100, error), n, chance);
  }

  @Test
  void modelsCountByWhatWaits_asLastReported() {
    assertNothing();
    total.update("nothing", null);
    assertNothing();
    total.update("a", estimate(100, 0.9, 0));
    total.update("a", estimate(300, 0.9, 0.05));
    assertThat(value("estimatedAccuracy")).isCloseTo(90, within(1e-9));
    assertThat(value("estimatedAccuracyError"))
        .isCloseTo(estimate(300, 0.9, 0.05).error(), within(1e-9));

    total.update("b", estimate(100, 0.5, 0.01));
    assertThat(value("estimatedPredictions")).isEqualTo(400);
    assertThat(value("estimatedAccuracy")).isCloseTo((300 * 90 + 100 * 50) / 400.0, within(1e-9));
    double chance = 300 * 0.09 + 100 * 0.25;
    double wrong = 300 * 0.05 + 100 * 0.01;
    assertThat(value("estimatedAccuracyError"))
        .isCloseTo(200 * Math.sqrt(chance + wrong * wrong) / 400, within(1e-9));

    total.update("a", null);
    assertThat(value("estimatedAccuracy")).isCloseTo(50, within(1e-9));
    total.update("b", null);
    assertNothing();
  }

  /** One prediction each says nothing alone; the chances of 10,000 models even out. */
  @Test
  void manyModelsOfWhichLittleIsKnown() {
    for (int key = 0; key < 10_000; key++) {
      total.update("key " + key, estimate(1, 0.8, 0.02));
    }
    assertThat(value("estimatedAccuracy")).isCloseTo(80, within(1e-6));
    assertThat(value("estimatedAccuracyError"))
        .isCloseTo(200 * Math.sqrt(0.16 / 10_000 + 0.02 * 0.02), within(1e-6));
  }

  @Test
  void sumsStayThoseOfTheParts_howeverOftenTheseChange() {
    Random random = new Random(1);
    Map<String, EstimatedAccuracy> now = new HashMap<>();
    for (int i = 0; i < 200_000; i++) {
      String key = "key " + random.nextInt(50);
      EstimatedAccuracy next =
          random.nextInt(4) == 0
              ? null
              : estimate(1 + random.nextInt(1_000_000), random.nextDouble(), random.nextDouble());
      total.update(key, next);
      if (next == null) {
        now.remove(key);
      } else {
        now.put(key, next);
      }
    }
    long n = now.values().stream().mapToLong(EstimatedAccuracy::predictions).sum();
    double right =
        now.values().stream().mapToDouble(one -> one.accuracy() * one.predictions()).sum();
    assertThat(value("estimatedPredictions")).isEqualTo(n);
    assertThat(value("estimatedAccuracy")).isCloseTo(right / n, within(1e-6));
    assertThat(value("estimatedAccuracyError")).isBetween(0.0, 100.0);
  }
}
