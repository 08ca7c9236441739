// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.router.SettingRule.Effect;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * For every setting of the learner whether it may change on a saved model. A setting is named by
 * the kind of part it belongs to, such as {@code forest.members}; those of the mixture itself stand
 * alone. Where a part is chosen by {@code type}, the setting means the choice: the settings of the
 * chosen part have lines of their own.
 *
 * <p>A line says FROM_NOW_ON only where everything that a part saves means the same under every
 * value. What a part saves in arrays of a size that the setting gives, or has summed up with the
 * setting, is refused.
 */
final class SettingRules {
  private static final SettingRule UNDECIDED =
      new SettingRule(Effect.REFUSED, "there is no rule for it");

  private static final Map<String, SettingRule> TABLE = table();

  private SettingRules() {}

  /** What is decided about a setting; refused where nothing is. */
  static SettingRule of(String setting) {
    return TABLE.getOrDefault(setting, UNDECIDED);
  }

  /** All decisions, in order. */
  static Map<String, SettingRule> all() {
    return Collections.unmodifiableMap(TABLE);
  }

  private static Map<String, SettingRule> table() {
    Map<String, SettingRule> rules = new LinkedHashMap<>();
    mixture(rules);
    gates(rules);
    trees(rules);
    ensembles(rules);
    otherExperts(rules);
    specialists(rules);
    detectors(rules);
    return rules;
  }

  private static void mixture(Map<String, SettingRule> rules) {
    refused(rules, "division", "experts of the other division have learned something else");
    refused(rules, "seed", "what is random so far came from the old one");
    refused(rules, "pool", "each place holds an expert that has learned");
    fromNowOn(rules, "pool.name", "what the expert is called");
    fromNowOn(rules, "top-k", "how many experts learn an event");
    fromNowOn(rules, "combination", "how votes are combined");
    fromNowOn(rules, "top-k.experts", "how many votes are combined");
    refused(rules, "gates", "each gate has learned");
    refused(rules, "lifecycle", "the books of the current window belong to it");
    fromNowOn(rules, "windows.window", "when the current window and those after it end");
    fromNowOn(rules, "windows.min-share", "verdicts at the end of a window");
    fromNowOn(rules, "windows.max-agreement", "verdicts at the end of a window");
    refused(rules, "attendance", "the gains of the experts belong to it");
    fromNowOn(rules, "by-gain.trial", "how long all attend");
    fromNowOn(rules, "by-gain.period", "when experts are judged");
    fromNowOn(rules, "by-gain.memory", "how fast gains are forgotten");
    fromNowOn(rules, "by-gain.probe", "how often a paused expert attends");
    fromNowOn(rules, "by-gain.least-gain", "which experts are paused");
    fromNowOn(rules, "by-gain.specialists.first", "when specialists are paused");
    fromNowOn(rules, "by-gain.specialists.again", "when specialists are paused again");
    fromNowOn(rules, "by-gain.specialists.against", "when specialists are paused");
    fromNowOn(rules, "by-gain.specialists.in-favour", "when specialists are resumed");
    fromNowOn(rules, "by-gain.specialists.halvings", "how often paused specialists attend");
    fromNowOn(rules, "detector-delta", "the cuts of the detector's window");
    refused(rules, "fleet.keys", "models have learned beside those of their fleet");
    refused(rules, "prefix.separator", "models have learned beside those of their fleet");
    migrated(
        rules,
        "model-bytes",
        "trees above their part of it give up statistics at their next lesson");
    fromNowOn(rules, "label-memory", "whether last labels count; none are known at first");
    migrated(rules, "evaluation-window", "the newest labels are kept, as many as fit");
    fromNowOn(rules, "objective", "which class is predicted; recalls are counted anew");
    fromNowOn(
        rules, "calibration", "probabilities; the correction of a grown model begins with none");
    fromNowOn(rules, "coverage", "how large prediction sets are; they begin with no scores");
    fromNowOn(rules, "accuracy-estimate", "how long the bias of the estimate is remembered");
    fromNowOn(rules, "input-watch", "how rare false alarms before labels are");
  }

  private static void gates(Map<String, SettingRule> rules) {
    for (String gate : new String[] {"mlp-bce", "mlp-nll"}) {
      refused(rules, gate + ".inputs", "the weights have learned the old inputs");
      refused(rules, gate + ".hidden", "the weights fit the old layers only");
      fromNowOn(rules, gate + ".learning-rate", "the steps of Adam");
      fromNowOn(rules, gate + ".dropout", "predictions and steps");
      refused(rules, gate + ".batch-size", "a partial mini-batch of the old size is saved");
      fromNowOn(rules, gate + ".temperature", "the weights of the experts");
    }
    refused(rules, "responsibility.hidden", "the weights fit the old layers only");
    fromNowOn(rules, "responsibility.learning-rate", "the steps of Adam");
    refused(rules, "responsibility.batch-size", "a partial mini-batch of the old size is saved");
    mixing(rules, "fixed-share");
    mixing(rules, "trusted-share.weights");
    fromNowOn(rules, "trusted-share.trust", "with which weight those of new models begin");
  }

  /** Weights of a fixed share are all that is saved of it. */
  private static void mixing(Map<String, SettingRule> rules, String prefix) {
    fromNowOn(rules, prefix + ".eta", "how far a lesson moves the weights");
    fromNowOn(rules, prefix + ".share", "how much weight is shared out");
    fromNowOn(rules, prefix + ".floor", "how much a likelihood is lifted");
  }

  private static void trees(Map<String, SettingRule> rules) {
    for (String tree : new String[] {"hoeffding-tree", "moa-hoeffding-tree"}) {
      fromNowOn(rules, tree + ".grace-period", "when a leaf attempts the split after its next");
      fromNowOn(rules, tree + ".split-confidence", "attempts to split");
      fromNowOn(rules, tree + ".tie-threshold", "attempts to split");
    }
    rules.put(
        "moa-hoeffding-tree.grace-period",
        new SettingRule(Effect.FROM_NOW_ON, "when a leaf attempts its next split"));
    refused(
        rules, "hoeffding-tree.leaves", "the scores by which a leaf chooses are kept for one kind");
    fromNowOn(rules, "hoeffding-tree.split-test", "attempts to split");
    fromNowOn(rules, "hoeffding-tree.event-weight", "attempts to split");
    fromNowOn(rules, "hoeffding-tree.attribute-share", "which attributes a split considers");
    fromNowOn(rules, "hoeffding-tree.max-leaves", "attempts to split; no leaf is taken away");
    refused(rules, "moa.learner", "a classifier with the old options has learned");
    migrated(
        rules,
        "hoeffding-tree.max-bytes",
        "a tree above it gives up statistics of its least promising leaves at its next lesson");
    migrated(
        rules, "naive-bayes.max-bytes", "one above it gives up its statistics at its next lesson");
  }

  private static void ensembles(Map<String, SettingRule> rules) {
    refused(rules, "forest.member", "members of another kind have learned");
    refused(rules, "forest.members", "each member has learned");
    fromNowOn(rules, "forest.poisson-mean", "how often a member learns an event");
    refused(rules, "forest.warning", "detectors of another kind have counted");
    refused(rules, "forest.drift", "detectors of another kind have counted");
    fromNowOn(rules, "forest.accuracy-rate", "how fast accuracies are forgotten");
    fromNowOn(rules, "forest.vote-power", "the weights of the members");
    fromNowOn(rules, "forest.names", "what the members are called");
    fromNowOn(rules, "forest.replacement-alpha", "when a background member takes over");
    refused(rules, "guarded.expert", "an expert of another kind has learned");
    refused(rules, "guarded.warning", "a detector of another kind has counted");
    refused(rules, "guarded.drift", "a detector of another kind has counted");
    refused(rules, "committee.members", "each member has learned");
    mixing(rules, "committee.mixing");
    fromNowOn(rules, "committee.names", "what the members are called");
  }

  private static void otherExperts(Map<String, SettingRule> rules) {
    refused(rules, "nearest-neighbours.windows", "examples and weights are saved for the old ones");
    fromNowOn(rules, "nearest-neighbours.neighbours", "how many examples vote");
    fromNowOn(rules, "nearest-neighbours.smoothing", "votes");
    mixing(rules, "nearest-neighbours.mixing");
    refused(rules, "prototypes.prototypes", "each prototype has learned");
    fromNowOn(rules, "prototypes.rate", "how fast prototypes move");
    fromNowOn(rules, "prototypes.horizon", "how fast weights fade");
    refused(rules, "prototypes.freedom", "the densities are saved for the old one");
    refused(rules, "mlp.hidden", "the weights fit the old layers only");
    fromNowOn(rules, "mlp.learning-rate", "the steps of Adam");
    refused(rules, "mlp.batch-size", "a partial mini-batch of the old size is saved");
    fromNowOn(rules, "logistic-regression.learning-rate", "the steps");
    fromNowOn(rules, "logistic-regression.l2", "how the weights shrink");
  }

  private static void specialists(Map<String, SettingRule> rules) {
    for (String kind : new String[] {"routed-specialists", "regime-library"}) {
      refused(rules, kind + ".specialist.tree", "trees of another kind have learned");
      refused(rules, kind + ".specialist.trees", "each tree has learned");
      fromNowOn(rules, kind + ".specialist.poisson-mean", "how often a tree learns an event");
      refused(rules, kind + ".specialist.network.hidden", "the weights fit the old layers only");
      fromNowOn(rules, kind + ".specialist.network.learning-rate", "the steps of Adam");
      refused(rules, kind + ".specialist.network.batch-size", "it is always 1");
      mixing(rules, kind + ".specialist.mixing");
      refused(rules, kind + ".specialists", "each specialist has learned");
      fromNowOn(rules, kind + ".names", "what the specialists are called");
      fromNowOn(rules, kind + ".active.predicted", "how many specialists are asked to predict");
      fromNowOn(rules, kind + ".active.learned", "how many specialists are asked to learn");
      fromNowOn(rules, kind + ".active.complete", "how often all specialists are asked");
      fromNowOn(rules, kind + ".active.eager", "until which event all specialists are asked");
      fromNowOn(rules, kind + ".active.negligible", "how many specialists are asked to learn");
    }
    refused(rules, "routed-specialists.gate.hidden", "the weights fit the old layers only");
    fromNowOn(rules, "routed-specialists.gate.learning-rate", "the steps of Adam");
    refused(
        rules,
        "routed-specialists.gate.batch-size",
        "a partial mini-batch of the old size is saved");
    refused(rules, "routed-specialists.drift", "detectors of another kind have counted");
    fromNowOn(rules, "regime-library.stickiness", "how long a regime lasts");
  }

  private static void detectors(Map<String, SettingRule> rules) {
    fromNowOn(rules, "adwin.delta", "the cuts of the window");
    for (String setting : new String[] {"min-observations", "warning-level", "drift-level"}) {
      fromNowOn(rules, "ddm." + setting, "alarms");
      fromNowOn(rules, "eddm." + setting, "alarms");
      fromNowOn(rules, "rddm." + setting, "alarms");
    }
    fromNowOn(rules, "eddm.min-errors", "alarms");
    fromNowOn(rules, "rddm.max-concept", "when the error rate is taken anew");
    refused(rules, "rddm.min-concept", "the latest observations are saved for the old length");
    fromNowOn(rules, "rddm.warn-limit", "how long a warning lasts");
    refused(rules, "hddm-a.drift-confidence", "the beginnings to compare with depend on it");
    fromNowOn(rules, "hddm-a.warning-confidence", "warnings");
    fromNowOn(rules, "hddm-a.two-sided", "whether falls are watched, too");
    refused(rules, "hddm-w.drift-confidence", "the beginnings to compare with depend on it");
    fromNowOn(rules, "hddm-w.warning-confidence", "warnings");
    refused(rules, "hddm-w.lambda", "the means are weighted with it");
    refused(rules, "hddm-w.two-sided", "the means for falls are kept only with it");
    fromNowOn(rules, "page-hinkley.min-observations", "alarms");
    refused(rules, "page-hinkley.delta", "it is part of the sum");
    fromNowOn(rules, "page-hinkley.lambda", "alarms");
    refused(rules, "page-hinkley.alpha", "it is part of the sum");
    refused(rules, "kswin.window", "the observations are saved for the old length");
    refused(rules, "kswin.recent", "the observations are divided by it");
    fromNowOn(rules, "kswin.alpha", "alarms");
    refused(rules, "stepd.window", "the observations are saved for the old length");
    fromNowOn(rules, "stepd.alpha-drift", "drifts");
    fromNowOn(rules, "stepd.alpha-warning", "warnings");
  }

  private static void fromNowOn(Map<String, SettingRule> rules, String setting, String on) {
    rules.put(setting, new SettingRule(Effect.FROM_NOW_ON, on));
  }

  private static void migrated(Map<String, SettingRule> rules, String setting, String how) {
    rules.put(setting, new SettingRule(Effect.MIGRATED, how));
  }

  private static void refused(Map<String, SettingRule> rules, String setting, String why) {
    rules.put(setting, new SettingRule(Effect.REFUSED, why));
  }
}
