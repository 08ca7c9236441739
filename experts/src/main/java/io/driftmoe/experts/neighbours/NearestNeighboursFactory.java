// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.neighbours;

import io.driftmoe.core.Domain;
import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.gates.FixedShare;
import io.driftmoe.gates.FixedShareConfig;
import java.io.DataInput;
import java.io.IOException;
import java.util.List;
import java.util.Objects;

/**
 * Makes k-nearest-neighbour classifiers over several sliding windows at once.
 *
 * <p>Each window holds the latest examples. Its k nearest vote for their class with {@code v_i =
 * w_i k (1 / (d_i + 0.001)) / sum over j of 1 / (d_j + 0.001)}, where w is the weight the example
 * was learned with (votes of examples of weight 1 sum to k); the window's distribution is {@code
 * p_c = (votes for c + smoothing) / (all votes + classes · smoothing)}. The windows are pooled
 * linearly with {@link FixedShare} weights, which learn from the probability each window gave to
 * the true class just before the example enters the windows: a short window follows drift, a long
 * one is more accurate on a stream that stays.
 *
 * <p>The squared distance d² is a sum over attributes. Numeric: squared difference in units of the
 * running standard deviation, at most 100. Nominal: 2 when different. A missing or undeclared value
 * is 1 away from any value and 0 from another missing one. Of equally near examples the newer ones
 * count.
 *
 * <p>Where there are more than 576 attributes, a window holds at most 2,097,152 values: 1,048 of
 * 2,000 attributes each.
 *
 * <p>Nothing here is random: the seed has no effect.
 *
 * <p>Dudani: The distance-weighted k-nearest-neighbor rule, IEEE Transactions on Systems, Man, and
 * Cybernetics 6, 1976; Losing, Hammer, Wersing: KNN classifier with self adjusting memory for
 * heterogeneous concept drift, ICDM 2016 (several memories, chosen by their recent success).
 *
 * @param windows lengths in examples, rising, at least one, each at least 1 and at most 1,000,000
 * @param neighbours k, from 1 to 1,000
 * @param smoothing Laplace smoothing added to the votes of each class, from 0 to 1,000,000
 * @param mixing how the weights of the windows move
 */
public record NearestNeighboursFactory(
    List<Integer> windows, int neighbours, double smoothing, FixedShareConfig mixing)
    implements ExpertFactory {
  private static final int LONGEST_WINDOW = 1_000_000;
  private static final int MOST_NEIGHBOURS = 1_000;
  private static final double LARGEST_SMOOTHING = 1e6;

  /**
   * Rejects values outside the ranges above.
   *
   * @param windows lengths in examples, rising, from 1 to 1,000,000; at least one
   * @param neighbours from 1 to 1,000
   * @param smoothing from 0 to 1,000,000
   * @param mixing how the weights of the windows move
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public NearestNeighboursFactory {
    windows = List.copyOf(windows);
    Objects.requireNonNull(mixing, "mixing");
    int shorter = 0;
    for (int window : windows) {
      if (window <= shorter || window > LONGEST_WINDOW) {
        throw new IllegalArgumentException(
            "windows must rise from at least 1 to at most %s, got %s"
                .formatted(LONGEST_WINDOW, windows));
      }
      shorter = window;
    }
    if (windows.isEmpty()) {
      throw new IllegalArgumentException("windows must name at least one length, got []");
    }
    if (neighbours < 1 || neighbours > MOST_NEIGHBOURS) {
      throw new IllegalArgumentException(
          "neighbours must lie between 1 and %s, got %s".formatted(MOST_NEIGHBOURS, neighbours));
    }
    if (!(smoothing >= 0 && smoothing <= LARGEST_SMOOTHING)) {
      throw new IllegalArgumentException(
          "smoothing must lie between 0 and %s, got %s".formatted(LARGEST_SMOOTHING, smoothing));
    }
  }

  /** {@return windows of 500 and 1,500 examples, 5 neighbours, smoothing 0.02, default mixing} */
  public static NearestNeighboursFactory defaults() {
    return new NearestNeighboursFactory(List.of(500, 1_500), 5, 0.02, FixedShareConfig.defaults());
  }

  @Override
  public Expert create(StreamSchema schema, long seed) {
    return new NearestNeighbours(this, new Domain(schema));
  }

  @Override
  public Expert restore(StreamSchema schema, DataInput in) throws IOException {
    return NearestNeighbours.restore(this, new Domain(schema), in);
  }
}
