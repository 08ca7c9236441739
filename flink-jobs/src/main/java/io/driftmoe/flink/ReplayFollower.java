// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.PendingPrediction;

/** Looks on while a thread replays; for that thread alone. */
interface ReplayFollower extends LearnWatch {
  /** One that does nothing. */
  ReplayFollower NONE = new ReplayFollower() {};

  /** The mixture was opened. */
  default void opened(ReplayedMixture mixture) throws Exception {}

  /** What follows is about this key. */
  default void at(KeyReplay key) {}

  @Override
  default void learned(PendingPrediction prediction, int label) {}

  /** All was replayed, of these keys. */
  default void closed(ReplayedMixture mixture, Iterable<String> keys) throws Exception {}

  /** Whether the labels count, too, that no prediction follows any more. */
  default boolean goesToTheEnd() {
    return false;
  }

  /** See {@link KeyReplay.Results#isYetToCome}. */
  default boolean isYetToCome(SourceRecord.Keyed record) {
    return false;
  }

  /** See {@link KeyReplay.Results#processed}. */
  default void processed(SourceRecord.Keyed record, boolean labelWasHere) throws Exception {}

  /** Nothing more will be replayed, for whatever reason. */
  default void ended() throws Exception {}

  /** Whether nothing more is to be replayed. */
  default boolean isDone() {
    return false;
  }
}
