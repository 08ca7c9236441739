// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import io.driftmoe.core.SplitMix64;
import java.util.Arrays;

/**
 * Many inputs folded into few: each is added to one of {@value #WIDTH} sums, with a sign that its
 * hash selects (Charikar, Chen, Farach-Colton: Finding frequent items in data streams, ICALP 2002;
 * Achlioptas: Database-friendly random projections, JCSS 66, 2003). Signs keep the mean product of
 * different inputs at 0. The sums are scaled to the size of one input and cut where inputs are.
 */
final class FoldedInputs {
  /**
   * More inputs than these are folded. With so many, the networks of the preset adaptive take 11
   * MiB; each further one would take 20 KB. Nominal attributes may have 512 of them.
   */
  static final int MOST_OWN = 576;

  static final int WIDTH = 256;

  private static final int SIGNS = -1;

  private final float[] scales;

  /** What is folded next. */
  private final float[] own;

  /**
   * @param inputs how many there are, more than the width
   */
  FoldedInputs(int inputs) {
    own = new float[inputs];
    scales = new float[inputs];
    for (int i = 0; i < inputs; i++) {
      int together = (inputs - i % WIDTH + WIDTH - 1) / WIDTH;
      double scale = 1 / StrictMath.sqrt(together);
      scales[i] = (float) ((SplitMix64.derive(SIGNS, i) & 1) == 0 ? scale : -scale);
    }
  }

  /** Where the inputs themselves go, all 0 before. */
  float[] own() {
    Arrays.fill(own, 0);
    return own;
  }

  /** Writes the sums in the place of what is at so many values from a position on. */
  void fold(float[] target, int at) {
    Arrays.fill(target, at, at + WIDTH, 0);
    for (int from = 0; from < own.length; from += WIDTH) {
      int count = Math.min(WIDTH, own.length - from);
      for (int i = 0; i < count; i++) {
        target[at + i] += scales[from + i] * own[from + i];
      }
    }
    for (int i = at; i < at + WIDTH; i++) {
      target[i] = (float) Math.max(-InputEncoder.LIMIT, Math.min(InputEncoder.LIMIT, target[i]));
    }
  }
}
