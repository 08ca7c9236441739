// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.schemas.QuotedText;
import java.util.HashMap;
import java.util.Map;

/**
 * Refuses fleets of several keys: their common model learns the labels of all of them, in an order
 * that no topic tells.
 */
final class FleetGuard {
  private final StateKeys stateKeys;
  private final Map<String, String> firstOfFleet = new HashMap<>();

  FleetGuard(StateKeys stateKeys) {
    this.stateKeys = stateKeys;
  }

  /**
   * Checks a key.
   *
   * @throws IllegalArgumentException when it is the second of its fleet
   */
  void require(String modelKey) {
    if (!stateKeys.hasFleets()) {
      return;
    }
    String first = firstOfFleet.putIfAbsent(stateKeys.common(modelKey), modelKey);
    if (first != null && !first.equals(modelKey)) {
      throw new IllegalArgumentException(
          "learner.fleet: the models of %s and %s have one in common, which learned the labels of both in an order that is in no topic; so predictions of %s cannot be made again"
              .formatted(QuotedText.of(first), QuotedText.of(modelKey), QuotedText.of(modelKey)));
    }
  }
}
