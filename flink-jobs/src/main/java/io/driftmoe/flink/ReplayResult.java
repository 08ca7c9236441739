// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.ArrayList;
import java.util.List;

/**
 * What a replay came to.
 *
 * @param keys model keys that had any record
 * @param reproduced predictions that came out bit for bit as the job made them
 * @param notReproduced those that did not, or whose event is not there
 * @param notCompared those of a key behind the first that did not
 * @param before those made before the state from which the replay went on
 * @param warmedUp those of before {@link JobReplay.Scope#since}: made again, and not compared
 * @param withoutEvent those whose event is not on its topic; part of {@code notReproduced}
 * @param withoutPrediction events that the job predicts and whose prediction is not on its topic
 * @param unordered a key whose labels are in several partitions, so that no topic tells their
 *     order; none where there is no such key
 * @param differences the first of each of some keys
 */
public record ReplayResult(
    long keys,
    long reproduced,
    long notReproduced,
    long notCompared,
    long before,
    long warmedUp,
    long withoutEvent,
    long withoutPrediction,
    List<String> unordered,
    List<ReplayDifference> differences) {
  static final ReplayResult NOTHING =
      new ReplayResult(0, 0, 0, 0, 0, 0, 0, 0, List.of(), List.of());

  /** {@return predictions that should have come out alike} */
  public long predictions() {
    return reproduced + notReproduced + notCompared;
  }

  /** {@return whether all of them did, of which there was at least one} */
  public boolean isReproduced() {
    return reproduced > 0 && notReproduced + notCompared == 0;
  }

  ReplayResult plus(ReplayResult other) {
    List<String> keysUnordered = new ArrayList<>(unordered);
    keysUnordered.addAll(other.unordered);
    List<ReplayDifference> all = new ArrayList<>(differences);
    all.addAll(other.differences);
    return new ReplayResult(
        keys + other.keys,
        reproduced + other.reproduced,
        notReproduced + other.notReproduced,
        notCompared + other.notCompared,
        before + other.before,
        warmedUp + other.warmedUp,
        withoutEvent + other.withoutEvent,
        withoutPrediction + other.withoutPrediction,
        List.copyOf(keysUnordered),
        List.copyOf(all));
  }
}
