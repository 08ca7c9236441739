// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.router.LabelQuestion;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.SettingChange;
import io.driftmoe.router.SettingChanges;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;

/**
 * Has branches predict and learn beside their champions, and drops those that fail or take too
 * much. Nothing that happens to a branch changes what its champion predicts.
 */
final class BranchKeeper {
  /** A branch is weighed once in so many labels. */
  private static final int WEIGHED_EVERY = 1_000;

  /** Bytes that every branch may take, however small its champion is. */
  private static final long LEAST_BYTES = 1L << 18;

  /** Why a branch was dropped that a command ended. */
  static final String BY_COMMAND = "a command dropped it";

  private final ModelSpec spec;
  private final Map<String, JobOptions.Branch> configured;
  private final Failures failures;
  private final StateKeys stateKeys;
  private final boolean weighsTime;
  private final ControlEncoder encoder = new ControlEncoder();

  /**
   * @param configured by name, for all models
   * @param weighsTime whether the time that a model takes is known: not where another thread may
   *     take its training steps
   */
  BranchKeeper(
      ModelSpec spec,
      Map<String, JobOptions.Branch> configured,
      Failures failures,
      StateKeys stateKeys,
      boolean weighsTime) {
    this.spec = spec;
    this.configured = configured;
    this.failures = failures;
    this.stateKeys = stateKeys;
    this.weighsTime = weighsTime;
  }

  /** Names of the branches that the configuration begins. */
  Set<String> configuredNames() {
    return configured.keySet();
  }

  /**
   * Begins the branches that the configuration names and the model has not, and drops those that it
   * no longer names, or names otherwise.
   */
  void reconcile(
      String key,
      ModelState state,
      KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord>.Context context)
      throws Exception {
    if (state.branchesFor == configured || stateKeys.isCommon(key)) {
      return;
    }
    for (Branch branch : List.copyOf(state.branches.all())) {
      JobOptions.Branch wanted = configured.get(branch.name());
      if (!branch.isByCommand() && !branch.isFormer() && (wanted == null || !branch.isOf(wanted))) {
        if (branch.isActive() && wanted == null) {
          sayDropped(
              key, state, branch.name(), "learner.branches does not name it any more", context);
        }
        state.branches.forget(branch.name());
      }
    }
    for (Map.Entry<String, JobOptions.Branch> wanted : configured.entrySet()) {
      String name = wanted.getKey();
      Promoted over = state.promoted();
      if (state.branches.of(name) != null || over != null && over.isOf(name, wanted.getValue())) {
        continue;
      }
      if (state.branches.active().size() < BranchFormat.MOST) {
        sayBegun(key, state, name, begin(state, name, wanted.getValue(), false), context);
      } else {
        String why = "the model has %s branches, as many as it may".formatted(BranchFormat.MOST);
        putDropped(state, name, wanted.getValue(), why);
        sayDropped(key, state, name, why, context);
      }
    }
    state.branchesFor = configured;
  }

  /** Drops all, with those that commands made, where nothing may make any. */
  void release(
      String key,
      ModelState state,
      KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord>.Context context) {
    for (Branch branch : List.copyOf(state.branches.all())) {
      if (branch.isByCommand()) {
        if (branch.isActive()) {
          sayDropped(
              key, state, branch.name(), "topics.control is not configured any more", context);
        }
        state.branches.forget(branch.name());
      }
    }
  }

  /**
   * Begins a branch, in place of one of its name. One that cannot begin is dropped at once.
   *
   * @return how it begins, in words
   */
  String begin(ModelState state, String name, JobOptions.Branch options, boolean byCommand)
      throws Exception {
    MixtureConfig wanted = options.mixture().config(options.seed());
    Optional<SettingChange> obstacle =
        SettingChanges.between(state.spec().mixtureConfig(), wanted).stream()
            .filter(SettingChange::isRefused)
            .findFirst();
    int number = state.takeNumber();
    try {
      MixtureOfExperts mixture =
          obstacle.isEmpty()
              ? fork(state.mixture, wanted)
              : MixtureOfExperts.create(wanted, spec.streamSchema());
      state.branches.put(new Branch(name, number, options, byCommand, mixture));
    } catch (Throwable failure) { // errors too, see Containment
      failures.branchFailed(failure);
      Branch none = new Branch(name, number, options, byCommand, null);
      none.drop("it cannot begin: " + FailureText.of(failure));
      state.branches.put(none);
      return none.whyDropped();
    }
    return obstacle
        .map(change -> "begins with nothing learned: " + change.describe("settings"))
        .orElse("begins with all that the model has learned");
  }

  private static void putDropped(
      ModelState state, String name, JobOptions.Branch options, String why) {
    Branch none = new Branch(name, state.takeNumber(), options, false, null);
    none.drop(why);
    state.branches.put(none);
  }

  /** Says that a branch began, or could not, where no answer to a command does. */
  void sayBegun(
      String key,
      ModelState state,
      String name,
      String how,
      KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord>.Context context) {
    Branch begun = state.branches.of(name);
    if (begun == null || !begun.isActive()) {
      sayDropped(key, state, name, how, context);
      return;
    }
    context.output(
        MixtureFunction.DRIFT_EVENTS,
        encoder.branched(
            stateKeys.modelKey(key), name, state.lastEventTime, state.mixture.version(), how));
  }

  private MixtureOfExperts fork(MixtureOfExperts champion, MixtureConfig wanted)
      throws IOException {
    MixtureOfExperts mixture = copy(champion, wanted);
    mixture.restartEvaluation();
    return mixture;
  }

  /**
   * One that has learned the same, is computed in plain Java, and has nothing in common with it.
   */
  MixtureOfExperts copy(MixtureOfExperts mixture, MixtureConfig config) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 16);
    mixture.writeSnapshot(new DataOutputStream(bytes));
    return MixtureOfExperts.restore(
        config,
        spec.streamSchema(),
        new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
  }

  /**
   * A branch that goes on as a model does now, which may predict what waits for the model.
   *
   * @throws IOException when the model cannot be written and read
   */
  Branch shadow(ModelState state, String name, JobOptions.Branch options, boolean byCommand)
      throws IOException {
    MixtureOfExperts mixture = copy(state.mixture, state.spec().mixtureConfig());
    return new Branch(name, state.generation, options, byCommand, mixture);
  }

  /** Whether one of them predicted an event, or the model of before did, which is a branch now. */
  static boolean anyPredicted(ModelState state, WaitingPrediction made) {
    return state.branches.active(made.generation()) != null
        || made.shadows().stream()
            .anyMatch(shadow -> state.branches.active(shadow.number()) != null);
  }

  /** Ends a branch by a command. One of the configuration does not begin again then. */
  void end(String name, ModelState state) {
    Branch branch = state.branches.of(name);
    JobOptions.Branch wanted = configured.get(name);
    if (branch != null && !branch.isByCommand()) {
      if (branch.isActive()) {
        branch.drop(BY_COMMAND);
      }
    } else if (wanted != null) {
      putDropped(state, name, wanted, BY_COMMAND);
    } else {
      state.branches.forget(name);
    }
  }

  /**
   * Has the branches of a model predict an event.
   *
   * @param load level of load, as of the model
   * @param championNanos that the champion took for it
   */
  List<ShadowPrediction> predict(
      String key,
      ModelState state,
      FeatureVector features,
      int load,
      long championNanos,
      KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord>.Context context)
      throws Exception {
    List<ShadowPrediction> predictions = new ArrayList<>(state.branches.all().size());
    for (Branch branch : state.branches.all()) {
      if (!branch.broken().isEmpty()) {
        drop(key, state, branch, branch.broken(), context);
      }
      if (!branch.isActive()) {
        continue;
      }
      long began = System.nanoTime();
      try {
        predictions.add(new ShadowPrediction(branch.number(), branch.predict(features, load)));
        branch.spent(System.nanoTime() - began, championNanos);
      } catch (Throwable failure) { // errors too, see Containment
        dropFailed(key, state, branch, "predict", failure, context);
      }
    }
    return predictions;
  }

  /**
   * Has the branches of a model learn an event, or only compares them with it while it is frozen.
   *
   * @param made what was sent for the event, and what they predicted
   * @param championNanos that the champion took to learn it
   */
  void learn(
      String key,
      ModelState state,
      WaitingPrediction made,
      int label,
      long championNanos,
      KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord>.Context context)
      throws Exception {
    boolean championWasRight = made.prediction().predictedClass() == label;
    Optional<LabelQuestion> question = made.prediction().question();
    for (ShadowPrediction shadow : made.shadows()) {
      Branch branch = state.branches.active(shadow.number());
      if (branch == null) {
        continue; // dropped since
      }
      long began = System.nanoTime();
      try {
        // its label was chosen, too: learned with the same weight
        PendingPrediction own =
            question.map(shadow.prediction()::asking).orElse(shadow.prediction());
        branch.learn(own, championWasRight, label, !state.frozen);
        if (!state.frozen) { // else neither learns
          branch.spent(System.nanoTime() - began, championNanos);
        }
        if (branch.labels() % WEIGHED_EVERY == 0) {
          weigh(key, state, branch, context);
        }
      } catch (Throwable failure) { // errors too, see Containment
        dropFailed(key, state, branch, "learn", failure, context);
      }
    }
  }

  /** Has those learn an event that its present champion has not predicted, and is not here. */
  void learnAlone(
      String key,
      ModelState state,
      WaitingPrediction made,
      int label,
      KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord>.Context context)
      throws Exception {
    List<ShadowPrediction> all = new ArrayList<>(made.shadows());
    all.add(new ShadowPrediction(made.generation(), made.prediction()));
    Optional<LabelQuestion> question = made.prediction().question();
    for (ShadowPrediction shadow : all) {
      Branch branch = state.branches.active(shadow.number());
      if (branch == null || state.frozen) {
        continue;
      }
      try {
        branch.learnAlone(
            question.map(shadow.prediction()::asking).orElse(shadow.prediction()), label);
      } catch (Throwable failure) { // errors too, see Containment
        dropFailed(key, state, branch, "learn", failure, context);
      }
    }
  }

  private void weigh(
      String key,
      ModelState state,
      Branch branch,
      KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord>.Context context)
      throws IOException {
    if (weighsTime && branch.isTooSlow()) {
      drop(
          key,
          state,
          branch,
          String.format(
              Locale.ROOT,
              "it took %.1f times the time of the model, and most-cpu is %s",
              branch.cpuShare(),
              branch.options().mostCpu()),
          context);
      return;
    }
    long bytes = branch.bytes();
    double allowed = branch.options().mostMemory() * state.bytes();
    if (bytes > LEAST_BYTES && bytes > allowed) {
      drop(
          key,
          state,
          branch,
          "it takes %s bytes, more than most-memory = %s times the %s of the model"
              .formatted(bytes, branch.options().mostMemory(), state.bytes()),
          context);
    }
  }

  /**
   * Contains a failure to have a branch take the place of its model.
   *
   * @return what failed, in words
   */
  String switchFailed(Throwable failure) throws Exception {
    failures.branchFailed(failure);
    return FailureText.of(failure);
  }

  private void dropFailed(
      String key,
      ModelState state,
      Branch branch,
      String doing,
      Throwable failure,
      KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord>.Context context)
      throws Exception {
    failures.branchFailed(failure);
    drop(
        key,
        state,
        branch,
        "it failed to %s: %s".formatted(doing, FailureText.of(failure)),
        context);
  }

  /** Drops a branch, and says so. */
  void drop(
      String key,
      ModelState state,
      Branch branch,
      String why,
      KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord>.Context context) {
    branch.drop(why);
    sayDropped(key, state, branch.name(), why, context);
  }

  /** Says that a branch ended. */
  void sayDropped(
      String key,
      ModelState state,
      String name,
      String why,
      KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord>.Context context) {
    context.output(
        MixtureFunction.DRIFT_EVENTS,
        encoder.branchDropped(
            stateKeys.modelKey(key), name, state.lastEventTime, state.mixture.version(), why));
  }
}
