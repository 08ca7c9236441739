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
  private final BranchKeeper branches;
  private final Promoter promoter;
  private final @Nullable ModelPublisher publisher;
  private final ControlEncoder encoder = new ControlEncoder();

  /**
   * @param publisher null where models are not published
   */
  ModelControl(
      KeyedModels models,
      StateKeys stateKeys,
      KeyGroupControls groups,
      BranchKeeper branches,
      Promoter promoter,
      @Nullable ModelPublisher publisher) {
    this.models = models;
    this.stateKeys = stateKeys;
    this.groups = groups;
    this.branches = branches;
    this.promoter = promoter;
    this.publisher = publisher;
  }

  /** Takes note of what was restored. */
  void open(ModelKeys keys) throws Exception {
    groups.open(keys);
  }

  /** Has a new model under the current key begin with the commands that hold. */
  void begun(
      String key,
      ModelState state,
      KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord>.Context context)
      throws Exception {
    StandingCommands commands = groups.of(key);
    for (Command command : commands.after(0, stateKeys.modelKey(key))) {
      if (StandingCommands.isForNewModels(command.kind())) {
        carryOut(command, key, state, context);
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
      throws Exception {
    StandingCommands commands = groups.of(key);
    if (commands.latest() <= state.commandsSeen || stateKeys.isCommon(key)) {
      return state;
    }
    ModelState now = state;
    for (Command command : commands.after(state.commandsSeen, stateKeys.modelKey(key))) {
      if (command.kind() == Command.Kind.RESET) {
        context.output(
            MixtureFunction.DRIFT_EVENTS,
            encoder.applied(
                command,
                stateKeys.modelKey(key),
                now.mixture.version(),
                ControlEncoder.describe(command)));
      }
      now = carryOut(command, key, now, context);
    }
    now.commandsSeen = commands.latest();
    return now;
  }

  /** Carries out a command to several models on one of them. */
  private ModelState carryOut(
      Command command,
      String key,
      ModelState state,
      KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord>.Context context)
      throws Exception {
    if (command.kind() == Command.Kind.BRANCH) {
      String obstacle = obstacle(command, state);
      if (!obstacle.isEmpty()) {
        branches.sayDropped(key, state, command.branch(), obstacle, context);
        return state;
      }
      branches.sayBegun(key, state, command.branch(), begin(command, state), context);
      return state;
    }
    if (isSwitch(command)) {
      String modelKey = stateKeys.modelKey(key);
      long version = state.mixture.version();
      String obstacle = obstacle(command, state);
      if (!obstacle.isEmpty()) {
        context.output(
            MixtureFunction.DRIFT_EVENTS,
            encoder.refusedByOne(command, modelKey, version, obstacle));
        return state;
      }
      Promoter.Switch made = exchange(command, key, state);
      context.output(
          MixtureFunction.DRIFT_EVENTS,
          made.isMade()
              ? encoder.applied(command, modelKey, version, made.how())
              : encoder.refusedByOne(command, modelKey, version, made.how()));
      return made.state();
    }
    return carryOut(command, key, state);
  }

  private static boolean isSwitch(Command command) {
    return command.kind() == Command.Kind.PROMOTE || command.kind() == Command.Kind.ROLL_BACK;
  }

  private Promoter.Switch exchange(Command command, String key, ModelState state) throws Exception {
    return command.kind() == Command.Kind.PROMOTE
        ? promoter.promote(key, state, command.branch())
        : promoter.rollBack(key, state);
  }

  private ModelState carryOut(Command command, String key, ModelState state) throws IOException {
    switch (command.kind()) {
      case FREEZE -> state.frozen = true;
      case THAW -> state.frozen = false;
      case SNAPSHOT -> publish(key);
      case RESET -> {
        if (publisher != null) {
          publisher.changed(key); // else its file stays that of the former model
        }
        return models.replace(key);
      }
      case DROP_BRANCH -> branches.end(command.branch(), state);
      case BRANCH, PROMOTE, ROLL_BACK ->
          throw new IllegalStateException(command.kind() + " is carried out elsewhere");
    }
    return state;
  }

  private String begin(Command command, ModelState state) throws Exception {
    return branches.begin(state, command.branch(), JobOptions.branch(command.settings()), true);
  }

  /** Why a command cannot be carried out on a model; empty where it can. */
  private static String obstacle(Command command, ModelState state) {
    Branch branch = state.branches.of(command.branch());
    boolean isActive = branch != null && branch.isActive();
    return switch (command.kind()) {
      case BRANCH ->
          isActive || state.branches.active().size() < BranchFormat.MOST
              ? ""
              : "the model has %s branches, as many as it may".formatted(BranchFormat.MOST);
      case DROP_BRANCH -> isActive ? "" : "the model has no branch %s".formatted(command.branch());
      case PROMOTE -> Promoter.obstacle(state, command.branch());
      case ROLL_BACK -> Promoter.obstacle(state);
      case FREEZE, THAW, SNAPSHOT, RESET -> "";
    };
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
      throws Exception {
    boolean lasts = command.kind() != Command.Kind.SNAPSHOT;
    String refusal = lasts ? add(command, key) : null;
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

  /** Adds a command to those of the group; why it cannot be added, null where it was. */
  private @Nullable String add(Command command, String key) throws Exception {
    String refusal = groups.add(key, command);
    if (refusal == null) {
      return null;
    }
    groups.settle(key, seenByAll(key), branches.configuredNames());
    return groups.add(key, command);
  }

  /** Up to which number all models of the group have taken commands. */
  private long seenByAll(String controlKey) throws Exception {
    long seen = groups.of(controlKey).latest();
    for (String model : models.keysNow()) { // those that were not used for longest come first
      if (seen > 0 && groups.isWith(model, controlKey) && !stateKeys.isCommon(model)) {
        seen = Math.min(seen, models.commandsSeen(model));
      }
    }
    return seen;
  }

  /** Carries out a command on the model of the current key, and answers it. */
  void ofOne(
      Command command,
      String key,
      ModelState state,
      KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord>.Context context)
      throws Exception {
    long version = state.mixture.version();
    String modelKey = stateKeys.modelKey(key);
    String obstacle = obstacle(command, state);
    if (!obstacle.isEmpty()) {
      refuse(command, obstacle, context);
      return;
    }
    OutputRecord answer;
    if (command.kind() == Command.Kind.BRANCH) {
      String how = begin(command, state);
      Branch begun = state.branches.of(command.branch());
      answer =
          begun != null && begun.isActive()
              ? encoder.ofOne(
                  command, modelKey, version, "the branch %s %s".formatted(command.branch(), how))
              : encoder.refused(command, "the branch %s: %s".formatted(command.branch(), how));
    } else if (isSwitch(command)) {
      Promoter.Switch made = exchange(command, key, state);
      answer =
          made.isMade()
              ? encoder.ofOne(command, modelKey, version, made.how())
              : encoder.refused(command, made.how());
    } else {
      carryOut(command, key, state);
      answer = encoder.ofOne(command, modelKey, version);
    }
    context.output(MixtureFunction.DRIFT_EVENTS, answer);
  }

  /** Answers a command to a model that is not there. */
  void refuse(
      Command command,
      String why,
      KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord>.Context context) {
    context.output(MixtureFunction.DRIFT_EVENTS, encoder.refused(command, why));
  }
}
