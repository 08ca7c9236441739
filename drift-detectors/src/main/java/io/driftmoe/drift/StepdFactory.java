// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import java.io.DataInput;
import java.io.IOException;

/**
 * Makes STEPD detectors: the accuracy of the latest predictions against that of all before, by the
 * test of equal proportions.
 *
 * <p>The input is 0 for a right and 1 for a wrong prediction. Of the latest nr = window predictions
 * rr were right, of the no before them, back to the last change, ro; p = (ro + rr) / (no + nr).
 * From no = window on,
 *
 * <pre>
 * z = (|ro/no - rr/nr| - c/2) / sqrt(p (1 - p) c),   c = 1/no + 1/nr
 * WARNING or DRIFT when P(|Z| &gt; z) &lt; the alpha of that level, Z standard normal
 * </pre>
 *
 * A change in either direction counts, see {@link DriftDetector#errorRose}; the detector starts
 * afresh after each drift. Memory: window bits and three numbers.
 *
 * <p>Nishida, Yamauchi: Detecting concept drift using statistical testing, DS 2007. Levels and
 * boundaries are those of MOA 2024.07.0's STEPD, but for one thing: a difference smaller than the
 * correction c/2 is no evidence here. MOA takes the absolute value of the negative z, so that with
 * next to no errors no difference at all is a drift: without one error, at observation 60 and at
 * every sixtieth from there.
 *
 * <pre>
 * DriftDetector stepd = StepdFactory.defaults().create();
 * // every tenth error 1, the others 0, 1,000 in all (update(i % 10 == 9 ? 1 : 0), i from 0): STABLE;
 * // then update(1): the 4th gives WARNING, the 6th DRIFT
 * </pre>
 *
 * @param window latest predictions, at least 1; 30 is usual
 * @param alphaDrift probability of a false drift at one test, greater than 0, less than
 *     alphaWarning; 0.003 is usual
 * @param alphaWarning the same for a warning, less than 1; 0.05 is usual
 */
public record StepdFactory(int window, double alphaDrift, double alphaWarning)
    implements DetectorFactory {

  /**
   * Checks the ranges.
   *
   * @param window predictions, 1 to 1,000,000
   * @param alphaDrift greater than 0, less than alphaWarning
   * @param alphaWarning less than 1
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public StepdFactory {
    Thresholds.count(1, "window", window);
    Thresholds.probability("alphaDrift", alphaDrift);
    Thresholds.probability("alphaWarning", alphaWarning);
    Thresholds.ordered("alphaDrift", alphaDrift, "alphaWarning", alphaWarning);
  }

  /**
   * Uses the thresholds of the paper and of MOA.
   *
   * @return 30 predictions, alphas 0.003 and 0.05
   */
  public static StepdFactory defaults() {
    return new StepdFactory(30, 0.003, 0.05);
  }

  @Override
  public DriftDetector create() {
    return new Stepd(this);
  }

  @Override
  public DriftDetector restore(DataInput in) throws IOException {
    return Stepd.readSnapshot(in, this);
  }
}
