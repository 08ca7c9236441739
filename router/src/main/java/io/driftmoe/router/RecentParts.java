// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.List;

/**
 * The parts of those young mixtures of this process that were used last. A young mixture does not
 * keep its own parts from the garbage collector, since it can make them again; the few that are in
 * use are kept here, so that they are not made again for each event. Where memory is short the
 * collector takes these as well.
 *
 * <p>It has no say in what is predicted. Thread-safe.
 */
final class RecentParts {
  static final int MOST = 16;

  /** The latest at the end. */
  private static final List<SoftReference<MixtureParts>> LATEST = new ArrayList<>(MOST);

  private RecentParts() {}

  static synchronized void used(MixtureParts parts) {
    SoftReference<MixtureParts> reference = remove(parts);
    if (LATEST.size() == MOST) {
      LATEST.remove(0);
    }
    LATEST.add(reference);
  }

  /** Takes parts out that are kept by their mixture from now on. */
  static synchronized void forget(MixtureParts parts) {
    remove(parts);
  }

  private static SoftReference<MixtureParts> remove(MixtureParts parts) {
    for (int i = LATEST.size() - 1; i >= 0; i--) {
      if (LATEST.get(i).get() == parts) {
        return LATEST.remove(i);
      }
    }
    return new SoftReference<>(parts);
  }
}
