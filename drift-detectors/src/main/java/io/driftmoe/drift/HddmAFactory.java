// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import java.io.DataInput;
import java.io.IOException;

/**
 * Makes HDDM-A detectors: the mean of all errors since the last change, against that of their
 * beginning, by Hoeffding's inequality.
 *
 * <p>Errors lie from 0 for right to 1 for wrong. After n of them, with mean u, the detector keeps
 * the beginning of length k and mean v whose upper bound v + b(k) was lowest, b(k) = sqrt(ln(1 /
 * driftConfidence) / (2 k)), and says
 *
 * <pre>
 * WARNING or DRIFT when u - v &gt;= sqrt((n - k) / (k n) / 2 ln(2 / confidence))
 * </pre>
 *
 * with the confidence of that level. It sees only changes to more errors, and starts afresh after
 * each. With twoSided it also starts afresh, silently, when errors have become fewer in the same
 * sense (beginning with the highest v - b(k)), so that the next rise is measured from the new rate.
 * Memory: six numbers.
 *
 * <p>Frías-Blanco, del Campo-Ávila, Ramos-Jiménez, Morales-Bueno, Ortiz-Díaz, Caballero-Mota:
 * Online and non-parametric drift detection methods based on Hoeffding's bounds, IEEE TKDE 27,
 * 2015. Levels and boundaries are those of MOA 2024.07.0's HDDM_A_Test.
 *
 * <pre>
 * DriftDetector hddm = HddmAFactory.defaults().create();
 * // update(0) 1,000 times: STABLE; then update(1): the 4th gives DRIFT
 * </pre>
 *
 * @param driftConfidence probability of a false drift at one test, greater than 0, less than
 *     warningConfidence; 0.001 is usual
 * @param warningConfidence the same for a warning, less than 1; 0.005 is usual
 * @param twoSided whether to start afresh when errors have become fewer; usual
 */
public record HddmAFactory(double driftConfidence, double warningConfidence, boolean twoSided)
    implements DetectorFactory {

  /**
   * Checks the ranges.
   *
   * @param driftConfidence greater than 0, less than warningConfidence
   * @param warningConfidence less than 1
   * @param twoSided whether to start afresh when errors have become fewer
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public HddmAFactory {
    Thresholds.probability("driftConfidence", driftConfidence);
    Thresholds.probability("warningConfidence", warningConfidence);
    Thresholds.ordered("driftConfidence", driftConfidence, "warningConfidence", warningConfidence);
  }

  /**
   * Uses the thresholds of MOA.
   *
   * @return confidences 0.001 and 0.005, two-sided
   */
  public static HddmAFactory defaults() {
    return new HddmAFactory(0.001, 0.005, true);
  }

  @Override
  public DriftDetector create() {
    return new HddmA(this);
  }

  @Override
  public DriftDetector restore(DataInput in) throws IOException {
    return HddmA.readSnapshot(in, this);
  }
}
