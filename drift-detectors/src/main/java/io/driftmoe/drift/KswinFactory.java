// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import java.io.DataInput;
import java.io.IOException;

/**
 * Makes KSWIN detectors: the distribution of the latest observations against that of the older ones
 * in a sliding window, by the two-sample test of Kolmogorov and Smirnov.
 *
 * <p>The input is any finite number: errors, losses, confidences. The window holds n = window
 * observations, its latest r = recent against the m = n - r before them. D is the largest
 * difference between the two empirical distribution functions; once the window is full,
 *
 * <pre>
 * DRIFT when D &gt; sqrt(-ln(alpha / 2) / 2 (1/r + 1/m))
 * </pre>
 *
 * There is no warning level. A change in either direction, or of the shape alone, counts, see
 * {@link DriftDetector#errorRose}: whether the mean of the latest is higher. After a drift the
 * window holds the latest r. Memory: 2 n numbers.
 *
 * <p>Raab, Heusinger, Schleif: Reactive soft prototype computing for concept drift streams,
 * Neurocomputing 416, 2020. The paper, and with it River and scikit-multiflow, draws r of the m
 * older observations at random. Here all m take part: a drawn sample costs power, at n = 100 and r
 * = 30 a difference of 0.45 instead of 0.38 for alpha = 0.005 (m in the bound is then r), and makes
 * the outcome a matter of the seed. MOA has no KSWIN. The test runs at each observation, on windows
 * that overlap, so alpha is not the rate of alarms in vain.
 *
 * <pre>
 * DriftDetector kswin = KswinFactory.defaults().create();
 * // update(0) 1,000 times: STABLE; then update(1): the 22nd gives DRIFT
 * </pre>
 *
 * @param window observations, at least twice recent
 * @param recent of them the latest, at least 1
 * @param alpha probability of a false drift at one test, greater than 0 and less than 1
 */
public record KswinFactory(int window, int recent, double alpha) implements DetectorFactory {

  /**
   * Checks the ranges.
   *
   * @param window observations, at least twice recent, at most 1,000,000
   * @param recent at least 1
   * @param alpha greater than 0 and less than 1
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public KswinFactory {
    Thresholds.count(1, "recent", recent);
    Thresholds.count(1, "window", window);
    if (window < 2 * recent) {
      throw new IllegalArgumentException(
          "window must be at least twice recent: %s, %s".formatted(window, recent));
    }
    Thresholds.probability("alpha", alpha);
  }

  /** {@return a test of the latest 100 of 300 observations at alpha 0.005} */
  public static KswinFactory defaults() {
    return new KswinFactory(300, 100, 0.005);
  }

  @Override
  public DriftDetector create() {
    return new Kswin(this);
  }

  @Override
  public DriftDetector restore(DataInput in) throws IOException {
    return Kswin.readSnapshot(in, this);
  }
}
