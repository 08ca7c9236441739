// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.PendingPrediction;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Does again, in its order, what the job did under one model key.
 *
 * <p>How the job's events and labels interleaved is in neither input topic. The predictions tell:
 * those of a key are in one partition in the order in which they were made, and each says how many
 * labels the model had learned before it. So before an event is predicted, labels are processed in
 * their order until the model has learned so many. Labels that teach nothing, such as early ones,
 * may be processed later than the job did; that makes no difference to what is learned.
 *
 * <p>At the first difference the key is left: what follows from a model that differs says nothing.
 */
final class KeyReplay {
  /** Records of a kind that are looked through for one that must come, before it is given up. */
  static final int MOST_AHEAD = 200_000;

  /** What must come before a key can go on. */
  enum Need {
    PREDICTIONS,
    FEATURES,
    LABELS
  }

  /** How far the topics were read. */
  interface Progress {
    boolean featuresEnded();

    boolean labelsEnded();

    /** Event time before which no label comes any more, but late ones. */
    long labelsReached();
  }

  /** Where the results go. */
  interface Results {
    /** A prediction came out as the job made it. */
    void reproduced(
        KeyReplay key,
        SourceRecord.Features event,
        ExpectedPrediction expected,
        PendingPrediction found);

    /** The first of a key that did not. */
    void differs(KeyReplay key, ReplayDifference difference);

    /** Predictions behind the first that differs. */
    void notCompared(int predictions);

    /** A prediction was made before the state from which the replay goes on. */
    void before();

    /** A prediction was made again that is of before the time that the replay is about. */
    void warmedUp();

    /** The event of a prediction is not on its topic. */
    void withoutEvent(ExpectedPrediction expected);

    /** The prediction of an event is not on its topic. */
    void withoutPrediction();

    /** Whether the job had not processed a record yet where the replay ends. */
    default boolean isYetToCome(SourceRecord.Keyed record) {
      return false;
    }

    /**
     * A record was processed.
     *
     * @param labelWasHere of an event: whether its label had come before it, as far as the question
     *     for it tells
     */
    default void processed(SourceRecord.Keyed record, boolean labelWasHere) throws Exception {}
  }

  private final String modelKey;
  private final ReplayedMixture mixture;
  private final List<String> classes;
  private final boolean byTime;
  private final Results results;
  private final Deque<ExpectedPrediction> expected = new ArrayDeque<>();
  private final ReplayEvents events = new ReplayEvents();
  private final ReplayLabels labels;

  /** Labels that the model has learned. */
  private long version;

  /** Whether the topic of predictions may hold some of before the state that was restored. */
  private boolean mayBeBefore;

  /** The latest event time that was predicted. */
  private long reached = Long.MIN_VALUE;

  /** Of the first expected prediction; null until it was found. */
  private SourceRecord.@Nullable Features next;

  private boolean left;

  /** Whether the latest prediction is of before the time that the replay is about. */
  private boolean warmsUp;

  /** One whose label the job had before it, if it is as it says; null for none. */
  private @Nullable Supposed supposed;

  /**
   * A prediction that says that its label was not asked for, though it would have been unless it
   * had come already. The label is in its place among those that are yet to be processed.
   */
  private record Supposed(
      SourceRecord.Features event, ExpectedPrediction prediction, PendingPrediction made) {}

  /**
   * @param begun labels that the model of a new key has learned: those of its template
   * @param restored whether the key has something in the state from which the replay goes on
   * @param byTime whether the job processes in the order of event time
   */
  KeyReplay(
      String modelKey,
      ReplayedMixture mixture,
      long begun,
      boolean restored,
      List<String> classes,
      boolean byTime,
      Results results)
      throws Exception {
    this.modelKey = modelKey;
    this.mixture = mixture;
    this.classes = classes;
    this.byTime = byTime;
    this.results = results;
    this.labels = new ReplayLabels(byTime);
    this.mayBeBefore = restored;
    this.version = begun;
    if (restored) {
      version = Math.max(begun, mixture.version(modelKey));
      for (SourceRecord.Keyed record : mixture.takeBuffered(modelKey)) {
        add(record);
      }
    }
  }

  String modelKey() {
    return modelKey;
  }

  /** Labels that the model has learned. */
  long version() {
    return version;
  }

  /** Whether what is made now is of before the time that the replay is about. */
  boolean isWarmingUp() {
    return warmsUp;
  }

  void add(ExpectedPrediction prediction) {
    if (left) {
      results.notCompared(1);
    } else {
      expected.add(prediction);
    }
  }

  void add(SourceRecord.Keyed record) throws Exception {
    if (left || results.isYetToCome(record)) {
      return;
    }
    if (record instanceof SourceRecord.Label label) {
      labels.add(label);
    } else if (record instanceof SourceRecord.Features event) {
      // in the order of the topic, those that stand before a predicted one are known by that
      if (byTime && mixture.isKnown(event)) {
        processWithoutPrediction(event);
      } else {
        events.add(event);
      }
    }
  }

  /** Records that are held. */
  int held(Need kind) {
    return switch (kind) {
      case PREDICTIONS -> expected.size();
      case FEATURES -> events.size() + (next == null ? 0 : 1);
      case LABELS -> labels.size();
    };
  }

  /** Goes on as far as it can. */
  Need advance(Progress progress) throws Exception {
    while (true) {
      ExpectedPrediction prediction = expected.peek();
      if (prediction == null) {
        return Need.PREDICTIONS;
      }
      SourceRecord.Features event = next;
      if (event == null) {
        switch (find(prediction, progress)) {
          case NOT_YET -> {
            return Need.FEATURES;
          }
          case NONE -> expected.remove();
          case FOUND -> {} // it is the next
        }
        continue;
      }
      if (!learn(prediction, progress)) {
        return Need.LABELS;
      }
      if (!settle()) {
        continue;
      }
      next = null;
      predict(expected.remove(), event);
    }
  }

  private enum Search {
    FOUND,
    NOT_YET,
    NONE
  }

  /** Looks for the event of a prediction among those that were read, and makes it the next. */
  private Search find(ExpectedPrediction prediction, Progress progress) throws Exception {
    String id = prediction.event().getEventId();
    boolean isOlder = mayBeBefore && prediction.event().getModelVersion() < version;
    if (!isOlder && events.has(id)) {
      mayBeBefore = false;
      if (!byTime) {
        for (SourceRecord.Features unpredicted : events.takeBefore(id)) {
          processWithoutPrediction(unpredicted);
        }
      }
      next = events.take(id);
      return Search.FOUND;
    }
    boolean mayCome = !progress.featuresEnded() && events.size() < MOST_AHEAD;
    if (isOlder || mayBeBefore && !(mayCome && events.size() == 0)) {
      results.before();
      return Search.NONE;
    }
    if (mayCome) {
      return Search.NOT_YET;
    }
    if (prediction.isCompared()) {
      results.withoutEvent(prediction);
    } else {
      results.warmedUp();
    }
    return Search.NONE;
  }

  private void processWithoutPrediction(SourceRecord.Features event) throws Exception {
    mixture.atLoadLevel(0); // nobody knows
    PendingPrediction made = mixture.event(event);
    version += mixture.learned();
    results.processed(event, false);
    if (made != null) {
      results.withoutPrediction();
    }
  }

  /** Has the model learn what it had learned before a prediction; false where labels must come. */
  private boolean learn(ExpectedPrediction prediction, Progress progress) throws Exception {
    long time = prediction.event().getEventTime();
    if (byTime && !progress.labelsEnded() && progress.labelsReached() < time) {
      return false;
    }
    // of the same time, events come before labels
    long before = time > reached ? time : reached + 1;
    while (version < prediction.event().getModelVersion()) {
      SourceRecord.Label label = labels.take(before);
      if (label == null) {
        if (!progress.labelsEnded() && labels.size() < MOST_AHEAD) {
          return false;
        }
        if (before == Long.MAX_VALUE || labels.size() == 0) {
          return true; // the comparison says that the version cannot be reached
        }
        before = Long.MAX_VALUE;
        continue;
      }
      label(label);
    }
    return true;
  }

  private void label(SourceRecord.Label label) throws Exception {
    mixture.label(label);
    version += mixture.learned();
    results.processed(label, false);
    Supposed one = supposed;
    if (one != null && mixture.hasJustLearned(one.made)) {
      supposed = null;
      results.reproduced(this, one.event, one.prediction, one.made);
    }
  }

  /** Whether the label that was supposed to be there was; else the key is left. */
  private boolean settle() {
    Supposed one = supposed;
    if (one == null) {
      return true;
    }
    supposed = null;
    leave(one.prediction.differs("label wanted", false, true));
    return false;
  }

  private void predict(ExpectedPrediction prediction, SourceRecord.Features event)
      throws Exception {
    reached = Math.max(reached, event.eventTime());
    mixture.atLoadLevel(prediction.event().getLoadLevel());
    warmsUp = !prediction.isCompared();
    PendingPrediction made = mixture.event(event, prediction.event().getLabelWanted());
    boolean supposes = mixture.supposesLabel() && !mixture.isFrozen(modelKey);
    version += mixture.learned();
    results.processed(event, supposes);
    while (byTime && events.has(event.eventId())) { // it came twice before it was predicted
      processWithoutPrediction(events.take(event.eventId()));
    }
    if (warmsUp) {
      results.warmedUp();
      return;
    }
    ReplayDifference difference =
        made == null
            ? prediction.differs(
                "prediction", prediction.event().getPredictedClass(), "none: a dead letter")
            : prediction.compare(made, classes);
    if (difference != null) {
      leave(difference);
    } else if (made != null && supposes) {
      supposed = new Supposed(event, prediction, made);
    } else if (made != null) {
      results.reproduced(this, event, prediction, made);
    }
  }

  private void leave(ReplayDifference difference) {
    results.differs(this, difference);
    results.notCompared(expected.size());
    left = true;
    next = null;
    expected.clear();
    events.clear();
    labels.clear();
  }

  /** Processes the events that are left when all topics were read. */
  void finish() throws Exception {
    while (supposed != null && labels.size() > 0) {
      label(Objects.requireNonNull(labels.take(Long.MAX_VALUE)));
    }
    settle();
    for (SourceRecord.Features event : events.takeAll()) {
      processWithoutPrediction(event);
    }
  }

  /** Processes the labels that are left behind the last prediction, after all else. */
  void finishLabels() throws Exception {
    for (SourceRecord.Label next = labels.take(Long.MAX_VALUE);
        next != null;
        next = labels.take(Long.MAX_VALUE)) {
      label(next);
    }
  }

  /** Whether labels of the key are in several partitions, whose order no topic tells. */
  boolean hasLabelsInSeveralPartitions() {
    return labels.areInSeveralPartitions();
  }
}
