// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What objective and calibration are for, on streams where they matter. */
class GoalsTest {
  private static double score(String stream, String learner, ScoreMeasure measure)
      throws IOException {
    return Cells.run(Cells.cell(stream, learner, 6_000)).scores().of(measure);
  }

  @Test
  void balancedAccuracyRisesWhereOneClassIsNearlyAlone() throws IOException {
    double plain = score("regime_skew", "adaptive", ScoreMeasure.BALANCED_ACCURACY);

    assertThat(score("regime_skew", "adaptive-balanced", ScoreMeasure.BALANCED_ACCURACY))
        .isGreaterThan(plain + 5);
    assertThat(score("regime_skew", "adaptive-g-mean", ScoreMeasure.BALANCED_ACCURACY))
        .isGreaterThan(plain + 5);
  }

  @Test
  void calibrationPutsConfidenceRight() throws IOException {
    double before = score("regime_k5", "adaptive-uncalibrated", ScoreMeasure.CALIBRATION_ERROR);
    double after = score("regime_k5", "adaptive", ScoreMeasure.CALIBRATION_ERROR);

    assertThat(before).isGreaterThan(2.5); // 7 in the mean of three seeds
    assertThat(after).isLessThan(1.5); // of 6,000 events, the first ones among them
    assertThat(score("regime_k5", "adaptive", ScoreMeasure.LOG_LOSS))
        .isLessThan(score("regime_k5", "adaptive-uncalibrated", ScoreMeasure.LOG_LOSS));
    assertThat(score("regime_k5", "adaptive", ScoreMeasure.ACCURACY))
        .isEqualTo(score("regime_k5", "adaptive-uncalibrated", ScoreMeasure.ACCURACY));
  }
}
