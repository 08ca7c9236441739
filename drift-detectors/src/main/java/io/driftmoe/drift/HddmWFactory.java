// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import java.io.DataInput;
import java.io.IOException;

/**
 * Makes HDDM-W detectors: exponentially weighted means of errors, compared by McDiarmid's
 * inequality. Quicker than HDDM-A for sudden changes, and quicker to alarm in vain.
 *
 * <p>Errors lie from 0 for right to 1 for wrong. A weighted mean begins at its first error and goes
 * on as z = lambda e + (1 - lambda) z; its sum of squared weights w begins at 1 and goes on as w =
 * lambda^2 + (1 - lambda)^2 w. The detector keeps the beginning (z1, w1) whose upper bound z +
 * sqrt(w ln(1 / driftConfidence) / 2) was lowest, has a second mean (z2, w2) over the errors since
 * then, and says
 *
 * <pre>
 * WARNING or DRIFT when z2 - z1 &gt; sqrt((w1 + w2) ln(1 / confidence) / 2)
 * </pre>
 *
 * with the confidence of that level. It sees only changes to more errors, and starts afresh after
 * each. With twoSided it also starts afresh, silently, when errors have become fewer in the same
 * sense. Memory: twelve numbers.
 *
 * <p>Frías-Blanco, del Campo-Ávila, Ramos-Jiménez, Morales-Bueno, Ortiz-Díaz, Caballero-Mota:
 * Online and non-parametric drift detection methods based on Hoeffding's bounds, IEEE TKDE 27,
 * 2015. Levels and boundaries are those of MOA 2024.07.0's HDDM_W_Test when it is alone; it keeps
 * its means in static fields, so that two of them in one JVM disturb one another, which does not
 * happen here.
 *
 * <pre>
 * DriftDetector hddm = HddmWFactory.defaults().create();
 * // update(0) 1,000 times: STABLE; then update(1): the 9th gives WARNING, the 11th DRIFT
 * </pre>
 *
 * @param driftConfidence probability of a false drift at one test, greater than 0, less than
 *     warningConfidence; 0.001 is usual
 * @param warningConfidence the same for a warning, less than 1; 0.005 is usual
 * @param lambda weight of the newest error, greater than 0 and less than 1; 0.05 is usual
 * @param twoSided whether to start afresh when errors have become fewer; unusual
 */
public record HddmWFactory(
    double driftConfidence, double warningConfidence, double lambda, boolean twoSided)
    implements DetectorFactory {

  /**
   * Checks the ranges.
   *
   * @param driftConfidence greater than 0, less than warningConfidence
   * @param warningConfidence less than 1
   * @param lambda greater than 0 and less than 1
   * @param twoSided whether to start afresh when errors have become fewer
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public HddmWFactory {
    Thresholds.probability("driftConfidence", driftConfidence);
    Thresholds.probability("warningConfidence", warningConfidence);
    Thresholds.ordered("driftConfidence", driftConfidence, "warningConfidence", warningConfidence);
    Thresholds.probability("lambda", lambda);
  }

  /**
   * Uses the thresholds of MOA.
   *
   * @return confidences 0.001 and 0.005, lambda 0.05, one-sided
   */
  public static HddmWFactory defaults() {
    return new HddmWFactory(0.001, 0.005, 0.05, false);
  }

  @Override
  public DriftDetector create() {
    return new HddmW(this);
  }

  @Override
  public DriftDetector restore(DataInput in) throws IOException {
    return HddmW.readSnapshot(in, this);
  }
}
