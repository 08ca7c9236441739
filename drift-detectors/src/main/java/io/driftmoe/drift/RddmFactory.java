// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import java.io.DataInput;
import java.io.IOException;

/**
 * Makes RDDM detectors: DDM that forgets, since over a long concept DDM's error rate becomes too
 * heavy to move.
 *
 * <p>The input is 0 for a right and 1 for a wrong prediction. Rate p, deviation s, their lowest and
 * the two levels are those of {@link DdmFactory DDM}, with three additions. When a concept has
 * lasted longer than maxConcept and there is no warning, p is taken anew from the latest minConcept
 * errors. After a drift it is taken anew from the errors since the warning began (without warning,
 * from the latest), and so is the lowest. A warning that lasts warnLimit observations more is a
 * drift, after which, as in MOA, the newest error alone is kept. The detector sees only changes to
 * more errors. Memory: minConcept bits and seven numbers.
 *
 * <p>Barros, Cabral, Gonçalves, Santos: RDDM: reactive drift detection method, Expert Systems with
 * Applications 90, 2017. Levels and boundaries are those of MOA 2024.07.0's RDDM.
 *
 * <pre>
 * DriftDetector rddm = RddmFactory.defaults().create();
 * // every tenth error 1, the others 0, 1,000 in all (update(i % 10 == 9 ? 1 : 0), i from 0): STABLE;
 * // then update(1): the 7th gives WARNING, the 12th DRIFT
 * </pre>
 *
 * @param minObservations levels other than STABLE are possible from observation minObservations on;
 *     at least 0; 129 is usual
 * @param warningLevel in standard deviations, positive, less than driftLevel; 1.773 is usual
 * @param driftLevel in standard deviations; 2.258 is usual
 * @param maxConcept observations after which the rate is taken anew, at least 1; 40,000 is usual
 * @param minConcept errors kept for that, at least 1; 7,000 is usual
 * @param warnLimit observations, at least 1; 1,400 is usual
 */
public record RddmFactory(
    int minObservations,
    double warningLevel,
    double driftLevel,
    int maxConcept,
    int minConcept,
    int warnLimit)
    implements DetectorFactory {

  /**
   * Checks the ranges.
   *
   * @param minObservations 0 to 1,000,000
   * @param warningLevel positive, less than driftLevel
   * @param driftLevel finite
   * @param maxConcept observations, 1 to 1,000,000
   * @param minConcept errors, 1 to 1,000,000
   * @param warnLimit observations, 1 to 1,000,000
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public RddmFactory {
    Thresholds.count(0, "minObservations", minObservations);
    Thresholds.positive("warningLevel", warningLevel);
    Thresholds.positive("driftLevel", driftLevel);
    Thresholds.ordered("warningLevel", warningLevel, "driftLevel", driftLevel);
    Thresholds.count(1, "maxConcept", maxConcept);
    Thresholds.count(1, "minConcept", minConcept);
    Thresholds.count(1, "warnLimit", warnLimit);
  }

  /**
   * Uses the thresholds of the paper and of MOA.
   *
   * @return 129 observations, 1.773 and 2.258 standard deviations, concepts of 40,000 and 7,000,
   *     warnings of 1,400
   */
  public static RddmFactory defaults() {
    return new RddmFactory(129, 1.773, 2.258, 40_000, 7_000, 1_400);
  }

  @Override
  public DriftDetector create() {
    return new Rddm(this);
  }

  @Override
  public DriftDetector restore(DataInput in) throws IOException {
    return Rddm.readSnapshot(in, this);
  }
}
