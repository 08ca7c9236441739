// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;

/**
 * Every metric that the job registers with Flink, what it means and when somebody should look. The
 * operations manual repeats this table, and nothing else registers a metric.
 */
enum JobMetric {
  EVENTS(Place.SUBTASK, "events", "events", "predicted", "no rise while events are sent"),
  LABELS(
      Place.SUBTASK,
      "labels",
      "labels",
      "that met their prediction and were learned",
      "falls behind `events` by more than labels are late"),
  DRIFT_EVENTS(
      Place.SUBTASK,
      "driftEvents",
      "reports",
      "drifts of whole mixtures, as on the drift topic",
      "drift storm: more than one in 1,000 labels"),
  LIFECYCLE_EVENTS(
      Place.SUBTASK,
      "lifecycleEvents",
      "reports",
      "of single experts: starts, warnings, drifts, replacements, pauses",
      "more than one in 50 labels over 10 minutes"),
  ORPHAN_LABELS(
      Place.SUBTASK,
      "orphanLabels",
      "labels",
      "that found no event; dead letters",
      "2 % of the labels, or twice the share of before"),
  EXPIRED_PREDICTIONS(
      Place.SUBTASK,
      "expiredPredictions",
      "predictions",
      "whose label did not come; dead letters",
      "2 % of the events, or twice the share of before"),
  LATE_EVENTS(
      Place.SUBTASK,
      "lateEvents",
      "records",
      "behind the watermark; predicted and learned, out of order; only in event-time order",
      "any, where replays must repeat results"),
  DUPLICATE_EVENTS(
      Place.SUBTASK,
      "duplicateEvents",
      "events",
      "with an id that is waiting or was learned; dead letters",
      "2 % of the events"),
  CAUSE_ORPHAN_LABELS(
      Place.CAUSE, "orphanLabels", "labels", "the orphan labels of this cause", "as the sum"),
  CAUSE_EXPIRED_PREDICTIONS(
      Place.CAUSE,
      "expiredPredictions",
      "predictions",
      "the expired predictions of this cause",
      "as the sum; any of `total-pending-bytes`: more memory or more subtasks are needed"),
  CAUSE_LATE_EVENTS(
      Place.CAUSE, "lateEvents", "records", "the late records of this cause", "as the sum"),
  CAUSE_DUPLICATE_EVENTS(
      Place.CAUSE, "duplicateEvents", "events", "the duplicates of this cause", "as the sum"),
  FORGOTTEN_IDS(
      Place.SUBTASK,
      "forgottenIds",
      "ids",
      "of learned events, given up for lack of memory: such an event that comes again is no duplicate",
      "any, where producers send events again"),
  EARLY_RECORDS(
      Place.SUBTASK,
      "earlyRecords",
      "records",
      "processed before the watermark reached them, for lack of memory; only in event-time order",
      "any"),
  FAILED_RECORDS(
      Place.SUBTASK,
      "failedRecords",
      "records",
      "that the job failed to process by a fault of its own; dead letters",
      "any; `job.max-failures-in-a-row` stops the job"),
  FAILED_PARTS(
      Place.SUBTASK,
      "failedParts",
      "failures",
      "of an expert, a gate or another part of a model, which began afresh",
      "any"),
  LIVE_MODELS(
      Place.SUBTASK, "liveModels", "models", "that are not parked", "their sum nears `models.max`"),
  PARKED_MODELS(
      Place.SUBTASK, "parkedModels", "models", "kept as compressed bytes", "as `liveModels`"),
  REFUSED_RECORDS(
      Place.SUBTASK,
      "refusedRecords",
      "records",
      "of new model keys beyond `models.max`; dead letters",
      "any"),
  DROPPED_MODELS(
      Place.SUBTASK,
      "droppedModels",
      "models",
      "dropped for newer keys, with `models.when-full: drop-idle`",
      "any that was still wanted"),
  HELD_RECORDS(
      Place.SUBTASK,
      "heldRecords",
      "records",
      "that waited for a training step of their model; only with a device",
      ""),
  HELD_RECORD_WAIT(
      Place.SUBTASK,
      "heldRecordWaitMicros",
      "microseconds",
      "that records waited for it; only with a device",
      "99th percentile above `router.gather-delay` by far: the device is too slow"),
  ROUTER_BACKEND(
      Place.SUBTASK,
      "routerBackend",
      "text",
      "what computes the networks",
      "`java (NAME failed)`: the device was lost"),
  ROUTER_STEPS(Place.SUBTASK, "routerSteps", "steps", "of networks; only with a device", ""),
  ROUTER_STEP_WAIT(
      Place.SUBTASK,
      "routerStepWaitMicros",
      "microseconds",
      "from a step's request to its result; only with a device",
      ""),
  ROUTER_LAUNCHES(
      Place.TASK_MANAGER, "routerLaunches", "launches", "of the device, for any cause", ""),
  ROUTER_LAUNCHES_FULL(
      Place.TASK_MANAGER, "routerLaunchesFull", "launches", "of `router.gather-routers` steps", ""),
  ROUTER_LAUNCHES_WAITED(
      Place.TASK_MANAGER, "routerLaunchesWaited", "launches", "after `router.gather-delay`", ""),
  ROUTER_LAUNCHES_NEEDED(
      Place.TASK_MANAGER,
      "routerLaunchesNeeded",
      "launches",
      "because a checkpoint, a watermark or a report needed their results",
      ""),
  ROUTER_STEPS_LAUNCHED(Place.TASK_MANAGER, "routerStepsLaunched", "steps", "in all launches", ""),
  ROUTER_FAILURES(
      Place.TASK_MANAGER,
      "routerFailures",
      "launches",
      "that failed on the device and were done again in plain Java",
      "any"),
  ROUTERS_PER_LAUNCH(
      Place.TASK_MANAGER,
      "routersPerLaunch",
      "networks",
      "in one launch",
      "near 1: a device does not pay"),
  ROUTER_KERNELS(Place.TASK_MANAGER, "routerKernels", "kernels", "run on the device", ""),
  ROUTER_BYTES_TO_DEVICE(
      Place.TASK_MANAGER, "routerBytesToDevice", "bytes", "copied to the device", ""),
  ROUTER_BYTES_FROM_DEVICE(
      Place.TASK_MANAGER, "routerBytesFromDevice", "bytes", "copied from the device", ""),
  MODEL_EVENTS(Place.MODEL, "events", "events", "predicted", "no rise while events are sent"),
  MODEL_WINDOW_ACCURACY(
      Place.MODEL,
      "windowAccuracy",
      "per cent",
      "accuracy in the last `learner.evaluation-window` labels",
      "10 points below its usual value"),
  MODEL_WINDOW_KAPPA_M(
      Place.MODEL,
      "windowKappaM",
      "per cent",
      "the same beside always predicting the most frequent class",
      "below 0: worse than no model"),
  MODEL_ACCURACY(Place.MODEL, "accuracy", "per cent", "over all labels", ""),
  MODEL_KAPPA_M(
      Place.MODEL,
      "kappaM",
      "per cent",
      "over all labels, beside always predicting the most frequent class",
      ""),
  MODEL_GATE_ENTROPY(
      Place.MODEL,
      "gateEntropy",
      "0 to 1",
      "of the weights of the experts: 0, one has all; 1, all have the same; -1, unknown",
      ""),
  MODEL_SPECIALISTS(
      Place.MODEL,
      "specialistEvaluations",
      "specialists",
      "asked per event, on average; -1, unknown",
      ""),
  MODEL_PENDING(
      Place.MODEL,
      "pendingPredictions",
      "predictions",
      "that wait for their label",
      "80 % of `labels.max-pending`"),
  MODEL_BYTES(
      Place.MODEL,
      "modelBytes",
      "bytes",
      "of the model in a checkpoint; -1, unknown",
      "near `learner.model-bytes`"),
  MODEL_EXPERT_SHARE(Place.EXPERT, "share", "0 to 1", "of the labels that the expert learned", ""),
  LOST_TRANSACTIONS(
      Place.COMMITTER,
      "lostTransactions",
      "transactions",
      "that could not be committed any more: the records of a checkpoint interval are lost",
      "any"),
  RECORDS_LEFT_OUT(
      Place.SINK,
      "recordsLeftOut",
      "records",
      "too large for their topic and not written: a record is lost",
      "any");

  /** The metric group, with names for what differs from group to group. */
  enum Place {
    SUBTASK("driftmoe", "of the operator `mixture`, a value for each subtask"),
    CAUSE("driftmoe.cause.CAUSE", "of the operator `mixture`, for each cause and subtask"),
    TASK_MANAGER(
        "driftmoe.taskManager",
        "of the operator `mixture`; each subtask shows those of its TaskManager; with a device"),
    MODEL(
        "driftmoe.model_key.KEY",
        "for the first `job.metric-keys` model keys of a subtask, as last reported"),
    EXPERT("driftmoe.model_key.KEY.expert.NUMBER", "likewise, for each expert"),
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
  private final String word;
  private final String unit;
  private final String meaning;
  private final String threshold;

  JobMetric(Place place, String word, String unit, String meaning, String threshold) {
    this.place = place;
    this.word = word;
    this.unit = unit;
    this.meaning = meaning;
    this.threshold = threshold;
  }

  /** Registers a counter. */
  Counter counter(MetricGroup group) {
    return group.counter(word);
  }

  /** Registers a gauge. */
  void gauge(MetricGroup group, Gauge<?> value) {
    group.gauge(word, value);
  }

  /** Registers a histogram. */
  void histogram(MetricGroup group, Histogram values) {
    group.histogram(word, values);
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
