// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * Keys of Flink's state that are no models': one in each key group. What a command says of all
 * models, those to come included, is kept under them, once for each key group: so it moves with the
 * group when the job is rescaled.
 *
 * <p>They are longer than any model key may be, so that no record has one.
 */
final class ControlKeys {
  private static final String PREFIX = "control".repeat(1 + RecordLimits.TEXT_BYTES / 7);

  private static final ConcurrentHashMap<Integer, String[]> KNOWN = new ConcurrentHashMap<>();

  private ControlKeys() {}

  /** The group of a key, from 0. */
  static int groupOf(String stateKey, int keyGroups) {
    return KeyGroupRangeAssignment.assignToKeyGroup(stateKey, keyGroups);
  }

  /** The key of a group. */
  static String of(int group, int keyGroups) {
    return KNOWN.computeIfAbsent(keyGroups, ControlKeys::all)[group];
  }

  /** Numbers are tried until each group has one: the same ones every time. */
  private static String[] all(int keyGroups) {
    String[] keys = new String[keyGroups];
    int left = keyGroups;
    for (int i = 0; left > 0; i++) {
      String key = PREFIX + i;
      int group = groupOf(key, keyGroups);
      if (keys[group] == null) {
        keys[group] = key;
        left--;
      }
    }
    return keys;
  }
}
