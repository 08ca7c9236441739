// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The latest moments at which a branch took the place of a model, or the former model came back.
 */
final class BranchSwitches {
  static final int MOST = 40;

  private final Deque<ExpertChange> latest = new ArrayDeque<>();

  /** Takes note of a change, if it is of that kind and was not seen before. */
  void add(ExpertChange change) {
    if (!change.isSwitch() || latest.contains(change)) {
      return;
    }
    latest.addLast(change);
    if (latest.size() > MOST) {
      latest.removeFirst();
    }
  }

  /** Forgets everything, where another model has begun under the key. */
  void clear() {
    latest.clear();
  }

  void toJson(ArrayNode json) {
    for (ExpertChange change : latest) {
      json.addObject()
          .put("learned", change.learned())
          .put("kind", change.kind().name())
          .put("branch", change.branch());
    }
  }
}
