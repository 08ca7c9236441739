// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;

/**
 * Every metric that the job registers with Flink, what it means and when somebody should look.
 * {@code docs/metrics.md} repeats this table, the alert rules in {@code monitoring} repeat its
 * numbers, and nothing else registers a metric.
 */
enum JobMetric {
  EVENTS(
      Place.SUBTASK,
      Kind.COUNTER,
      "events",
      "events",
      "predicted",
      "no rise for 5 min while records wait"),
  LABELS(
      Place.SUBTASK,
      Kind.COUNTER,
      "labels",
      "labels",
      "that met their prediction and were learned",
      "none for 1 h while events come; where labels come later, none for longer than that"),
  DRIFT_EVENTS(
      Place.SUBTASK,
      Kind.COUNTER,
      "driftEvents",
      "reports",
      "drifts of whole mixtures, as on the drift topic",
      "drift storm: more than one in 1,000 labels over 1 h"),
  EARLY_ALARMS(
      Place.SUBTASK,
      Kind.COUNTER,
      "earlyAlarms",
      "reports",
      "changes of inputs or predictions before labels, as on the drift topic",
      "any in 10 min"),
  LIFECYCLE_EVENTS(
      Place.SUBTASK,
      Kind.COUNTER,
      "lifecycleEvents",
      "reports",
      "of single experts: starts, warnings, drifts, replacements, pauses",
      "more than one in 50 labels over 10 min"),
  ORPHAN_LABELS(
      Place.SUBTASK,
      Kind.COUNTER,
      "orphanLabels",
      "labels",
      "that found no event; dead letters",
      "2 % of the labels in 10 min, or 0.1 % and twice the share of the last 1 d"),
  EXPIRED_PREDICTIONS(
      Place.SUBTASK,
      Kind.COUNTER,
      "expiredPredictions",
      "predictions",
      "whose label did not come; dead letters",
      "2 % of the events in 10 min, or 0.1 % and twice the share of the last 1 d"),
  REJECTED_RECORDS(
      Place.CHECKED,
      Kind.COUNTER,
      "rejectedRecords",
      "records",
      "that could not be decoded or do not go with the schema; dead letters",
      "any in 10 min that nobody expects"),
  LATE_EVENTS(
      Place.SUBTASK,
      Kind.COUNTER,
      "lateEvents",
      "records",
      "behind the watermark; predicted and learned, out of order; only in event-time order",
      "any, where replays must repeat results"),
  DUPLICATE_EVENTS(
      Place.SUBTASK,
      Kind.COUNTER,
      "duplicateEvents",
      "events",
      "with an id that is waiting or was learned; dead letters",
      "2 % of the events in 10 min"),
  LOAD_LEVEL(
      Place.SUBTASK,
      Kind.GAUGE,
      "loadLevel",
      "level",
      "of `load.levels`: 0 with all experts, higher with fewer, because the job is behind",
      "above 0 for 10 min: more subtasks or machines are needed"),
  CAUSE_ORPHAN_LABELS(
      Place.CAUSE,
      Kind.COUNTER,
      "orphanLabels",
      "labels",
      "the orphan labels of this cause",
      "as the sum"),
  CAUSE_EXPIRED_PREDICTIONS(
      Place.CAUSE,
      Kind.COUNTER,
      "expiredPredictions",
      "predictions",
      "the expired predictions of this cause",
      "as the sum; any of `total-pending-bytes`: more memory or more subtasks are needed"),
  CAUSE_LATE_EVENTS(
      Place.CAUSE,
      Kind.COUNTER,
      "lateEvents",
      "records",
      "the late records of this cause",
      "as the sum"),
  CAUSE_DUPLICATE_EVENTS(
      Place.CAUSE,
      Kind.COUNTER,
      "duplicateEvents",
      "events",
      "the duplicates of this cause",
      "as the sum"),
  FORGOTTEN_IDS(
      Place.SUBTASK,
      Kind.COUNTER,
      "forgottenIds",
      "ids",
      "of learned events, given up for lack of memory: such an event that comes again is no duplicate",
      "any, where producers send events again"),
  EARLY_RECORDS(
      Place.SUBTASK,
      Kind.COUNTER,
      "earlyRecords",
      "records",
      "processed before the watermark reached them, for lack of memory; only in event-time order",
      "any"),
  FAILED_RECORDS(
      Place.SUBTASK,
      Kind.COUNTER,
      "failedRecords",
      "records",
      "that the job failed to process by a fault of its own; dead letters",
      "any in 10 min; `job.max-failures-in-a-row` stops the job"),
  FAILED_PARTS(
      Place.SUBTASK,
      Kind.COUNTER,
      "failedParts",
      "failures",
      "of an expert, a gate or another part of a model, which began afresh",
      "any in 10 min"),
  ESTIMATED_PREDICTIONS(
      Place.SUBTASK,
      Kind.GAUGE,
      "estimatedPredictions",
      "predictions",
      "that wait for their labels, as last reported for each model; 0 without `learner.accuracy-estimate`",
      ""),
  ESTIMATED_ACCURACY(
      Place.SUBTASK,
      Kind.GAUGE,
      "estimatedAccuracy",
      "per cent",
      "expected of all of these; -1, unknown",
      ""),
  ESTIMATED_ACCURACY_ERROR(
      Place.SUBTASK,
      Kind.GAUGE,
      "estimatedAccuracyError",
      "points",
      "by which that may be wrong either way, at most; -1, unknown",
      ""),
  LIVE_MODELS(
      Place.SUBTASK,
      Kind.GAUGE,
      "liveModels",
      "models",
      "that are not parked",
      "their sum nears `models.max`"),
  PARKED_MODELS(
      Place.SUBTASK,
      Kind.GAUGE,
      "parkedModels",
      "models",
      "kept as compressed bytes",
      "as `liveModels`"),
  REFUSED_RECORDS(
      Place.SUBTASK,
      Kind.COUNTER,
      "refusedRecords",
      "records",
      "of new model keys beyond `models.max`; dead letters",
      "any in 10 min"),
  DROPPED_MODELS(
      Place.SUBTASK,
      Kind.COUNTER,
      "droppedModels",
      "models",
      "dropped for newer keys, with `models.when-full: drop-idle`",
      "any that was still wanted"),
  PUBLISHED_MODELS(
      Place.SUBTASK,
      Kind.COUNTER,
      "publishedModels",
      "files",
      "of models written to `models.publish.folder`",
      ""),
  FAILED_PUBLICATIONS(
      Place.SUBTASK,
      Kind.COUNTER,
      "failedPublications",
      "files",
      "of models that could not be written to `models.publish.folder`; they are tried again",
      "any in 10 min: readers of the folder get no newer models"),
  HELD_RECORDS(
      Place.SUBTASK,
      Kind.COUNTER,
      "heldRecords",
      "records",
      "that waited for a training step of their model; only with a device",
      ""),
  HELD_RECORD_WAIT(
      Place.SUBTASK,
      Kind.HISTOGRAM,
      "heldRecordWaitMicros",
      "microseconds",
      "that records waited for it; only with a device",
      "99th percentile above `router.gather-delay` by far: the device is too slow"),
  ROUTER_BACKEND(
      Place.SUBTASK,
      Kind.TEXT,
      "routerBackend",
      "text",
      "what computes the networks",
      "`java (NAME failed)`: the device was lost"),
  ROUTER_STEPS(
      Place.SUBTASK, Kind.GAUGE, "routerSteps", "steps", "of networks; only with a device", ""),
  ROUTER_STEP_WAIT(
      Place.SUBTASK,
      Kind.HISTOGRAM,
      "routerStepWaitMicros",
      "microseconds",
      "from a step's request to its result; only with a device",
      ""),
  ROUTER_LAUNCHES(
      Place.TASK_MANAGER,
      Kind.GAUGE,
      "routerLaunches",
      "launches",
      "of the device, for any cause",
      ""),
  ROUTER_LAUNCHES_FULL(
      Place.TASK_MANAGER,
      Kind.GAUGE,
      "routerLaunchesFull",
      "launches",
      "of `router.gather-routers` steps",
      ""),
  ROUTER_LAUNCHES_WAITED(
      Place.TASK_MANAGER,
      Kind.GAUGE,
      "routerLaunchesWaited",
      "launches",
      "after `router.gather-delay`",
      ""),
  ROUTER_LAUNCHES_NEEDED(
      Place.TASK_MANAGER,
      Kind.GAUGE,
      "routerLaunchesNeeded",
      "launches",
      "because a checkpoint, a watermark or a report needed their results",
      ""),
  ROUTER_STEPS_LAUNCHED(
      Place.TASK_MANAGER, Kind.GAUGE, "routerStepsLaunched", "steps", "in all launches", ""),
  ROUTER_FAILURES(
      Place.TASK_MANAGER,
      Kind.GAUGE,
      "routerFailures",
      "launches",
      "that failed on the device and were done again in plain Java",
      "any"),
  ROUTERS_PER_LAUNCH(
      Place.TASK_MANAGER,
      Kind.HISTOGRAM,
      "routersPerLaunch",
      "networks",
      "in one launch",
      "near 1: a device does not pay"),
  ROUTER_KERNELS(
      Place.TASK_MANAGER, Kind.GAUGE, "routerKernels", "kernels", "run on the device", ""),
  ROUTER_BYTES_TO_DEVICE(
      Place.TASK_MANAGER, Kind.GAUGE, "routerBytesToDevice", "bytes", "copied to the device", ""),
  ROUTER_BYTES_FROM_DEVICE(
      Place.TASK_MANAGER,
      Kind.GAUGE,
      "routerBytesFromDevice",
      "bytes",
      "copied from the device",
      ""),
  MODEL_EVENTS(
      Place.MODEL, Kind.GAUGE, "events", "events", "predicted", "no rise while events are sent"),
  MODEL_WINDOW_ACCURACY(
      Place.MODEL,
      Kind.GAUGE,
      "windowAccuracy",
      "per cent",
      "accuracy in the last `learner.evaluation-window` labels",
      "10 points below its average of the last 1 d, for 10 min"),
  MODEL_WINDOW_KAPPA_M(
      Place.MODEL,
      Kind.GAUGE,
      "windowKappaM",
      "per cent",
      "the same beside always predicting the most frequent class",
      "below 0 for 30 min: worse than no model"),
  MODEL_ACCURACY(Place.MODEL, Kind.GAUGE, "accuracy", "per cent", "over all labels", ""),
  MODEL_KAPPA_M(
      Place.MODEL,
      Kind.GAUGE,
      "kappaM",
      "per cent",
      "over all labels, beside always predicting the most frequent class",
      ""),
  MODEL_COVERAGE(
      Place.MODEL,
      Kind.GAUGE,
      "coverage",
      "per cent",
      "of the latest prediction sets that held the true class; -1 without `learner.coverage`",
      ""),
  MODEL_SET_SIZE(
      Place.MODEL,
      Kind.GAUGE,
      "setSize",
      "classes",
      "in the latest prediction sets, on average; -1 without `learner.coverage`",
      ""),
  MODEL_ESTIMATED_ACCURACY(
      Place.MODEL,
      Kind.GAUGE,
      "estimatedAccuracy",
      "per cent",
      "expected of the predictions that wait for their labels; -1, unknown",
      "with its error 5 points below the average accuracy of the last 1 d, for 10 min"),
  MODEL_ESTIMATED_ACCURACY_ERROR(
      Place.MODEL,
      Kind.GAUGE,
      "estimatedAccuracyError",
      "points",
      "by which that may be wrong either way; -1, unknown",
      ""),
  MODEL_GATE_ENTROPY(
      Place.MODEL,
      Kind.GAUGE,
      "gateEntropy",
      "0 to 1",
      "of the weights of the experts: 0, one has all; 1, all have the same; -1, unknown",
      ""),
  MODEL_SPECIALISTS(
      Place.MODEL,
      Kind.GAUGE,
      "specialistEvaluations",
      "specialists",
      "asked per event, on average; -1, unknown",
      ""),
  MODEL_PENDING(
      Place.MODEL,
      Kind.GAUGE,
      "pendingPredictions",
      "predictions",
      "that wait for their label",
      "80 % of `labels.max-pending` (100,000)"),
  MODEL_BYTES(
      Place.MODEL,
      Kind.GAUGE,
      "modelBytes",
      "bytes",
      "of the model in a checkpoint; -1, unknown",
      "near `learner.model-bytes`"),
  MODEL_EXPERT_SHARE(
      Place.EXPERT, Kind.GAUGE, "share", "0 to 1", "of the labels that the expert learned", ""),
  BRANCH_ACCURACY(
      Place.BRANCH,
      Kind.GAUGE,
      "accuracy",
      "per cent",
      "of the branch on the labels since its warm-up; 0, none yet or dropped",
      ""),
  BRANCH_MODEL_ACCURACY(
      Place.BRANCH, Kind.GAUGE, "modelAccuracy", "per cent", "of the model on the same labels", ""),
  BRANCH_LOG_EVIDENCE(
      Place.BRANCH,
      Kind.GAUGE,
      "logEvidence",
      "natural logarithm",
      "of the evidence that the branch is better than the model",
      ""),
  BRANCH_NEGATIVE_FLIPS(
      Place.BRANCH,
      Kind.GAUGE,
      "negativeFlips",
      "labels",
      "on which the model was right and the branch wrong",
      ""),
  BRANCH_POSITIVE_FLIPS(
      Place.BRANCH,
      Kind.GAUGE,
      "positiveFlips",
      "labels",
      "on which the model was wrong and the branch right",
      ""),
  LOST_TRANSACTIONS(
      Place.COMMITTER,
      Kind.COUNTER,
      "lostTransactions",
      "transactions",
      "that could not be committed any more: the records of a checkpoint interval are lost",
      "any in 1 h"),
  RECORDS_LEFT_OUT(
      Place.SINK,
      Kind.COUNTER,
      "recordsLeftOut",
      "records",
      "too large for their topic and not written: a record is lost",
      "any in 1 h");

  /** What a metric is. */
  enum Kind {
    /** Only rises, from 0 at every start of its task. */
    COUNTER,
    /** A number that rises and falls. */
    GAUGE,
    /** Flink's statistics of the latest values. */
    HISTOGRAM,
    /** A text, which reporters of numbers show as 0. */
    TEXT
  }

  /** The metric group, with names for what differs from group to group. */
  enum Place {
    SUBTASK("driftmoe", "of the operator `mixture`, a value for each subtask"),
    CHECKED(
        "driftmoe",
        "of the operators `features-checked` and `labels-checked`, a value for each subtask"),
    CAUSE("driftmoe.cause.CAUSE", "of the operator `mixture`, for each cause and subtask"),
    TASK_MANAGER(
        "driftmoe.taskManager",
        "of the operator `mixture`; each subtask shows those of its TaskManager; with a device"),
    MODEL(
        "driftmoe.model_key.KEY",
        "for the first `job.metric-keys` model keys of a subtask, as last reported"),
    EXPERT("driftmoe.model_key.KEY.expert.NAME", "likewise, for each expert"),
    BRANCH("driftmoe.model_key.KEY.branch.NAME", "likewise, for each branch"),
    COMMITTER("", "of the committer of each sink"),
    SINK("user", "of the writer of each sink");

    private final String path;
    private final String words;

    Place(String path, String words) {
      this.path = path;
      this.words = words;
    }

    /** Names of groups below that of the operator, joined by dots; empty for its own. */
    String path() {
      return path;
    }

    String words() {
      return words;
    }
  }

  private final Place place;
  private final Kind kind;
  private final String word;
  private final String unit;
  private final String meaning;
  private final String threshold;

  JobMetric(Place place, Kind kind, String word, String unit, String meaning, String threshold) {
    this.place = place;
    this.kind = kind;
    this.word = word;
    this.unit = unit;
    this.meaning = meaning;
    this.threshold = threshold;
  }

  /** Registers a counter. */
  Counter counter(MetricGroup group) {
    require(kind == Kind.COUNTER);
    return group.counter(word);
  }

  /** Registers a gauge. */
  void gauge(MetricGroup group, Gauge<?> value) {
    require(kind == Kind.GAUGE || kind == Kind.TEXT);
    group.gauge(word, value);
  }

  /** Registers a histogram. */
  void histogram(MetricGroup group, Histogram values) {
    require(kind == Kind.HISTOGRAM);
    group.histogram(word, values);
  }

  private void require(boolean registeredAsSuch) {
    if (!registeredAsSuch) {
      throw new IllegalArgumentException("%s is a %s".formatted(this, kind));
    }
  }

  /** What it is. */
  Kind kind() {
    return kind;
  }

  /** Where it is registered. */
  Place place() {
    return place;
  }

  /** Its name in its group. */
  String word() {
    return word;
  }

  /** What it counts or measures. */
  String unit() {
    return unit;
  }

  /** Follows the unit in a sentence. */
  String meaning() {
    return meaning;
  }

  /** The value from which somebody should look; empty where there is none. */
  String threshold() {
    return threshold;
  }
}
