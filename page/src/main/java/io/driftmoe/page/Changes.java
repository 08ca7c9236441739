// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.schemas.avro.DriftKind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What happened to the experts of one model: the latest changes, and all of them counted. */
final class Changes {
  static final int MOST = 60;

  /** Positions beyond this are counted, and not kept as asleep. */
  private static final int MOST_ASLEEP = FamilyWeights.MOST;

  private final Deque<ExpertChange> latest = new ArrayDeque<>();
  private final Map<DriftKind, Integer> counts = new EnumMap<>(DriftKind.class);
  private final Set<Integer> asleep = new TreeSet<>();
  private int replaced;

  /**
   * Takes note of a change.
   *
   * @return false for one that has been seen before
   */
  boolean add(ExpertChange change) {
    if (latest.contains(change)) {
      return false;
    }
    counts.merge(change.kind(), 1, Integer::sum);
    Integer expert = change.expert();
    if (expert != null && change.kind() == DriftKind.SLEEP && expert < MOST_ASLEEP) {
      asleep.add(expert);
    } else if (expert != null && change.kind() == DriftKind.WAKE) {
      asleep.remove(expert);
    }
    replaced += change.isReplacement() ? 1 : 0;
    if (change.isShown()) {
      latest.addFirst(change);
      if (latest.size() > MOST) {
        latest.removeLast();
      }
    }
    return true;
  }

  /** How many experts were replaced since this was last asked. */
  int takeReplaced() {
    int taken = replaced;
    replaced = 0;
    return taken;
  }

  boolean isAsleep(int expert) {
    return asleep.contains(expert);
  }

  /** Forgets everything, where another model has begun under the key. */
  void clear() {
    latest.clear();
    counts.clear();
    asleep.clear();
    replaced = 0;
  }

  void toJson(ObjectNode json, PageSettings settings) {
    ObjectNode numbers = json.putObject("counts");
    counts.forEach((kind, count) -> numbers.put(kind.name(), count));
    ArrayNode list = json.putArray("changes");
    latest.forEach(change -> change.toJson(list.addObject(), settings));
  }
}
