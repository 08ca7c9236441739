// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * The {@linkplain StandingCommands standing commands} of the key groups of one subtask, in keyed
 * state under {@link ControlKeys}.
 */
final class KeyGroupControls {
  /** Names the keyed state. */
  static final String STATE = "standing-commands";

  private final ValueState<StandingCommands> state;
  private final int keyGroups;

  /** What the state holds: it is asked for each record. */
  private final Map<Integer, StandingCommands> byGroup = new HashMap<>();

  /**
   * @param keyGroups the max parallelism
   */
  KeyGroupControls(RuntimeContext context, int keyGroups) {
    this.state =
        context.getState(new ValueStateDescriptor<>(STATE, StandingCommandsSerializer.INSTANCE));
    this.keyGroups = keyGroups;
  }

  /** Takes note of what was restored. */
  void open(ModelKeys keys) throws Exception {
    for (String key : keys.withState(STATE)) {
      keys.under(key, () -> byGroup.put(group(key), state.value()));
    }
  }

  /** Forgets what a job with a control topic has left in the state of one that has none. */
  static void forget(RuntimeContext context, ModelKeys keys) throws Exception {
    List<String> left = keys.withState(STATE);
    if (!left.isEmpty()) {
      ValueState<StandingCommands> state =
          context.getState(new ValueStateDescriptor<>(STATE, StandingCommandsSerializer.INSTANCE));
      for (String key : left) {
        keys.under(key, state::clear);
      }
    }
  }

  private int group(String stateKey) {
    return ControlKeys.groupOf(stateKey, keyGroups);
  }

  /** Whether both keys are in one group. */
  boolean isWith(String stateKey, String controlKey) {
    return group(stateKey) == group(controlKey);
  }

  /** Those in the group of a state key. */
  StandingCommands of(String stateKey) {
    StandingCommands none = StandingCommands.NONE;
    return byGroup.isEmpty() ? none : byGroup.getOrDefault(group(stateKey), none);
  }

  /**
   * Adds a command to those of the group whose key is the current one.
   *
   * @return why it cannot be added; null where it was
   */
  @Nullable String add(String controlKey, Command command) throws IOException {
    StandingCommands more = of(controlKey).with(command);
    if (more == null) {
      return "commands to %s different beginnings of keys hold already; one to all keys replaces them"
          .formatted(StandingCommands.MOST);
    }
    state.update(more);
    byGroup.put(group(controlKey), more);
    return null;
  }
}
