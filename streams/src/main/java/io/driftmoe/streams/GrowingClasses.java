// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.SplitMix64;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Eight classes, two of which exist at first; one more appears with every eighth of the stream.
 *
 * <p>A class that does not exist yet is part of an older one: class c of class c less its highest
 * bit, which may be part of another one in turn. So an appearance cuts one class in two and leaves
 * the others as they are. A concept's eight regions lie in order; those of a class that is not cut
 * yet lie side by side.
 */
final class GrowingClasses implements RegimeClasses {
  private static final int PARTS = 8;
  private static final int AT_FIRST = 2;

  /** The bits of the region in reverse: bit 0 tells the halves, bit 1 their halves. */
  private static final int[] CLASS_OF_REGION = {0, 4, 2, 6, 1, 5, 3, 7};

  private final ClassShares shares = ClassShares.equal(CLASS_OF_REGION.length);
  private final long events;

  /**
   * @param events of the whole stream
   */
  GrowingClasses(long events) {
    this.events = events;
  }

  /** How many classes exist at an event, counted from 0. */
  int existing(long event) {
    return (int) Math.min(shares.size(), AT_FIRST + PARTS * event / events);
  }

  /** Where the classes from the third on appear, as far as the stream has as many events. */
  List<PlantedDrift> appearances() {
    return LongStream.rangeClosed(1, shares.size() - AT_FIRST)
        .map(part -> (part * events + PARTS - 1) / PARTS)
        .filter(event -> event < events)
        .distinct()
        .mapToObj(event -> new PlantedDrift(event + 1, 1))
        .toList();
  }

  @Override
  public ClassShares shares() {
    return shares;
  }

  @Override
  public int label(int region, long event) {
    int existing = existing(event);
    int label = CLASS_OF_REGION[region];
    while (label >= existing) {
      label ^= Integer.highestOneBit(label);
    }
    return label;
  }

  @Override
  public int noisy(int label, long event, SplitMix64 random) {
    return RegimeClasses.another(label, existing(event), random);
  }
}
