// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.opencl;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Arrays that Aparapi sends as a whole, so none may be much longer than what is in it; and a device
 * makes its buffer anew for each new array. So lengths are rounded up by at most an eighth, and the
 * last two are kept.
 */
final class StagingArrays {
  private static final int KEPT = 2;
  private static final int ROUNDED_BITS = 3;

  private final Map<Integer, float[]> byLength =
      new LinkedHashMap<>(2 * KEPT, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, float[]> eldest) {
          return size() > KEPT;
        }
      };

  /**
   * An array with room for so many blocks; what is in it is undefined.
   *
   * @param most blocks that it may have room for, at least those
   */
  float[] of(int stride, int blocks, int most) {
    int rounding =
        Math.max(0, Integer.SIZE - 1 - ROUNDED_BITS - Integer.numberOfLeadingZeros(blocks));
    int rounded = ((blocks - 1 >> rounding) + 1) << rounding;
    return byLength.computeIfAbsent(
        Math.multiplyExact(stride, Math.min(rounded, most)), float[]::new);
  }
}
