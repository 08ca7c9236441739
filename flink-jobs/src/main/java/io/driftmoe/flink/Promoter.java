// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.branches.PairedTest;
import io.driftmoe.router.branches.Verdict;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.jspecify.annotations.Nullable;

/**
 * Has a branch take the place of its model, between two records of their key, by a command or once
 * it is shown to be better. The model of before stays as the branch {@link BranchFormat#FORMER} for
 * a while, learns on and may come back the same way.
 */
final class Promoter {
  private final KeyedModels models;
  private final BranchKeeper branches;
  private final StateKeys stateKeys;
  private final @Nullable ModelPublisher publisher;
  private final ControlEncoder encoder = new ControlEncoder();

  /**
   * @param publisher null where models are not published
   */
  Promoter(
      KeyedModels models,
      BranchKeeper branches,
      StateKeys stateKeys,
      @Nullable ModelPublisher publisher) {
    this.models = models;
    this.branches = branches;
    this.stateKeys = stateKeys;
    this.publisher = publisher;
  }

  /** Why a branch of a model cannot take its place; empty where it can. */
  static String obstacle(ModelState state, String name) {
    Branch branch = state.branches.of(name);
    return branch != null && branch.isActive() ? "" : "the model has no branch %s".formatted(name);
  }

  /** Why a model cannot be given back its place; empty where one can. */
  static String obstacle(ModelState state) {
    Branch former = state.branches.of(BranchFormat.FORMER);
    return state.promoted() != null && former != null && former.isActive()
        ? ""
        : "the model has no former one that could come back";
  }

  /**
   * A switch that was made.
   *
   * @param state of the model from now on
   * @param how it was made, in words
   */
  record Switch(ModelState state, String how) {}

  /**
   * Has a branch take the place of the live model of the current key.
   *
   * @param name of an active branch
   * @throws IOException when the model of before cannot go on as a branch; nothing has changed then
   */
  Switch promote(String key, ModelState state, String name) throws IOException {
    Branch next = active(state, name);
    if (next.isFormer() && state.promoted() != null) {
      return rollBack(key, state);
    }
    JobOptions.Branch options = next.options();
    Branch former =
        branches.shadow(
            state,
            BranchFormat.FORMER,
            new JobOptions.Branch(
                state.spec().learner().mixture(),
                state.spec().learner().seed(),
                options.mostCpu(),
                options.mostMemory(),
                0L, // it has learned all that it could
                options.promotion()),
            false);
    ModelSpec own = spec(state, options);
    Promoted before = state.promoted();
    Promoted promoted =
        new Promoted(
            state.jobSpec().mixtureConfig(),
            own,
            name,
            next.settings(),
            next.isByCommand(),
            before == null ? null : before.alone());
    String how =
        "the branch %s takes the place of the model, %s; this stays as the branch %s for %s labels"
            .formatted(name, compared(next), BranchFormat.FORMER, options.promotion().keepFormer());
    return new Switch(exchange(key, state, next, former, own, promoted), how);
  }

  /**
   * Has the former model of the current key come back.
   *
   * @throws IOException when the present model cannot go on as a branch; nothing has changed then
   */
  Switch rollBack(String key, ModelState state) throws IOException {
    Branch former = active(state, BranchFormat.FORMER);
    Promoted over = state.promoted();
    if (over == null) {
      throw new IllegalStateException("no branch has taken the place of the model");
    }
    boolean isFree = !obstacle(state, over.branch()).isEmpty();
    Branch again =
        isFree
            ? branches.shadow(
                state, over.branch(), JobOptions.branch(over.settings()), over.byCommand())
            : null;
    String how =
        "the model comes back whose place the branch %s had taken, %s; %s"
            .formatted(
                over.branch(),
                compared(former),
                isFree ? "that is a branch again" : "that ends, since another has its name");
    ModelSpec own = spec(state, former.options());
    MixtureConfig job = state.jobSpec().mixtureConfig();
    Promoted earlier = over.before();
    Promoted left;
    if (own.mixtureConfig().equals(job)) {
      own = state.jobSpec();
      left = null;
    } else if (earlier != null) {
      left = earlier.under(job);
    } else { // settings that the job had until they changed, and it could not go on with them
      left = new Promoted(job, own, former.name(), former.settings(), false, null);
    }
    return new Switch(exchange(key, state, former, again, own, left), how);
  }

  private static ModelSpec spec(ModelState state, JobOptions.Branch options) {
    return new ModelSpec(
        state.jobSpec().schema(), new JobOptions.Learner(options.mixture(), options.seed()));
  }

  private static Branch active(ModelState state, String name) {
    Branch branch = state.branches.of(name);
    if (branch == null || !branch.isActive()) {
      throw new IllegalStateException("no active branch " + name);
    }
    return branch;
  }

  private static String compared(Branch branch) {
    PairedTest test = branch.test();
    return test.events() == 0
        ? "which it was not compared with yet"
        : String.format(
            Locale.ROOT,
            "with %.2f to %.2f %% right of %d labels, %d times wrong where that was right, %d times"
                + " the reverse, evidence e^%.2f",
            branch.accuracy(),
            branch.championAccuracy(),
            test.events(),
            test.negativeFlips(),
            test.positiveFlips(),
            test.logEvidence());
  }

  /**
   * @param leaving what the present model is from now on; null for nothing
   */
  private ModelState exchange(
      String key,
      ModelState state,
      Branch coming,
      @Nullable Branch leaving,
      ModelSpec own,
      @Nullable Promoted promoted)
      throws IOException {
    state.branches.forget(coming.name());
    if (leaving != null) {
      state.branches.put(leaving);
    }
    state.branches.active().forEach(Branch::compareAnew);
    ModelState next = ModelState.inPlaceOf(state, own, coming.mixture(), coming.number(), promoted);
    models.exchange(key, next);
    if (publisher != null) {
      publisher.changed(key);
    }
    return next;
  }

  /**
   * Makes the switch that the test asks for, if it does, and ends the former model when its time is
   * over.
   *
   * @return the model that the key has then
   */
  ModelState catchUp(
      String key,
      ModelState state,
      KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord>.Context context)
      throws Exception {
    if (state.branches.isEmpty()) {
      return state;
    }
    for (Branch branch : List.copyOf(state.branches.all())) {
      if (!branch.isActive()) {
        continue;
      }
      JobOptions.Promotion promotion = branch.options().promotion();
      if (promotion.automatic()
          && !state.frozen
          && branch.test().verdict() == Verdict.BETTER
          && branch.test().events() >= promotion.coolDown()) {
        return switchTo(key, state, branch, context);
      }
      if (branch.isFormer() && branch.labels() >= promotion.keepFormer()) {
        state.branches.forget(branch.name());
        branches.sayDropped(
            key, state, branch.name(), "the time for which it is kept is over", context);
      }
    }
    return state;
  }

  private ModelState switchTo(
      String key,
      ModelState state,
      Branch branch,
      KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord>.Context context)
      throws Exception {
    Switch made;
    try {
      made = promote(key, state, branch.name());
    } catch (Throwable failure) { // errors too, see Containment; the model goes on as it is
      branches.dropFailed(key, state, branch, "take the place of the model", failure, context);
      return state;
    }
    context.output(
        MixtureFunction.DRIFT_EVENTS,
        encoder.switched(
            stateKeys.modelKey(key),
            branch.isFormer(),
            branch.name(),
            state.lastEventTime,
            state.mixture.version(),
            made.how()));
    return made.state();
  }
}
