// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.Containment;
import io.driftmoe.router.PartFailure;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The failures of one subtask: a record that cannot be processed becomes a dead letter, a part of a
 * mixture that fails is reported, and when nothing else happens any more the job stops.
 *
 * <p>An expert that fails does not count towards that: each time its place stays empty for longer
 * before the next one takes part. A gate or detector that fails at each event does.
 */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
  private static final String FLINK = "org.apache.flink.";

  /** So many are logged, and of later ones the 16th, 32nd, 64th and so on. */
  private static final int LOGGED = 10;

  private static final int MOST_CAUSES = 50;

  private final DeadLetters deadLetters;
  private final int maxInARow;
  private final Counter failedRecords;
  private final Counter failedParts;
  private final RareWarning explanations = new RareWarning(System::nanoTime);

  /** Of the record that is processed now. */
  private final List<PartFailure> parts = new ArrayList<>(0);

  private String latest = "";
  private boolean failed;
  private int inARow;

  /**
   * @param maxInARow records that may fail one after the other
   */
  Failures(DeadLetters deadLetters, MetricGroup group, int maxInARow) {
    this.deadLetters = deadLetters;
    this.maxInARow = maxInARow;
    this.failedRecords = JobMetric.FAILED_RECORDS.counter(group);
    this.failedParts = JobMetric.FAILED_PARTS.counter(group);
  }

  /**
   * The dead letter of a record that could not be processed.
   *
   * @throws Exception the failure itself, where it concerns more than this record
   */
  OutputRecord setAside(SourceRecord.Keyed record, Throwable failure) throws Exception {
    check(failure);
    failed = true;
    latest =
        "%s at partition %s, offset %s: %s"
            .formatted(
                deadLetters.topicOf(record),
                record.partition(),
                record.offset(),
                FailureText.of(failure));
    failedRecords.inc();
    if (isLogged(failedRecords.getCount())) {
      LOG.error("a record is set aside: {}", latest, failure);
    }
    return deadLetters.failed(record, FailureText.of(failure));
  }

  /**
   * Takes note of a report to one model key that could not be made.
   *
   * @throws Exception the failure itself, where it concerns more than this report
   */
  void reportFailed(Throwable failure) throws Exception {
    check(failure);
    LOG.error("no metrics of a model: {}", FailureText.of(failure), failure);
  }

  /**
   * Takes note of a prediction that could not be explained.
   *
   * @throws Exception the failure itself, where it concerns more than this
   */
  void explanationFailed(Throwable failure) throws Exception {
    check(failure);
    int times = explanations.due();
    if (times > 0) {
      LOG.error(
          "no explanation of a prediction ({} such failures): {}",
          times,
          FailureText.of(failure),
          failure);
    }
  }

  /**
   * Takes note of a lesson that the model in common could not take; that of the key has taken it.
   *
   * @throws Exception the failure itself, where it concerns more than this lesson
   */
  void commonFailed(Throwable failure) throws Exception {
    check(failure);
    failed = true;
    latest = "the model in common failed to learn: " + FailureText.of(failure);
    failedParts.inc();
    if (isLogged(failedParts.getCount())) {
      LOG.error("{}", latest, failure);
    }
  }

  /**
   * Takes note of a branch that threw, and is dropped.
   *
   * @throws Exception the failure itself, where it concerns more than the branch
   */
  void branchFailed(Throwable failure) throws Exception {
    check(failure);
    failedParts.inc();
    if (isLogged(failedParts.getCount())) {
      LOG.error("a branch failed and is dropped", failure);
    }
  }

  private static void check(Throwable failure) throws Exception {
    if (!Containment.contains(failure) || isOfFlink(failure)) {
      if (failure instanceof Error error) {
        throw error;
      }
      throw (Exception) failure;
    }
  }

  /** State and outputs fail with these, and a job that is cancelled. */
  private static boolean isOfFlink(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
      if (cause.getClass().getName().startsWith(FLINK)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  /** Takes note of a part that failed, until {@link #takeParts}. */
  void partFailed(PartFailure failure) {
    parts.add(failure);
    failedParts.inc();
    if (failure.part() != PartFailure.Part.EXPERT) {
      failed = true;
      latest = describe(failure);
    }
    if (isLogged(failedParts.getCount())) {
      LOG.error("{}", describe(failure), failure.cause());
    }
  }

  /** What failed since the last call; nearly always nothing. */
  List<PartFailure> takeParts() {
    if (parts.isEmpty()) {
      return List.of();
    }
    List<PartFailure> taken = List.copyOf(parts);
    parts.clear();
    return taken;
  }

  /** In words, such as {@code expert 2 failed to predict and begins afresh: ...}. */
  static String describe(PartFailure failure) {
    String part =
        switch (failure.part()) {
          case EXPERT -> "expert " + failure.position();
          case GATE -> "gate " + failure.position();
          case DETECTOR -> "the drift detector";
          case EVALUATION -> "the evaluation";
          case LIFECYCLE -> "the life cycle";
          case ATTENDANCE -> "the attendance";
          case CALIBRATION -> "the calibration";
          case CHOICE -> "the choice of classes";
          case LABEL_MEMORY -> "the label memory";
          case PREDICTION_SETS -> "the prediction sets";
          case ACCURACY_ESTIMATE -> "the estimate of the accuracy";
          case INPUT_WATCH -> "the watch on inputs";
        };
    return "%s failed %s and begins afresh: %s"
        .formatted(part, failure.doing(), FailureText.of(failure.cause()));
  }

  /**
   * Says that a record has been dealt with.
   *
   * @throws SuppressRestartsException when so many in a row failed that the job has to stop:
   *     another attempt would fail as well
   */
  void recordDone() {
    inARow = failed ? inARow + 1 : 0;
    failed = false;
    if (inARow >= maxInARow) {
      throw new SuppressRestartsException(
          new IllegalStateException(
              "job.max-failures-in-a-row: %s records in a row failed, the last one with %s"
                  .formatted(inARow, latest)));
    }
  }

  private static boolean isLogged(long count) {
    return count <= LOGGED || Long.bitCount(count) == 1;
  }
}
