// SPDX-License-Identifier: GPL-3.0-or-later
package weka.core;

/**
 * Stands in for Weka's class of this name, which MOA's STEPD asks for the normal distribution and
 * which is not in MOA's jar; MOA's own class of the same name is.
 */
public final class Statistics {
  private Statistics() {}

  /** P(Z &lt;= z) for a standard normal Z. */
  public static double normalProbability(double z) {
    return moa.core.Statistics.normalProbability(z);
  }
}
