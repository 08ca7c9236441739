// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.Pending;
import io.driftmoe.router.PendingPrediction;
import java.io.IOException;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.jspecify.annotations.Nullable;

/**
 * Brings the prediction of an event and its label together, whichever comes first, by model key and
 * event id. What finds no other half becomes a dead letter that says why.
 */
final class LabelJoin {
  /** Names of the keyed states that hold what waits. */
  static final String PREDICTIONS_STATE = "waiting-predictions";

  static final String LABELS_STATE = "early-labels";

  /** Expiry times are rounded up to this, so that many predictions share a timer. */
  private static final long EXPIRY_STEP_MILLIS = 1_000;

  private final long labelTimeoutMillis;
  private final int maxPending;
  private final DeadLetters deadLetters;

  /** Predictions that wait for their label; they expire at event time + timeout. */
  private final WaitingEntries<PendingPrediction> waiting;

  /** Labels that came before their event; orphans once the watermark reaches their event time. */
  private final WaitingEntries<SourceRecord.Label> early;

  private final Counter orphanLabels;
  private final Counter expiredPredictions;

  /** Where a record or a timer of the current key comes with. */
  private final class Site {
    private final ModelState state;
    private final KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord>.Context
        context;

    private Site(
        ModelState state,
        KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord>.Context context) {
      this.state = state;
      this.context = context;
    }

    private void orphan(SourceRecord.Label label, String why) {
      state.orphanLabels++;
      orphanLabels.inc();
      context.output(MixtureFunction.DEAD_LETTERS, deadLetters.orphan(label, why));
    }

    private void expired(Pending.Entry<PendingPrediction> entry, String why) {
      state.expiredPredictions++;
      expiredPredictions.inc();
      context.output(
          MixtureFunction.DEAD_LETTERS,
          deadLetters.expired(context.getCurrentKey(), entry.id(), why));
    }
  }

  LabelJoin(
      RuntimeContext context,
      MetricGroup group,
      JobOptions.Labels options,
      DeadLetters deadLetters) {
    this.labelTimeoutMillis = options.timeout().toMillis();
    this.maxPending = options.maxPending();
    this.deadLetters = deadLetters;
    waiting =
        WaitingEntries.open(context, PREDICTIONS_STATE, WaitingPredictionsSerializer.INSTANCE);
    early = WaitingEntries.open(context, LABELS_STATE, EarlyLabelsSerializer.INSTANCE);
    orphanLabels = group.counter("orphanLabels");
    expiredPredictions = group.counter("expiredPredictions");
  }

  /**
   * Takes what an older version has waiting inside of the model state, and holds what waits within
   * its limit, which may have been lowered since the state was saved.
   */
  void touch(
      ModelState state,
      KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord>.Context context)
      throws IOException {
    ModelState.Waiting inside = state.takeWaiting();
    if (inside != null) {
      waiting.move(inside.predictions());
      early.move(inside.labels());
    }
    evict(new Site(state, context));
  }

  /** Whether an event is one that came before; then it is a dead letter. */
  boolean isDuplicate(
      SourceRecord.Features event,
      KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord>.Context context)
      throws IOException {
    if (!waiting.contains(event.eventId())) {
      return false;
    }
    context.output(MixtureFunction.DEAD_LETTERS, deadLetters.duplicate(event));
    return true;
  }

  /**
   * The label of an event without one, if it has come already; else its prediction waits.
   *
   * @return null when the prediction waits
   */
  SourceRecord.@Nullable Label labelOf(
      SourceRecord.Features event,
      PendingPrediction prediction,
      ModelState state,
      KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord>.Context context)
      throws IOException {
    SourceRecord.Label label = early.take(event.eventId());
    if (label != null) {
      return label;
    }
    long expiry =
        -Math.floorDiv(-(event.eventTime() + labelTimeoutMillis), EXPIRY_STEP_MILLIS)
            * EXPIRY_STEP_MILLIS;
    waiting.add(event.eventId(), expiry, prediction);
    context.timerService().registerEventTimeTimer(expiry);
    evict(new Site(state, context));
    return null;
  }

  /**
   * The prediction that a label belongs to; if there is none the label waits, or is an orphan.
   *
   * @return null when nothing can be learned from the label now
   */
  @Nullable PendingPrediction predictionOf(
      SourceRecord.Label label,
      ModelState state,
      KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord>.Context context)
      throws IOException {
    PendingPrediction prediction = waiting.take(label.eventId());
    if (prediction != null) {
      return prediction;
    }
    Site site = new Site(state, context);
    if (label.eventTime() <= context.timerService().currentWatermark()) {
      site.orphan(label, "no event with this id waits for a label");
    } else if (!early.add(label.eventId(), label.eventTime(), label)) {
      site.orphan(label, "an earlier label for this event id waits for its event");
    } else {
      // an event is never younger than its label, so by then it has come or will not come in time
      context.timerService().registerEventTimeTimer(label.eventTime());
      evict(site);
    }
    return null;
  }

  /** Gives up what has waited until this time. */
  void expire(
      long timestamp,
      ModelState state,
      KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord>.Context context)
      throws IOException {
    Site site = new Site(state, context);
    for (Pending.Entry<SourceRecord.Label> late : early.expire(timestamp)) {
      site.orphan(late.value(), "no event with this id came before its label's time");
    }
    for (Pending.Entry<PendingPrediction> late : waiting.expire(timestamp)) {
      site.expired(late, "no label within labels.timeout");
    }
  }

  /** Predictions of the current key that wait. */
  int waitingPredictions() throws IOException {
    return waiting.size();
  }

  private void evict(Site site) throws IOException {
    for (Pending.Entry<PendingPrediction> oldest : waiting.evictOldestAbove(maxPending)) {
      site.expired(oldest, "evicted: " + tooMany());
    }
    for (Pending.Entry<SourceRecord.Label> oldest : early.evictOldestAbove(maxPending)) {
      site.orphan(oldest.value(), "evicted: " + tooMany());
    }
  }

  private String tooMany() {
    return "more than labels.max-pending = " + maxPending + " are waiting";
  }
}
