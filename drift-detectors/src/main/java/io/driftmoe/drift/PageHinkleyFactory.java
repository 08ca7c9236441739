// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import java.io.DataInput;
import java.io.IOException;

/**
 * Makes Page-Hinkley detectors: a sum of how far observations lie above their mean grows only when
 * the mean has risen.
 *
 * <p>For each observation x, any finite number, m is the mean of all including x and
 *
 * <pre>
 * sum = alpha sum + (x - m - delta),   DRIFT when sum &gt; lambda
 * </pre>
 *
 * There is no warning level. The detector sees only rises, and starts afresh after each. Memory:
 * three numbers.
 *
 * <p>Page: Continuous inspection schemes, Biometrika 41, 1954; Hinkley: Inference about the change
 * point from cumulative sum tests, Biometrika 58, 1971. Both compare the sum with its minimum so
 * far; MOA 2024.07.0's PageHinkleyDM forgets by alpha instead, and this is the same: after a long
 * calm the sum lies near -delta / (1 - alpha), 50 below 0, and a rise takes the longer to be seen.
 * With alpha = 1 and delta greater than 0 the sum falls by delta an observation without bound: the
 * longer the calm, the later a rise is seen.
 *
 * <pre>
 * DriftDetector pageHinkley = PageHinkleyFactory.defaults().create();
 * // update(0) 1,000 times: STABLE; then update(1): the 57th gives DRIFT
 * </pre>
 *
 * @param minObservations drift is possible from observation minObservations - 1 on; at least 0; 30
 *     is usual
 * @param delta change that does not matter, in units of x, 0 or more; 0.005 is usual
 * @param lambda sum that means drift, positive, in units of x; 50 is usual
 * @param alpha share of the sum that each observation keeps, greater than 0, at most 1; 0.9999 is
 *     usual
 */
public record PageHinkleyFactory(int minObservations, double delta, double lambda, double alpha)
    implements DetectorFactory {

  /**
   * Checks the ranges.
   *
   * @param minObservations 0 to 1,000,000
   * @param delta at least 0 and finite, in units of the observations
   * @param lambda positive and finite, in units of the observations
   * @param alpha greater than 0 and at most 1
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public PageHinkleyFactory {
    Thresholds.count(0, "minObservations", minObservations);
    if (!(delta >= 0 && delta < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("delta must be at least 0 and finite: " + delta);
    }
    Thresholds.positive("lambda", lambda);
    if (!(alpha > 0 && alpha <= 1)) {
      throw new IllegalArgumentException("alpha must be greater than 0 and at most 1: " + alpha);
    }
  }

  /**
   * Uses the thresholds of MOA.
   *
   * @return 30 observations, delta 0.005, lambda 50, alpha 0.9999
   */
  public static PageHinkleyFactory defaults() {
    return new PageHinkleyFactory(30, 0.005, 50, 0.9999);
  }

  @Override
  public DriftDetector create() {
    return new PageHinkley(this);
  }

  @Override
  public DriftDetector restore(DataInput in) throws IOException {
    return PageHinkley.readSnapshot(in, this);
  }
}
