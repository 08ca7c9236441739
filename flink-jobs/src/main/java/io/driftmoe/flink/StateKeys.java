// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.SplitMix64;
import io.driftmoe.router.FleetKeys;
import java.io.Serializable;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.jspecify.annotations.Nullable;

/**
 * Under which keys of Flink's state models are kept. Without fleets these are the model keys.
 *
 * <p>The models of a fleet must be in one subtask, whatever the parallelism, since each asks the
 * common one. Flink assigns a key to a subtask by the key group, which follows from the hash of the
 * key. So a state key is the model key with five characters behind it that bring its hash into the
 * key group of its fleet; hashes within the group stay spread, as Flink's hash tables need it. The
 * first character says whether the model is that of a key or the common one of a fleet.
 */
final class StateKeys implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final char OF_KEY = 'k';
  private static final char OF_FLEET = 'f';

  /** Characters behind a key, each one of 4,096 from here on: they reach any hash. */
  private static final int SALT = 5;

  private static final int FIRST = 0x1000;
  private static final int BITS = 12;

  /** So many are enough to find any of 32,768 key groups. */
  private static final int MOST_TRIES = 1 << 22;

  /** Keys that are remembered; which ones has no say in any result. */
  private static final int MOST_KNOWN = 10_000;

  /** Model keys are state keys. */
  static final StateKeys PLAIN = new StateKeys(null, 1);

  /** How fleets are named: null for none; "" for one fleet, else the separator. */
  private final @Nullable String separator;

  private final int keyGroups;
  private final ConcurrentHashMap<String, String> known = new ConcurrentHashMap<>();

  private StateKeys(@Nullable String separator, int keyGroups) {
    this.separator = separator;
    this.keyGroups = keyGroups;
  }

  static StateKeys of(JobOptions options) {
    return of(ModelSpec.of(options), options.job().maxParallelism());
  }

  /**
   * @param keyGroups the max parallelism
   */
  static StateKeys of(ModelSpec spec, int keyGroups) {
    FleetKeys fleet = spec.fleet();
    return fleet == null
        ? PLAIN
        : new StateKeys(fleet instanceof FleetKeys.Prefix by ? by.separator() : "", keyGroups);
  }

  boolean hasFleets() {
    return separator != null;
  }

  /** The state key of a model. */
  String of(String modelKey) {
    if (separator == null) {
      return modelKey;
    }
    return found(fleetOf(modelKey), OF_KEY + modelKey);
  }

  /** The state key of the model that the fleet of a model has in common. */
  String common(String modelKey) {
    String fleet = fleetOf(modelKey);
    return found(fleet, OF_FLEET + fleet);
  }

  private String found(String fleet, String key) {
    String found = known.get(key);
    if (found == null) {
      if (known.size() >= MOST_KNOWN) {
        known.clear();
      }
      found = inGroup(KeyGroupRangeAssignment.assignToKeyGroup(OF_FLEET + fleet, keyGroups), key);
      known.put(key, found);
    }
    return found;
  }

  private String fleetOf(String modelKey) {
    if (separator == null) {
      throw new IllegalStateException("there are no fleets");
    }
    return separator.isEmpty()
        ? new FleetKeys.All().fleetOf(modelKey)
        : new FleetKeys.Prefix(separator).fleetOf(modelKey);
  }

  /**
   * What people call a model: its model key; the common one of a fleet has its name in brackets.
   *
   * @param stateKey as this made it
   */
  String modelKey(String stateKey) {
    if (separator == null) {
      return stateKey;
    }
    String name = stateKey.substring(1, stateKey.length() - SALT);
    return isCommon(stateKey) ? (name.isEmpty() ? "(fleet)" : "(fleet %s)".formatted(name)) : name;
  }

  /** Why no model may have this key; empty where it may: see {@link #modelKey}. */
  String refusalOf(String modelKey) {
    boolean taken =
        modelKey.equals("(fleet)") || modelKey.startsWith("(fleet ") && modelKey.endsWith(")");
    return separator != null && taken
        ? "with learner.fleet it is the name of a model that a fleet has in common"
        : "";
  }

  /** Whether the model is the common one of a fleet. */
  boolean isCommon(String stateKey) {
    return separator != null && stateKey.charAt(0) == OF_FLEET;
  }

  private String inGroup(int group, String key) {
    int hash = key.hashCode(); // that of a text is the same in every Java
    for (int i = 0; i < MOST_TRIES; i++) {
      long bits = SplitMix64.derive(hash, i);
      int salted = hash;
      for (int c = 0; c < SALT; c++) {
        salted = 31 * salted + character(bits, c);
      }
      if (KeyGroupRangeAssignment.computeKeyGroupForKeyHash(salted, keyGroups) == group) {
        StringBuilder text = new StringBuilder(key);
        for (int c = 0; c < SALT; c++) {
          text.append(character(bits, c));
        }
        return text.toString();
      }
    }
    throw new IllegalStateException("no key of group " + group + " was found");
  }

  private static char character(long bits, int c) {
    return (char) (FIRST + (bits >>> c * BITS & (1 << BITS) - 1));
  }
}
