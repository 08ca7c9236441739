// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.IOException;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Carries out the commands of the control topic on the models of one subtask.
 *
 * <p>A command to one model is carried out at once. One to several is kept for each key group, and
 * each model takes it with its next record, before that record: {@link #catchUp}.
 */
final class ModelControl {
  static final OutputTag<GroupAnswer> ANSWERS =
      new OutputTag<>("control-answers", RecordTypeInfo.ANSWER);

  private final KeyedModels models;
  private final StateKeys stateKeys;
  private final KeyGroupControls groups;
  private final @Nullable ModelPublisher publisher;
  private final ControlEncoder encoder = new ControlEncoder();

  /**
   * @param publisher null where models are not published
   */
  ModelControl(
      KeyedModels models,
      StateKeys stateKeys,
      KeyGroupControls groups,
      @Nullable ModelPublisher publisher) {
    this.models = models;
    this.stateKeys = stateKeys;
    this.groups = groups;
    this.publisher = publisher;
  }

  /** Takes note of what was restored. */
  void open(ModelKeys keys) throws Exception {
    groups.open(keys);
  }

  /** Has a new model under the current key begin with the commands that hold. */
  void begun(String key, ModelState state) {
    StandingCommands commands = groups.of(key);
    for (Command command : commands.after(0, stateKeys.modelKey(key))) {
      if (command.kind() != Command.Kind.RESET) {
        state.frozen = command.kind() == Command.Kind.FREEZE;
      }
    }
    state.commandsSeen = commands.latest();
  }

  /**
   * Carries out the commands to several models that the model of the current key has not seen.
   *
   * @return the model that the key has then
   */
  ModelState catchUp(
      String key,
      ModelState state,
      KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord>.Context context)
      throws IOException {
    StandingCommands commands = groups.of(key);
    if (commands.latest() <= state.commandsSeen || stateKeys.isCommon(key)) {
      return state;
    }
    ModelState now = state;
    String modelKey = stateKeys.modelKey(key);
    for (Command command : commands.after(state.commandsSeen, modelKey)) {
      if (command.kind() == Command.Kind.RESET) {
        context.output(
            MixtureFunction.DRIFT_EVENTS,
            encoder.applied(command, modelKey, now.mixture.version()));
      }
      now = carryOut(command.kind(), key, now);
    }
    now.commandsSeen = commands.latest();
    return now;
  }

  private ModelState carryOut(Command.Kind kind, String key, ModelState state) throws IOException {
    switch (kind) {
      case FREEZE -> state.frozen = true;
      case THAW -> state.frozen = false;
      case SNAPSHOT -> publish(key);
      case RESET -> {
        return models.replace(key);
      }
    }
    return state;
  }

  private void publish(String key) {
    if (publisher != null) { // else the command was refused
      publisher.request(key);
    }
  }

  /**
   * Takes a command to the key group whose key is the current one.
   *
   * @param key one of {@link ControlKeys}
   */
  void ofSeveral(
      Command command,
      String key,
      KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord>.Context context)
      throws IOException {
    boolean lasts = command.kind() != Command.Kind.SNAPSHOT;
    String refusal = lasts ? groups.add(key, command) : null;
    long count = 0;
    if (refusal == null) {
      for (String model : models.keysNow()) {
        if (groups.isWith(model, key)
            && !stateKeys.isCommon(model)
            && command.target().includes(stateKeys.modelKey(model))) {
          count++;
          if (!lasts) {
            publish(model);
          }
        }
      }
    }
    context.output(ANSWERS, new GroupAnswer(command, count, refusal == null ? "" : refusal));
  }

  /** Carries out a command on the model of the current key, and answers it. */
  ModelState ofOne(
      Command command,
      String key,
      ModelState state,
      KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord>.Context context)
      throws IOException {
    long version = state.mixture.version();
    ModelState now = carryOut(command.kind(), key, state);
    context.output(
        MixtureFunction.DRIFT_EVENTS, encoder.ofOne(command, stateKeys.modelKey(key), version));
    return now;
  }

  /** Answers a command to a model that is not there. */
  void refuse(
      Command command,
      String why,
      KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord>.Context context) {
    context.output(MixtureFunction.DRIFT_EVENTS, encoder.refused(command, why));
  }
}
