// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.Pending;
import io.driftmoe.router.PendingPrediction;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.TimeUtils;
import org.jspecify.annotations.Nullable;

/**
 * Brings the prediction of an event and its label together, whichever comes first, by model key and
 * event id. What finds no other half becomes a dead letter that says why.
 *
 * <p>A label belongs to an event when their times differ by at most {@code labels.timeout}: a rule
 * on these two records alone. Neither watermarks nor other keys decide. What waits is given up when
 * {@linkplain TopicProgress the topic of its other half} has moved on so far under its key that the
 * other half cannot come any more, or has one of the limits of {@code labels} against it.
 */
final class LabelJoin {
  /** Names of the keyed states. */
  static final String PREDICTIONS_STATE = "waiting-predictions";

  static final String LABELS_STATE = "early-labels";
  static final String JOIN_STATE = "label-join";

  private final long timeoutMillis;
  private final long marginMillis;
  private final int maxPending;
  private final long maxPendingBytes;
  private final @Nullable Duration maxWait;
  private final int duplicateWindow;

  /** Whether the labels topic is a table, which tells a label again and again. */
  private final boolean changelog;

  /** Whether the features topic is one: a row that comes again changes the one before. */
  private final boolean eventChangelog;

  private final DeadLetters deadLetters;
  private final StateKeys stateKeys;

  private final WaitingEntries<WaitingPrediction> predictions;
  private final WaitingEntries<SourceRecord.Label> labels;

  /** Of both, over all keys. */
  private final WaitingBudget budget;

  private final RecentIdsBudget recentIds;

  private final JobMemory.Share memory;
  private final ValueState<JoinState> states;
  private final LossWatch watch = new LossWatch();
  private final Map<LossCause, Counter> byCause = new EnumMap<>(LossCause.class);
  private final Map<LossCause.Loss, Counter> byLoss = new EnumMap<>(LossCause.Loss.class);

  LabelJoin(
      RuntimeContext context,
      MetricGroup group,
      JobOptions.Labels options,
      JobOptions.Input input,
      JobMemory.Share memory,
      DeadLetters deadLetters,
      StateKeys stateKeys) {
    this.timeoutMillis = options.timeout().toMillis();
    this.marginMillis = timeoutMillis + input.outOfOrderness().toMillis();
    this.maxPending = options.maxPending();
    this.maxPendingBytes = options.maxPendingBytes();
    this.maxWait = options.maxWait();
    this.duplicateWindow = input.duplicateWindow();
    this.changelog = input.labels() != null && input.labels().changelog();
    this.eventChangelog = input.event() != null && input.event().changelog();
    this.deadLetters = deadLetters;
    this.stateKeys = stateKeys;
    this.memory = memory;
    predictions =
        WaitingEntries.open(
            context, PREDICTIONS_STATE, WaitingPredictionsSerializer.INSTANCE, memory);
    labels = WaitingEntries.open(context, LABELS_STATE, EarlyLabelsSerializer.INSTANCE, memory);
    budget = new WaitingBudget(memory, options.totalPendingBytes(), predictions, labels);
    states = context.getState(new ValueStateDescriptor<>(JOIN_STATE, JoinStateSerializer.INSTANCE));
    recentIds = new RecentIdsBudget(memory, input.duplicateBytes(), states, group);
    for (LossCause.Loss loss : LossCause.Loss.values()) {
      byLoss.put(loss, loss.metric().counter(group));
    }
    for (LossCause cause : LossCause.values()) {
      byCause.put(cause, cause.loss().byCause().counter(group.addGroup("cause", cause.word())));
    }
  }

  /** Takes note of what was restored. */
  void open(ModelKeys keys) throws Exception {
    budget.open(keys);
    recentIds.open(keys);
  }

  /** Gives up what waits, and forgets ids, under any key, where all of it takes too much. */
  void holdBudget(
      KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord>.Context context,
      Saving saving)
      throws Exception {
    budget.hold(
        kind -> {
          Site site = at(context);
          site.giveUpOldest(kind);
          saving.save(site);
        });
    recentIds.hold();
  }

  /** Saves what was changed under the current key. */
  interface Saving {
    void save(Site site) throws IOException;
  }

  /** Gives up a label whose key may have no model; nothing is kept of it. */
  void refuse(
      SourceRecord.Label label,
      String why,
      KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord>.Context context) {
    count(LossCause.LABEL_REFUSED);
    watch.read(label, context.timerService());
    context.output(MixtureFunction.DEAD_LETTERS, deadLetters.refused(label, why));
  }

  /** The join under the current key, while a record or a timer of it is processed. */
  Site at(KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord>.Context context)
      throws IOException {
    JoinState state = states.value();
    if (state == null) {
      state = new JoinState();
      // fires when the input has ended: nothing waits any longer
      context.timerService().registerEventTimeTimer(Long.MAX_VALUE);
    }
    return new Site(state, context);
  }

  /** See {@link #at}. What it changes counts once it is {@linkplain #save() saved}. */
  final class Site {
    private final JoinState state;

    /** Predictions that wait for their label. */
    private final WaitingEntries<WaitingPrediction>.UnderKey waiting;

    /** Labels that came before their event. */
    private final WaitingEntries<SourceRecord.Label>.UnderKey early;

    private final KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord>.Context
        context;

    /** What the ids of learned events take as the share counts them. */
    private long countedIds;

    private Site(
        JoinState state,
        KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord>.Context context)
        throws IOException {
      this.state = state;
      this.waiting = predictions.underKey();
      this.early = labels.underKey();
      this.context = context;
      this.countedIds = state.learned.bytes();
    }

    void save() throws IOException {
      waiting.save();
      early.save();
      countIds(state.learned.bytes());
      states.update(state);
    }

    private void countIds(long bytes) {
      if (bytes != countedIds) {
        memory.addRecentIds(bytes - countedIds);
        countedIds = bytes;
      }
    }

    /**
     * Takes what an older version has inside of the model state, and holds what waits within its
     * limits, which may have been lowered since the state was saved.
     */
    void touch(ModelState model) throws IOException {
      ModelState.Waiting inside = model.takeWaiting();
      if (inside != null) {
        waiting.move(inside.predictions());
        early.move(inside.labels());
      }
      if (model.metricsTimer) {
        model.metricsTimer = false;
        state.metricsAt = JoinState.UNKNOWN_TIME;
      }
      state.losses.add(LossCause.LABEL_OF_UNKNOWN_CAUSE, model.orphanLabels);
      state.losses.add(LossCause.PREDICTION_OF_UNKNOWN_CAUSE, model.expiredPredictions);
      state.losses.add(LossCause.LATE_OF_UNKNOWN_CAUSE, model.lateEvents);
      model.orphanLabels = 0;
      model.expiredPredictions = 0;
      model.lateEvents = 0;
      evict();
    }

    /** The label that a later row of a table brings for an event that waits for it, else null. */
    SourceRecord.@Nullable Label labelOfRow(SourceRecord.Features event) {
      boolean isUpdate = eventChangelog && event.label() >= 0 && waiting.contains(event.eventId());
      return isUpdate
          ? new SourceRecord.Label(
              event.modelKey(),
              event.eventId(),
              event.eventTime(),
              event.partition(),
              event.offset(),
              event.label(),
              event.byModelKey(),
              event.progressTime(),
              true)
          : null;
    }

    /** Whether an event is one that came before; then it is a dead letter, unless in a table. */
    boolean isDuplicate(SourceRecord.Features event) {
      if (eventChangelog) {
        return isKnown(event);
      }
      if (waiting.contains(event.eventId())) {
        duplicate(event, LossCause.DUPLICATE_OF_WAITING, "is already waiting for its label");
        return true;
      }
      if (state.learned.contains(event.eventId(), duplicateWindow)) {
        duplicate(event, LossCause.DUPLICATE_OF_LEARNED, "was learned before");
        return true;
      }
      return false;
    }

    /** Whether an event of this id waits for its label or was learned, as far as is known. */
    boolean isKnown(SourceRecord.Features event) {
      return waiting.contains(event.eventId())
          || state.learned.contains(event.eventId(), duplicateWindow);
    }

    private void duplicate(SourceRecord.Features event, LossCause cause, String what) {
      count(cause);
      context.output(MixtureFunction.DEAD_LETTERS, deadLetters.duplicate(event, what));
    }

    /** Whether a label of an event came before it and waits for it, and is not out of its time. */
    boolean hasLabelOf(SourceRecord.Features event) {
      SourceRecord.Label label = early.get(event.eventId());
      return label != null && isInTime(label.eventTime() - event.eventTime());
    }

    private boolean isInTime(long later) {
      return Math.abs(later) <= timeoutMillis;
    }

    /** Takes note of an event that brings its label. */
    void learnedAtOnce(SourceRecord.Features event) {
      learned(event.eventId());
      SourceRecord.Label other = early.take(event.eventId());
      if (other != null) {
        repeated(other, "its event has its label already");
      }
    }

    private void learned(String eventId) {
      state.learned.add(eventId, duplicateWindow);
    }

    /**
     * The label of an event without one, if it has come already; else its prediction waits.
     *
     * @return null when nothing can be learned from the event now
     */
    SourceRecord.@Nullable Label labelOf(SourceRecord.Features event, WaitingPrediction waits) {
      SourceRecord.Label label = early.take(event.eventId());
      if (label != null) {
        return fit(event.eventId(), waits, label) ? label : null;
      }
      waiting.add(event.eventId(), from(event.eventTime(), state.labels), waits);
      setSweep();
      evict();
      return null;
    }

    /**
     * The prediction that a label belongs to; if there is none the label waits, or is an orphan.
     *
     * @return null when nothing can be learned from the label now
     */
    @Nullable WaitingPrediction predictionOf(SourceRecord.Label label) {
      WaitingPrediction waits = waiting.take(label.eventId());
      if (waits != null) {
        return fit(label.eventId(), waits, label) ? waits : null;
      }
      if (state.learned.contains(label.eventId(), duplicateWindow)) {
        repeated(label, "its event has its label already");
        return null;
      }
      if (changelog) {
        early.take(label.eventId()); // the newest row of a table counts
      }
      if (!early.add(label.eventId(), from(label.eventTime(), state.features), label)) {
        repeated(label, "an earlier label for this event id waits for its event");
      } else {
        setSweep();
        evict();
      }
      return null;
    }

    /** Whether a label belongs to the event of its id; if not, both are given up. */
    private boolean fit(String eventId, WaitingPrediction waits, SourceRecord.Label label) {
      long later =
          waits.eventTime() == WaitingPrediction.UNKNOWN_TIME
              ? 0
              : label.eventTime() - waits.eventTime();
      if (isInTime(later)) {
        learned(eventId);
        return true;
      }
      String why =
          "the label's time is %s %s that of its event, more than labels.timeout = %s"
              .formatted(
                  AheadLimit.coarse(Math.abs(later)), later > 0 ? "after" : "before", timeout());
      orphan(label, LossCause.LABEL_OUT_OF_TIME, why);
      expired(eventId, LossCause.PREDICTION_OUT_OF_TIME, why);
      return false;
    }

    /**
     * The event time at which a record begins to wait. It is not that of its end, so that a changed
     * timeout holds for what waits already.
     */
    private long from(long eventTime, TopicProgress other) {
      // from where the other topic is now: a record of a slow clock waits as long as any
      return Math.max(eventTime, other.reached());
    }

    /** Takes note of how far the topic of a record has been read, once it has been processed. */
    void progress(SourceRecord.Keyed record) {
      TopicProgress topic = record instanceof SourceRecord.Label ? state.labels : state.features;
      long before = topic.reached();
      topic.read(record);
      long reached = topic.reached();
      if (reached > before) {
        giveUp(record, reached);
      }
      watch.read(record, context.timerService());
    }

    /** Gives up what waits for a record of a topic that has moved on past it. */
    private void giveUp(SourceRecord.Keyed record, long reached) {
      // a record at this very time may still come
      long from = reached - marginMillis - 1;
      if (record instanceof SourceRecord.Label) {
        for (Pending.Entry<WaitingPrediction> late : waiting.expire(from)) {
          expired(
              late.id(),
              LossCause.PREDICTION_WITHOUT_LABEL,
              "the labels of its model key have moved on by more than labels.timeout = "
                  + timeout());
        }
      } else {
        for (Pending.Entry<SourceRecord.Label> late : early.expire(from)) {
          orphan(
              late.value(),
              LossCause.LABEL_WITHOUT_EVENT,
              "no event with this id came before the events of its model key had moved on by more"
                  + " than labels.timeout = "
                  + timeout());
        }
      }
    }

    /** Counts a record that came behind the watermark, in event-time order. */
    void late(SourceRecord.Keyed record) {
      count(record instanceof SourceRecord.Label ? LossCause.LATE_LABEL : LossCause.LATE_FEATURES);
    }

    /** Gives up all that waits. */
    void endInput() {
      orphans(
          early.expire(Long.MAX_VALUE),
          LossCause.LABEL_AT_END,
          "no event with this id came before the input ended");
      expired(
          waiting.expire(Long.MAX_VALUE),
          LossCause.PREDICTION_AT_END,
          "the input ended before its label came");
    }

    /** Gives up all that waits and forgets the key, whose model is dropped. */
    void drop(String why) throws IOException {
      orphans(early.expire(Long.MAX_VALUE), LossCause.LABEL_OF_DROPPED_MODEL, why);
      expired(waiting.expire(Long.MAX_VALUE), LossCause.PREDICTION_OF_DROPPED_MODEL, why);
      forget();
    }

    /** Gives up the labels of a key that has no model, and forgets it. */
    void refuse(String why) throws IOException {
      for (Pending.Entry<SourceRecord.Label> entry : early.expire(Long.MAX_VALUE)) {
        count(LossCause.LABEL_REFUSED);
        context.output(MixtureFunction.DEAD_LETTERS, deadLetters.refused(entry.value(), why));
      }
      forget();
    }

    /** When the label that waits for longest began to, in event time; null where none waits. */
    @Nullable Long labelsSince() {
      return early.since();
    }

    boolean isNothingWaiting() {
      return early.size() + waiting.size() == 0;
    }

    /** Keeps nothing of the key, under which nothing waits. */
    void forget() throws IOException {
      early.save();
      waiting.save();
      countIds(0);
      states.clear();
      TimerService timers = context.timerService();
      timers.deleteEventTimeTimer(Long.MAX_VALUE);
      if (state.sweepAt != JoinState.NO_TIMER) {
        timers.deleteProcessingTimeTimer(state.sweepAt);
      }
      if (state.metricsAt != JoinState.NO_TIMER && state.metricsAt != JoinState.UNKNOWN_TIME) {
        timers.deleteProcessingTimeTimer(state.metricsAt);
      }
    }

    private void giveUpOldest(WaitingBudget.Kind kind) {
      switch (kind) {
        case PREDICTIONS ->
            expired(
                waiting.evictOldestAbove(waiting.size() - 1),
                LossCause.PREDICTION_OVER_TOTAL_BYTES,
                budget.why());
        case LABELS ->
            orphans(
                early.evictOldestAbove(early.size() - 1),
                LossCause.LABEL_OVER_TOTAL_BYTES,
                budget.why());
      }
    }

    private void setSweep() {
      if (maxWait != null) {
        state.sweepAt = timer(state.sweepAt, maxWait.toMillis());
      }
    }

    /**
     * The time of a timer that comes in so many milliseconds at the latest: the one that is set, or
     * a new one. One that comes later was set before the clock went back, and is left to come and
     * find nothing due: it may be one of two that are set to the same time.
     */
    private long timer(long set, long millis) {
      long due = context.timerService().currentProcessingTime() + millis;
      if (set == JoinState.UNKNOWN_TIME || set != JoinState.NO_TIMER && set <= due) {
        return set;
      }
      context.timerService().registerProcessingTimeTimer(due);
      return due;
    }

    /** Gives up what has waited too long by the clock, if this is the time for it. */
    void sweep(long processingTime) {
      if (state.sweepAt != processingTime) {
        return;
      }
      state.sweepAt = JoinState.NO_TIMER;
      if (maxWait == null) {
        return; // no longer configured
      }
      String why =
          "it has waited for longer than labels.max-wait = "
              + TimeUtils.formatWithHighestUnit(maxWait);
      for (Pending.Entry<SourceRecord.Label> old : early.sweep()) {
        orphan(old.value(), LossCause.LABEL_OVER_WAIT, "no event with this id came: " + why);
      }
      for (Pending.Entry<WaitingPrediction> old : waiting.sweep()) {
        expired(old.id(), LossCause.PREDICTION_OVER_WAIT, why);
      }
      if (early.size() + waiting.size() > 0) {
        setSweep();
      }
    }

    /** Sets the timer of the next metrics, unless there is one. */
    void setMetrics(long intervalMillis) {
      state.metricsAt = timer(state.metricsAt, intervalMillis);
    }

    /** Whether the metrics are due at this time; then their timer is gone. */
    boolean takeMetrics(long processingTime) {
      if (state.metricsAt != processingTime && state.metricsAt != JoinState.UNKNOWN_TIME) {
        return false;
      }
      state.metricsAt = JoinState.NO_TIMER;
      return true;
    }

    /** Holds what waits within its limits; the reasons are put into words only where needed. */
    private void evict() {
      tooMany(waiting.evictOldestAbove(maxPending), early.evictOldestAbove(maxPending));
      tooLarge(
          waiting.evictOldestAboveBytes(maxPendingBytes),
          early.evictOldestAboveBytes(maxPendingBytes));
    }

    private void tooMany(
        List<Pending.Entry<WaitingPrediction>> predictions,
        List<Pending.Entry<SourceRecord.Label>> labels) {
      if (predictions.isEmpty() && labels.isEmpty()) {
        return;
      }
      String why = "evicted: more than labels.max-pending = " + maxPending + " are waiting";
      expired(predictions, LossCause.PREDICTION_OVER_COUNT, why);
      orphans(labels, LossCause.LABEL_OVER_COUNT, why);
    }

    private void tooLarge(
        List<Pending.Entry<WaitingPrediction>> predictions,
        List<Pending.Entry<SourceRecord.Label>> labels) {
      if (predictions.isEmpty() && labels.isEmpty()) {
        return;
      }
      String why =
          "evicted: what waits takes more than labels.max-pending-bytes = " + maxPendingBytes;
      expired(predictions, LossCause.PREDICTION_OVER_BYTES, why);
      orphans(labels, LossCause.LABEL_OVER_BYTES, why);
    }

    private void expired(
        List<Pending.Entry<WaitingPrediction>> entries, LossCause cause, String why) {
      for (Pending.Entry<WaitingPrediction> entry : entries) {
        expired(entry.id(), cause, why);
      }
    }

    private void orphans(
        List<Pending.Entry<SourceRecord.Label>> entries, LossCause cause, String why) {
      for (Pending.Entry<SourceRecord.Label> entry : entries) {
        orphan(entry.value(), cause, why);
      }
    }

    /** Gives up a label of an event that has one; in a table that is no loss. */
    private void repeated(SourceRecord.Label label, String why) {
      if (!changelog) {
        orphan(label, LossCause.LABEL_REPEATED, why);
      }
    }

    private void orphan(SourceRecord.Label label, LossCause cause, String why) {
      count(cause);
      context.output(MixtureFunction.DEAD_LETTERS, deadLetters.orphan(label, why));
    }

    private void expired(String eventId, LossCause cause, String why) {
      count(cause);
      context.output(
          MixtureFunction.DEAD_LETTERS,
          deadLetters.expired(stateKeys.modelKey(context.getCurrentKey()), eventId, why));
    }

    private void count(LossCause cause) {
      state.losses.add(cause, 1);
      LabelJoin.this.count(cause);
    }

    /** What was lost under this key so far. */
    LossCounts losses() {
      return state.losses;
    }

    /** How many predictions wait. */
    int waitingPredictions() {
      return waiting.size();
    }

    /**
     * The predictions that wait, in the order they were made.
     *
     * @param generation of the model that made them; those of former ones teach it nothing
     */
    Iterable<PendingPrediction> waiting(int generation) {
      return () ->
          StreamSupport.stream(waiting.values().spliterator(), false)
              .filter(one -> one.generation() == generation)
              .map(WaitingPrediction::prediction)
              .iterator();
    }
  }

  /** In the metrics of the subtask. */
  private void count(LossCause cause) {
    counter(byCause, cause).inc();
    counter(byLoss, cause.loss()).inc();
    watch.lost(cause);
  }

  private static <K> Counter counter(Map<K, Counter> counters, K key) {
    Counter counter = counters.get(key);
    if (counter == null) {
      throw new IllegalStateException("no counter for " + key);
    }
    return counter;
  }

  private String timeout() {
    return TimeUtils.formatWithHighestUnit(Duration.ofMillis(timeoutMillis));
  }
}
