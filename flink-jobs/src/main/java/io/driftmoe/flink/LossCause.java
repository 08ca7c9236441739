// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

/**
 * Why a record did not do what it was sent for: a label that teaches nothing, a prediction that
 * gets no label, an event that is predicted out of order or not at all. A checkpoint holds the
 * names of the constants.
 */
enum LossCause {
  /** The events of its key have moved on, and its own was not among them. */
  LABEL_WITHOUT_EVENT(Loss.ORPHAN_LABELS, "no-event"),
  /** Its event has a label already. */
  LABEL_REPEATED(Loss.ORPHAN_LABELS, "repeated"),
  /** Its time is too far from that of its event. */
  LABEL_OUT_OF_TIME(Loss.ORPHAN_LABELS, "out-of-time"),
  LABEL_OVER_COUNT(Loss.ORPHAN_LABELS, "max-pending"),
  LABEL_OVER_BYTES(Loss.ORPHAN_LABELS, "max-pending-bytes"),
  LABEL_OVER_TOTAL_BYTES(Loss.ORPHAN_LABELS, "total-pending-bytes"),
  LABEL_OVER_WAIT(Loss.ORPHAN_LABELS, "max-wait"),
  /** Its key may have no model: there are as many as may be. */
  LABEL_REFUSED(Loss.ORPHAN_LABELS, "models-max"),
  /** The model of its key was dropped while it waited. */
  LABEL_OF_DROPPED_MODEL(Loss.ORPHAN_LABELS, "dropped-model"),
  LABEL_AT_END(Loss.ORPHAN_LABELS, "end-of-input"),
  /** Counted by a version that did not tell causes apart. */
  LABEL_OF_UNKNOWN_CAUSE(Loss.ORPHAN_LABELS, "unknown"),

  /** The labels of its key have moved on, and its own was not among them. */
  PREDICTION_WITHOUT_LABEL(Loss.EXPIRED_PREDICTIONS, "no-label"),
  /** The time of its label is too far from that of its event. */
  PREDICTION_OUT_OF_TIME(Loss.EXPIRED_PREDICTIONS, "out-of-time"),
  PREDICTION_OVER_COUNT(Loss.EXPIRED_PREDICTIONS, "max-pending"),
  PREDICTION_OVER_BYTES(Loss.EXPIRED_PREDICTIONS, "max-pending-bytes"),
  PREDICTION_OVER_TOTAL_BYTES(Loss.EXPIRED_PREDICTIONS, "total-pending-bytes"),
  PREDICTION_OVER_WAIT(Loss.EXPIRED_PREDICTIONS, "max-wait"),
  PREDICTION_OF_DROPPED_MODEL(Loss.EXPIRED_PREDICTIONS, "dropped-model"),
  PREDICTION_AT_END(Loss.EXPIRED_PREDICTIONS, "end-of-input"),
  PREDICTION_OF_UNKNOWN_CAUSE(Loss.EXPIRED_PREDICTIONS, "unknown"),

  LATE_FEATURES(Loss.LATE_EVENTS, "features"),
  LATE_LABEL(Loss.LATE_EVENTS, "labels"),
  LATE_OF_UNKNOWN_CAUSE(Loss.LATE_EVENTS, "unknown"),

  /** An event with its id waits for its label. */
  DUPLICATE_OF_WAITING(Loss.DUPLICATE_EVENTS, "waiting"),
  /** An event with its id was learned. */
  DUPLICATE_OF_LEARNED(Loss.DUPLICATE_EVENTS, "learned");

  /** What is lost. */
  enum Loss {
    ORPHAN_LABELS(JobMetric.ORPHAN_LABELS, JobMetric.CAUSE_ORPHAN_LABELS),
    EXPIRED_PREDICTIONS(JobMetric.EXPIRED_PREDICTIONS, JobMetric.CAUSE_EXPIRED_PREDICTIONS),
    LATE_EVENTS(JobMetric.LATE_EVENTS, JobMetric.CAUSE_LATE_EVENTS),
    DUPLICATE_EVENTS(JobMetric.DUPLICATE_EVENTS, JobMetric.CAUSE_DUPLICATE_EVENTS);

    private final JobMetric metric;
    private final JobMetric byCause;

    Loss(JobMetric metric, JobMetric byCause) {
      this.metric = metric;
      this.byCause = byCause;
    }

    /** The counter in Flink's metrics; its name is also that of the field of a metrics record. */
    JobMetric metric() {
      return metric;
    }

    /** The counter for each cause. */
    JobMetric byCause() {
      return byCause;
    }
  }

  private final Loss loss;
  private final String word;

  LossCause(Loss loss, String word) {
    this.loss = loss;
    this.word = word;
  }

  Loss loss() {
    return loss;
  }

  /** The cause in a word or two, as metrics have it. */
  String word() {
    return word;
  }

  /** Of all losses and causes: {@code orphanLabels.no-event}. */
  String key() {
    return loss.metric.word() + "." + word;
  }
}
