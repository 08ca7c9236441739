// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import java.io.DataInput;
import java.io.IOException;

/**
 * Makes EDDM detectors: while a learner improves, the distance between two errors grows, so a
 * distance that shrinks means drift. Meant for changes too slow for DDM.
 *
 * <p>The input is 0 for a right and 1 for a wrong prediction; the distance of an error is the
 * number of observations since the error before it. At each error, m is the mean and d the standard
 * deviation of all distances so far, and max the largest m + 2 d so far; then
 *
 * <pre>
 * WARNING when (m + 2 d) / max &lt; warningLevel,   DRIFT when (m + 2 d) / max &lt; driftLevel
 * </pre>
 *
 * Right predictions leave the level at WARNING or STABLE as it was. The detector sees only changes
 * to more errors, and starts afresh after each. It is quick to alarm: see its false-alarm rate
 * before use. Memory: six numbers.
 *
 * <p>Baena-García, del Campo-Ávila, Fidalgo, Bifet, Gavaldà, Morales-Bueno: Early drift detection
 * method, IWKDDS 2006. Levels and boundaries are those of MOA 2024.07.0's EDDM.
 *
 * <pre>
 * DriftDetector eddm = EddmFactory.defaults().create();
 * // every tenth error 1, the others 0, 1,000 in all (update(i % 10 == 9 ? 1 : 0), i from 0): STABLE;
 * // then update(1): the 88th gives WARNING, the 123rd DRIFT
 * </pre>
 *
 * @param minObservations the largest m + 2 d is kept from observation minObservations on; at least
 *     0; 30 is usual
 * @param minErrors there are levels other than STABLE only after more errors than this; at least 0;
 *     30 is usual
 * @param warningLevel greater than driftLevel and less than 1; 0.95 is usual
 * @param driftLevel greater than 0; 0.9 is usual
 */
public record EddmFactory(
    int minObservations, int minErrors, double warningLevel, double driftLevel)
    implements DetectorFactory {

  /**
   * Checks the ranges.
   *
   * @param minObservations 0 to 1,000,000
   * @param minErrors 0 to 1,000,000
   * @param warningLevel greater than driftLevel and less than 1
   * @param driftLevel greater than 0
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public EddmFactory {
    Thresholds.count(0, "minObservations", minObservations);
    Thresholds.count(0, "minErrors", minErrors);
    Thresholds.probability("warningLevel", warningLevel);
    Thresholds.probability("driftLevel", driftLevel);
    Thresholds.ordered("driftLevel", driftLevel, "warningLevel", warningLevel);
  }

  /**
   * Uses the thresholds of the paper and of MOA.
   *
   * @return 30 observations, 30 errors, levels 0.95 and 0.9
   */
  public static EddmFactory defaults() {
    return new EddmFactory(30, 30, 0.95, 0.9);
  }

  @Override
  public DriftDetector create() {
    return new Eddm(this);
  }

  @Override
  public DriftDetector restore(DataInput in) throws IOException {
    return Eddm.readSnapshot(in, this);
  }
}
