// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How often each detector alarms in vain, and how soon it finds a drift, with its defaults over 200
 * seeded streams. The bounds leave a third to the figures measured when they were written; they are
 * what a user may count on.
 */
class DetectorPowerTest {
  private static final int STREAMS = 200;
  private static final int LENGTH = 10_000;
  private static final int DRIFT = 5_000;

  /** Drifts reported in 10,000 observations whose error rate stays 5, 20 or 40 percent: at most. */
  @ParameterizedTest
  @CsvSource({
    "ADWIN, 0.01, 0.01, 0.01",
    "DDM, 2.4, 0.6, 0.3",
    "EDDM, 13, 26, 17",
    "HDDM-A, 0.01, 0.15, 0.4",
    "HDDM-W, 0.01, 0.7, 9",
    "KSWIN, 0.01, 0.05, 0.6",
    "Page-Hinkley, 0.01, 0.03, 0.06",
    "RDDM, 2.4, 1.6, 1.4",
    "STEPD, 5, 4, 4"
  })
  void stationary_alarmsInVainAreFew(String name, double at5, double at20, double at40) {
    double[] most = {at5, at20, at40};
    double[] rates = {0.05, 0.2, 0.4};
    for (int k = 0; k < rates.length; k++) {
      int alarms = 0;
      for (int seed = 0; seed < STREAMS; seed++) {
        DriftDetector detector = AllDetectors.DEFAULTS.get(name).create();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < LENGTH; i++) {
          alarms += next(detector, random, rates[k]) == DriftLevel.DRIFT ? 1 : 0;
        }
      }
      assertThat((double) alarms / STREAMS)
          .as("alarms a stream with %s errors", rates[k])
          .isLessThanOrEqualTo(most[k]);
    }
  }

  /**
   * The error rate rises at observation 5,000: share of the streams where this is found within
   * 2,000 observations, at least, and the median of the delay over all streams, at most.
   */
  @ParameterizedTest
  @CsvSource({
    "ADWIN, 0.2, 0.4, 1, 200",
    "ADWIN, 0.1, 0.5, 1, 80",
    "DDM, 0.2, 0.4, 0.78, 600",
    "DDM, 0.1, 0.5, 0.99, 180",
    "EDDM, 0.2, 0.4, 0.99, 240",
    "EDDM, 0.1, 0.5, 0.99, 70",
    "HDDM-A, 0.2, 0.4, 0.99, 180",
    "HDDM-A, 0.1, 0.5, 1, 65",
    "HDDM-W, 0.2, 0.4, 1, 75",
    "HDDM-W, 0.1, 0.5, 1, 40",
    "KSWIN, 0.2, 0.4, 0.6, 200",
    "KSWIN, 0.1, 0.5, 0.99, 75",
    "Page-Hinkley, 0.2, 0.4, 0.99, 500",
    "Page-Hinkley, 0.1, 0.5, 1, 240",
    "RDDM, 0.2, 0.4, 0.97, 180",
    "RDDM, 0.1, 0.5, 1, 70",
    "STEPD, 0.2, 0.4, 0.95, 60",
    "STEPD, 0.1, 0.5, 0.97, 25"
  })
  void rise_isFoundSoon(String name, double before, double after, double share, double median) {
    double[] delays = new double[STREAMS];
    Arrays.fill(delays, Double.POSITIVE_INFINITY);
    for (int seed = 0; seed < STREAMS; seed++) {
      DriftDetector detector = AllDetectors.DEFAULTS.get(name).create();
      SplittableRandom random = new SplittableRandom(1000 + seed);
      for (int i = 0; i < DRIFT; i++) {
        next(detector, random, before);
      }
      for (int delay = 1; delay <= 2000 && Double.isInfinite(delays[seed]); delay++) {
        if (next(detector, random, after) == DriftLevel.DRIFT && detector.errorRose()) {
          delays[seed] = delay;
        }
      }
    }
    Arrays.sort(delays);
    long found = Arrays.stream(delays).filter(Double::isFinite).count();
    assertThat((double) found / STREAMS).as("found").isGreaterThanOrEqualTo(share);
    assertThat(delays[STREAMS / 2]).as("median delay").isLessThanOrEqualTo(median);
  }

  /** The bounds cover every detector. */
  @Test
  void everyDetectorHasBounds() throws NoSuchMethodException {
    for (String method : new String[] {"stationary_alarmsInVainAreFew", "rise_isFoundSoon"}) {
      Class<?>[] types =
          method.startsWith("s")
              ? new Class<?>[] {String.class, double.class, double.class, double.class}
              : new Class<?>[] {
                String.class, double.class, double.class, double.class, double.class
              };
      String[] lines =
          getClass().getDeclaredMethod(method, types).getAnnotation(CsvSource.class).value();
      assertThat(Arrays.stream(lines).map(line -> line.split(",")[0]).distinct())
          .containsExactlyElementsOf(AllDetectors.DEFAULTS.keySet());
    }
  }

  private static DriftLevel next(DriftDetector detector, SplittableRandom random, double rate) {
    return detector.update(random.nextDouble() < rate ? 1 : 0);
  }
}
