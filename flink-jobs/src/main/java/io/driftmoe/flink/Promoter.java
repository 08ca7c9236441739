// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureOfExperts;
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
    return obstacle(state, BranchFormat.FORMER).isEmpty()
        ? ""
        : "the model has no former one that could come back";
  }

  /**
   * What became of a switch.
   *
   * @param state of the model from now on
   * @param isMade whether it was made; else the model goes on as it was
   * @param how it was made, or what failed, in words
   */
  record Switch(ModelState state, boolean isMade, String how) {}

  /**
   * Has a branch take the place of the live model of the current key.
   *
   * @param name of an active branch
   */
  Switch promote(String key, ModelState state, String name) throws Exception {
    try {
      return name.equals(BranchFormat.FORMER)
          ? rollBackNow(key, state)
          : promoteNow(key, state, name);
    } catch (Throwable failure) { // errors too, see Containment
      return new Switch(state, false, "it fails: " + branches.switchFailed(failure));
    }
  }

  /** Has the former model of the current key come back, which must be there. */
  Switch rollBack(String key, ModelState state) throws Exception {
    return promote(key, state, BranchFormat.FORMER);
  }

  private Switch promoteNow(String key, ModelState state, String name) throws IOException {
    Branch next = active(state, name);
    JobOptions.Branch options = next.options();
    Branch former =
        branches.shadow(
            state,
            BranchFormat.FORMER,
            new JobOptions.Branch(
                state.spec().learner().mixture(),
                state.spec().learner().seed(),
                JobOptions.Branch.MOST_TIMES, // it was the model: nothing is to take it away
                JobOptions.Branch.MOST_TIMES,
                0L, // it has learned all that it could
                options.promotion()),
            false);
    ModelSpec own = spec(state, next);
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
    return new Switch(exchange(key, state, next, next.mixture(), former, own, promoted), true, how);
  }

  private Switch rollBackNow(String key, ModelState state) throws IOException {
    Branch former = active(state, BranchFormat.FORMER);
    Promoted over = state.promoted();
    ModelSpec own = spec(state, former);
    MixtureOfExperts mixture = former.mixture();
    Promoted left = over == null ? null : over.before();
    if (state.jobSpec().refusalOf(own).isEmpty() && left == null) {
      // the settings of the job may have changed since
      if (!own.mixtureConfig().equals(state.jobSpec().mixtureConfig())) {
        mixture = branches.copy(mixture, state.jobSpec().mixtureConfig());
      }
      own = state.jobSpec();
    } else {
      MixtureConfig job = state.jobSpec().mixtureConfig();
      left =
          left == null
              ? new Promoted(job, own, former.name(), former.settings(), false, null)
              : left.under(job);
    }
    boolean isFree = over != null && !obstacle(state, over.branch()).isEmpty();
    Branch again =
        over != null && isFree
            ? branches.shadow(
                state, over.branch(), JobOptions.branch(over.settings()), over.byCommand())
            : null;
    String how =
        "the model of before comes back, %s; that which had its place %s"
            .formatted(
                compared(former),
                again == null ? "ends" : "is the branch %s again".formatted(again.name()));
    return new Switch(exchange(key, state, former, mixture, again, own, left), true, how);
  }

  private static ModelSpec spec(ModelState state, Branch branch) {
    JobOptions.Branch options = branch.options();
    return new ModelSpec(
            state.jobSpec().schema(), new JobOptions.Learner(options.mixture(), options.seed()))
        .with(branch.config());
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
      MixtureOfExperts mixture,
      @Nullable Branch leaving,
      ModelSpec own,
      @Nullable Promoted promoted)
      throws IOException {
    state.branches.forget(coming.name());
    if (leaving != null) {
      state.branches.put(leaving);
    }
    state.branches.active().forEach(Branch::compareAnew);
    ModelState next = ModelState.inPlaceOf(state, own, mixture, coming.number(), promoted);
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
      if (promotion.automatic() && !state.frozen && isBetter(branch.test(), promotion)) {
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

  /** Shown, and so still: the verdict may be older than the cool-down. */
  private static boolean isBetter(PairedTest test, JobOptions.Promotion promotion) {
    long events = test.events();
    return test.verdict() == Verdict.BETTER
        && events >= promotion.coolDown()
        && test.positiveFlips() - test.negativeFlips() > promotion.smallestGain() * events
        && (promotion.mostNegativeFlips() == 1
            || test.negativeFlips() < promotion.mostNegativeFlips() * events);
  }

  private ModelState switchTo(
      String key,
      ModelState state,
      Branch branch,
      KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord>.Context context)
      throws Exception {
    Switch made = promote(key, state, branch.name());
    if (!made.isMade()) {
      branches.drop(key, state, branch, "to take the place of the model, " + made.how(), context);
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
