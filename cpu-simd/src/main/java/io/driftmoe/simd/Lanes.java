// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The vectors of this processor, and how rows of a matrix are laid out for them. */
final class Lanes {
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /** Floats in a vector. */
  static final int COUNT = SPECIES.length();

  /** Floats that a stride is made of: a cache line, or a vector where that is longer. */
  private static final int LINE = Math.max(COUNT, 16);

  private Lanes() {}

  /** Columns of whole vectors that hold so many. */
  static int padded(int columns) {
    return (columns + COUNT - 1) / COUNT * COUNT;
  }

  /**
   * Floats from one row to the next: an odd number of cache lines, for with a power of two the rows
   * of a column would push each other out of the few places the cache has for them.
   */
  static int stride(int columns) {
    int lines = (columns + LINE - 1) / LINE;
    return (lines % 2 == 0 ? lines + 1 : lines) * LINE;
  }
}
