// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import java.util.Objects;

/**
 * The part of the input that a specialist inside an expert serves.
 *
 * @param expert position of the expert, from 0
 * @param specialist name inside the expert, such as {@code 7}, or {@code 0.7} in a committee
 * @param weight mean weight of the specialist among those of its gate, over the events learned
 *     since its expert came, 0 to 1
 * @param region in words, at most three features
 */
public record ServedRegion(int expert, String specialist, double weight, String region) {

  /**
   * Rejects missing texts.
   *
   * @param expert position of the expert, from 0
   * @param specialist name inside the expert
   * @param weight mean weight of the specialist, 0 to 1
   * @param region in words
   */
  public ServedRegion {
    Objects.requireNonNull(specialist, "specialist");
    Objects.requireNonNull(region, "region");
  }
}
