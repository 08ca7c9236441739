// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the training steps of networks that are stacked in one call have in common. Their learning
 * rates may differ.
 *
 * @param sizes inputs, hidden layers, outputs
 * @param loss that the steps make smaller
 * @param rows events of a mini-batch
 * @param dropout whether units of the first hidden layer are dropped
 */
public record NetworkShape(List<Integer> sizes, Loss loss, int rows, boolean dropout) {

  /**
   * Rejects what is missing.
   *
   * @param sizes widths of all layers, from the inputs to the outputs
   * @param loss what the targets mean
   * @param rows events of the mini-batch
   * @param dropout whether units of the first hidden layer are dropped
   */
  public NetworkShape {
    sizes = List.copyOf(sizes);
    Objects.requireNonNull(loss, "loss");
  }

  /**
   * Counts the floating-point operations of the products of one step, additions and
   * multiplications: forward, the gradients of the weights, and back through all layers but the
   * first.
   *
   * @return operations of a whole mini-batch
   */
  public long operations() {
    long products = 0;
    for (int l = 0; l + 1 < sizes.size(); l++) {
      products += (l == 0 ? 2L : 3L) * sizes.get(l) * sizes.get(l + 1);
    }
    return 2 * rows * products;
  }

  /** Such as {@code 24-256-128-12 x 256, binary}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int size : sizes) {
      text.append(text.isEmpty() ? "" : "-").append(size);
    }
    text.append(" x ").append(rows).append(", ").append(loss.name().toLowerCase(Locale.ROOT));
    return text.append(dropout ? ", dropout" : "").toString();
  }

  static void checkRows(Mlp network, float[] inputs, float @Nullable [] dropout, int rows) {
    if (rows < 1) {
      throw new IllegalArgumentException("rows must be at least 1, got " + rows);
    }
    checkLength("inputs", inputs, (long) rows * network.inputs());
    if (dropout != null) {
      checkLength("dropout", dropout, (long) rows * network.size(1));
    }
  }

  static void checkLength(String name, float[] array, long least) {
    Objects.requireNonNull(array, name);
    if (array.length < least) {
      throw new IllegalArgumentException(
          "%s must hold at least %s values, got %s".formatted(name, least, array.length));
    }
  }
}
