// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import java.io.DataInput;
import java.io.IOException;

/**
 * Makes {@link Adwin} detectors.
 *
 * @param delta probability of a false alarm at one search, greater than 0 and less than 1
 */
public record AdwinFactory(double delta) implements DetectorFactory {

  /**
   * Checks the range.
   *
   * @param delta greater than 0 and less than 1
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public AdwinFactory {
    if (!(delta > 0 && delta < 1)) {
      throw new IllegalArgumentException("delta must be greater than 0 and less than 1: " + delta);
    }
  }

  /**
   * Uses the threshold of MOA.
   *
   * @return delta 0.002
   */
  public static AdwinFactory defaults() {
    return new AdwinFactory(0.002);
  }

  @Override
  public DriftDetector create() {
    return new Adwin(delta);
  }

  @Override
  public DriftDetector restore(DataInput in) throws IOException {
    return Adwin.readSnapshot(in, delta);
  }
}
