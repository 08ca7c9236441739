// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.opencl;

import com.aparapi.device.OpenCLDevice;

/** Eight chains of multiplications and additions a work item: what a device can do at best. */
final class PeakKernel extends DeviceKernel {
  private static final int GROUP = 256;
  private static final int GROUPS_A_UNIT = 32;
  private static final int ROUNDS = 1 << 15;
  private static final int OPERATIONS_A_ROUND = 16;
  private static final int MOST_LAUNCHES = 20;
  private static final double ENOUGH_SECONDS = 1;
  private static final double SHORTEST_SECONDS = 1e-6;

  /** Written at the end, so that nothing is left out. */
  final float[] sums;

  int rounds = ROUNDS;
  float factor = 0.999f;

  PeakKernel(OpenCLDevice device) {
    super(device);
    this.sums = new float[device.getMaxComputeUnits() * GROUPS_A_UNIT * GROUP];
  }

  @Override
  public void run() {
    float a = getGlobalId();
    float b = a + 1f;
    float c = a + 2f;
    float d = a + 3f;
    float e = a + 4f;
    float f = a + 5f;
    float g = a + 6f;
    float h = a + 7f;
    for (int i = 0; i < rounds; i++) {
      a = a * factor + 1f;
      b = b * factor + 1f;
      c = c * factor + 1f;
      d = d * factor + 1f;
      e = e * factor + 1f;
      f = f * factor + 1f;
      g = g * factor + 1f;
      h = h * factor + 1f;
    }
    sums[getGlobalId()] = a + b + c + d + e + f + g + h;
  }

  /** The best of some launches, the time of a launch that computes nothing taken away. */
  double operationsPerSecond() {
    double computing = best();
    rounds = 0;
    double nothing = best();
    return (double) OPERATIONS_A_ROUND
        * ROUNDS
        * sums.length
        / Math.max(computing - nothing, SHORTEST_SECONDS);
  }

  private double best() {
    double best = Double.POSITIVE_INFINITY;
    double spent = 0;
    for (int i = 0; i < 2 || i < MOST_LAUNCHES && spent < ENOUGH_SECONDS; i++) {
      long start = System.nanoTime();
      launch(sums.length, GROUP, 1);
      double seconds = (System.nanoTime() - start) / 1e9;
      best = i == 0 ? best : Math.min(best, seconds); // the first makes the buffers
      spent += seconds;
    }
    return best;
  }
}
