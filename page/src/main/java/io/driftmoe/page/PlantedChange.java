// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.page;

/**
 * A drift that the sender of the stream has planted.
 *
 * @param from number of the event with which it begins, from 0
 * @param to number of the event with which it is complete, at least from
 */
public record PlantedChange(long from, long to) {

  /** Rejects a change that ends before it begins. */
  public PlantedChange {
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("no planted change from %s to %s".formatted(from, to));
    }
  }
}
