// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import java.io.DataInput;
import java.io.IOException;

/**
 * Makes DDM detectors: a learner's error rate should fall while the concept is stable, so a rate
 * well above the lowest one seen means drift.
 *
 * <p>After n errors e, each from 0 for right to 1 for wrong, p is their mean and s = sqrt(p (1 - p)
 * / n). The detector keeps the p and s for which p + s was lowest, and says
 *
 * <pre>
 * WARNING when p + s &gt; pMin + warningLevel sMin,   DRIFT when p + s &gt; pMin + driftLevel sMin
 * </pre>
 *
 * It sees only changes to more errors, and starts afresh after each. As long as not one error has
 * come, sMin is 0 and the first error is a drift. Memory: five numbers.
 *
 * <p>Gama, Medas, Castillo, Rodrigues: Learning with drift detection, SBIA 2004. Levels and
 * boundaries are those of MOA 2024.07.0's DDM.
 *
 * <pre>
 * DriftDetector ddm = DdmFactory.defaults().create();
 * // every tenth error 1, the others 0, 1,000 in all (update(i % 10 == 9 ? 1 : 0), i from 0): STABLE;
 * // then update(1): the 10th gives WARNING, the 20th DRIFT
 * </pre>
 *
 * @param minObservations the lowest rate is kept from observation minObservations - 1 on, drift is
 *     possible from observation minObservations on; at least 0; 30 is usual
 * @param warningLevel in standard deviations, positive, less than driftLevel; 2 is usual
 * @param driftLevel in standard deviations; 3 is usual
 */
public record DdmFactory(int minObservations, double warningLevel, double driftLevel)
    implements DetectorFactory {

  /**
   * Checks the ranges.
   *
   * @param minObservations 0 to 1,000,000
   * @param warningLevel positive, less than driftLevel
   * @param driftLevel finite
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public DdmFactory {
    Thresholds.count(0, "minObservations", minObservations);
    Thresholds.positive("warningLevel", warningLevel);
    Thresholds.positive("driftLevel", driftLevel);
    Thresholds.ordered("warningLevel", warningLevel, "driftLevel", driftLevel);
  }

  /**
   * Uses the thresholds of the paper and of MOA.
   *
   * @return 30 observations, 2 and 3 standard deviations
   */
  public static DdmFactory defaults() {
    return new DdmFactory(30, 2, 3);
  }

  @Override
  public DriftDetector create() {
    return new Ddm(this);
  }

  @Override
  public DriftDetector restore(DataInput in) throws IOException {
    return Ddm.readSnapshot(in, this);
  }
}
