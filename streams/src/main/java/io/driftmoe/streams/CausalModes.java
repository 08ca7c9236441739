// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.SplitMix64;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The mode that the source of a causal stream works in: stays for some ten events, then moves on or
 * back by one, as the first variable says.
 */
final class CausalModes {
  static final int COUNT = 4;
  private static final double MOVE = 0.1;

  private int mode;

  static List<String> names() {
    return IntStream.rangeClosed(1, COUNT).mapToObj(i -> "mode" + i).toList();
  }

  int mode() {
    return mode;
  }

  /**
   * @param first the first variable's last value
   */
  void next(double first, SplitMix64 random) {
    if (random.nextDouble() < MOVE) {
      mode = (mode + (first > 0 ? 1 : COUNT - 1)) % COUNT;
    }
  }
}
