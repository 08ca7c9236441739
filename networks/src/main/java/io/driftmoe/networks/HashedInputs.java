// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import io.driftmoe.core.SplitMix64;

/**
 * The inputs that wide nominal attributes share. A value adds to {@value #PLACES} of them, so that
 * two values that share a place differ in others; its square sum is mostly 1, as that of a one-hot
 * value. Signs keep the mean product of different values at 0.
 */
final class HashedInputs {
  private static final int PLACES = 4;
  private static final float SIZE = 0.5f;
  private static final int WIDTH_OF_ONE = 64;
  private static final int MOST = 256;

  private final int width;

  /**
   * @param attributes that share them, 0 or more
   */
  HashedInputs(int attributes) {
    this.width = (int) Math.min(MOST, (long) WIDTH_OF_ONE * attributes);
  }

  int width() {
    return width;
  }

  /** Adds a value to the inputs from a position on. */
  void add(int attribute, int value, float[] target, int at) {
    long bits = SplitMix64.derive(attribute, value);
    for (int i = 0; i < PLACES; i++) {
      int place = at + (int) ((bits & 0x7fff) * width >>> 15);
      float sum = target[place] + ((bits & 0x8000) == 0 ? SIZE : -SIZE);
      target[place] = (float) Math.max(-InputEncoder.LIMIT, Math.min(InputEncoder.LIMIT, sum));
      bits >>>= 16;
    }
  }
}
