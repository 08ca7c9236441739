// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

/** How the class distributions of weighted experts become one. */
public sealed interface Combination {

  /** That of the expert with the highest weight; ties go to the lowest index. */
  record ArgMax() implements Combination {}

  /** The weighted mean of all. */
  record Soft() implements Combination {}

  /**
   * The weighted mean of those with the highest weights.
   *
   * @param experts how many, 1 to 1,024; where there are fewer, all of them
   */
  record TopK(int experts) implements Combination {
    /**
     * Checks the range.
     *
     * @param experts from 1 to 1,024
     * @throws IllegalArgumentException naming the value that is out of its range
     */
    public TopK {
      if (experts < 1 || experts > Division.MAX_EXPERTS) {
        throw new IllegalArgumentException(
            "experts must be from 1 to %s, got %s".formatted(Division.MAX_EXPERTS, experts));
      }
    }
  }
}
