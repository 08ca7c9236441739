// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

/**
 * A change of concept that a generator makes on purpose. After n events the next one comes from the
 * new concept with probability {@code 1 / (1 + exp(-4 (n + 1 - position) / width))}. The regime
 * streams switch sharply: there the position is the first event of the new concept and the width 1.
 *
 * @param position number of the event, counted from 1, at which both concepts are equally likely
 * @param width events over which the change happens, at least 1: at position -width/2 and +width/2
 *     the new concept has probability 0.12 and 0.88
 */
public record PlantedDrift(long position, long width) {

  /** Number of the event, counted from 0 as ids of events are, with which the change begins. */
  public long firstEvent() {
    return Math.max(0, position - 1 - width / 2);
  }

  /** Rejects a negative position and a width below 1. */
  public PlantedDrift {
    if (position < 0) {
      throw new IllegalArgumentException("position must not be negative, got " + position);
    }
    if (width < 1) {
      throw new IllegalArgumentException("width must be at least 1, got " + width);
    }
  }
}
