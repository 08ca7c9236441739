// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
      return tooMany(command);
    }
    state.update(more);
    byGroup.put(group(controlKey), more);
    return null;
  }

  private static String tooMany(Command command) {
    return switch (command.kind()) {
      case FREEZE, THAW -> full("freeze or thaw", "one of these to all keys replaces them");
      case PROMOTE, ROLL_BACK ->
          full("promote or roll back", "they go once each of their models had a record");
      case SNAPSHOT, RESET ->
          full("reset", "they go once each of their models had a record, or with a reset of all");
      case BRANCH, DROP_BRANCH ->
          full(
              "branch or drop-branch",
              "drop-branch to all keys replaces those of its branch, and goes once each of their"
                  + " models had a record");
    };
  }

  private static String full(String commands, String way) {
    return "commands %s to %s different beginnings of keys hold already; %s"
        .formatted(commands, StandingCommands.MOST, way);
  }

  /**
   * Drops those of the group whose key is the current one that mean nothing any more.
   *
   * @param seen up to which number each model of the group has taken them
   * @param configured names of branches that the configuration begins
   */
  void settle(String controlKey, long seen, Set<String> configured) throws IOException {
    StandingCommands left = of(controlKey).settled(seen, configured);
    state.update(left);
    byGroup.put(group(controlKey), left);
  }
}
