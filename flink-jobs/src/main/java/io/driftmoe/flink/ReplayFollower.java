// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.PendingPrediction;

/** Looks on while a thread replays; for that thread alone. */
interface ReplayFollower extends LearnWatch {
  /** One that does nothing. */
  ReplayFollower NONE = new ReplayFollower() {};

  /** The mixture was opened. */
  default void opened(ReplayedMixture mixture) {}

  /** What follows is about this key. */
  default void at(KeyReplay key) {}

  @Override
  default void learned(PendingPrediction prediction, int label) {}

  /** All was replayed, of these keys. */
  default void closed(ReplayedMixture mixture, Iterable<String> keys) throws Exception {}

  /** Whether nothing more is to be replayed. */
  default boolean isDone() {
    return false;
  }
}
