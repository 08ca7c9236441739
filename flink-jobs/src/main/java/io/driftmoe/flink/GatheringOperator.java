// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.BoundedMultiInput;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.jspecify.annotations.Nullable;

/**
 * Runs the mixture while training steps of its networks are gathered and taken by another thread. A
 * model whose step is not yet taken is blocked: its records are held, in their order, and other
 * models go on. When the gatherer has taken the step, a mail to this task has the held records
 * processed.
 *
 * <p>Nothing is held over a watermark, a checkpoint or the end of an input, and no step is under
 * way when a checkpoint is taken. So each model sees the same records in the same order, at the
 * same watermark, as without gathering, and the state is laid out as without it.
 *
 * <p>In event-time order steps become due while the watermark advances, timer by timer. The timers
 * of a blocked model are then put off, and set again when all models that were not blocked have
 * gone as far as they could: a round, after which the steps of many models are launched.
 */
final class GatheringOperator extends MixtureOperator implements BoundedMultiInput {
  private static final long serialVersionUID = 1L;

  /** Records that may be held, and timers that may be put off, before the steps are waited for. */
  static final int MOST_HELD = 10_000;

  /** As the base class calls its timers. */
  private static final String TIMERS = "user-timers";

  private transient MailboxExecutor mailbox;
  private transient InternalTimerService<VoidNamespace> timers;

  /** Null where the choice fell on a back end that takes steps at once. */
  private transient @Nullable GatheredSteps steps;

  private transient Map<String, Blocked> blocked;
  private transient List<InternalTimer<String, VoidNamespace>> putOff;
  private transient Counter held;
  private transient Histogram heldMicros;

  /** A model with a step that is not known to be taken. */
  private static final class Blocked {
    private StepBlock block;
    private final ArrayDeque<Held> records = new ArrayDeque<>();

    /** Whether a timer of it has been put off in this round: all later ones must be, too. */
    private boolean timersPutOff;

    private Blocked(StepBlock block) {
      this.block = block;
    }
  }

  private record Held(StreamRecord<SourceRecord> element, boolean second, long since) {}

  GatheringOperator(MixtureFunction function) {
    super(function);
  }

  @Override
  public void setMailboxExecutor(MailboxExecutor mailboxExecutor) {
    super.setMailboxExecutor(mailboxExecutor);
    mailbox = mailboxExecutor;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    mixture()
        .recovering(
            context.isRestored() && getRuntimeContext().getTaskInfo().getAttemptNumber() > 0);
  }

  @Override
  public void open() throws Exception {
    super.open();
    timers = getInternalTimerService(TIMERS, VoidNamespaceSerializer.INSTANCE, this);
    blocked = new LinkedHashMap<>();
    putOff = new ArrayList<>();
    MetricGroup group = getRuntimeContext().getMetricGroup().addGroup(MixtureFunction.METRIC_GROUP);
    held = JobMetric.HELD_RECORDS.counter(group);
    heldMicros = new DescriptiveStatisticsHistogram(GatherStatistics.WINDOW);
    JobMetric.HELD_RECORD_WAIT.histogram(group, heldMicros);
    steps = mixture().steps();
    if (steps != null) {
      steps.onSettled(this::mail);
    }
  }

  /** Called by the gatherer's thread. */
  private void mail(List<StepBlock> settled) {
    try {
      mailbox.execute(() -> settled(settled), "training steps of networks taken");
    } catch (RejectedExecutionException e) {
      LOG.debug("the task ends, nobody waits for its training steps", e);
    }
  }

  /** The steps where a model is blocked: it waits for one of them. */
  private GatheredSteps gathered() {
    return Objects.requireNonNull(steps, "steps are taken at once");
  }

  private void settled(List<StepBlock> settled) throws Exception {
    for (StepBlock block : settled) {
      Blocked model = blocked.get(block.modelKey());
      // else the step was waited for, and the model has gone on
      if (model != null && model.block == block) {
        gathered().await(block); // throws where the launch failed
        goOn(block.modelKey(), model);
      }
    }
  }

  /** Records that are held now. */
  long held() {
    return held.getCount();
  }

  @Override
  public void processElement1(StreamRecord<SourceRecord> element) throws Exception {
    accept(element, false);
  }

  @Override
  public void processElement2(StreamRecord<SourceRecord> element) throws Exception {
    accept(element, true);
  }

  private void accept(StreamRecord<SourceRecord> element, boolean second) throws Exception {
    if (element.getValue() instanceof SourceRecord.Control control) {
      settleAll(); // it comes between two records of each model that it is about
      setCurrentKey(control.stateKey());
      process(element, second);
      return;
    }
    if (blocked.isEmpty()) {
      process(element, second);
      return;
    }
    SourceRecord.Keyed record = (SourceRecord.Keyed) element.getValue();
    Blocked model = blocked.get(record.modelKey());
    if (model != null && model.block.isTaken()) { // the mail is on its way
      goOn(record.modelKey(), model);
      model = blocked.get(record.modelKey());
    }
    boolean waits = mixture().waits(record, timers.currentWatermark());
    if (waits && mixture().takesEarly()) {
      settleAll(); // what is taken early is as without gathering
      setCurrentKey(record.modelKey());
      process(element, second);
      return;
    }
    if (model == null || waits) {
      process(element, second);
      return;
    }
    StreamRecord<SourceRecord> kept = element.copy(record);
    model.records.add(new Held(kept, second, System.nanoTime()));
    held.inc();
    if (held.getCount() >= MOST_HELD) {
      processHeld();
    }
  }

  /** Of the current key, which is not blocked. */
  private void process(StreamRecord<SourceRecord> element, boolean second) throws Exception {
    StepBlock due = run(element, second);
    if (due != null) {
      blocked.put(due.modelKey(), new Blocked(due));
    }
  }

  private @Nullable StepBlock run(StreamRecord<SourceRecord> element, boolean second)
      throws Exception {
    if (second) {
      super.processElement2(element);
    } else {
      super.processElement1(element);
    }
    return steps == null ? null : steps.submit();
  }

  /** Processes what a model whose step was taken holds, up to its next step. */
  private void goOn(String modelKey, Blocked model) throws Exception {
    setCurrentKey(modelKey);
    for (Held next = model.records.poll(); next != null; next = model.records.poll()) {
      held.dec();
      heldMicros.update((System.nanoTime() - next.since()) / 1_000);
      StepBlock due = run(next.element(), next.second());
      if (due != null) {
        model.block = due;
        return;
      }
    }
    blocked.remove(modelKey);
  }

  /** Until nothing is held. */
  private void processHeld() throws Exception {
    while (held.getCount() > 0) {
      Map<String, Blocked> holding = new LinkedHashMap<>(blocked);
      holding.values().removeIf(model -> model.records.isEmpty());
      goOn(holding);
    }
  }

  /** Until nothing is held and no step is under way. */
  private void settleAll() throws Exception {
    while (!blocked.isEmpty()) {
      goOn(new LinkedHashMap<>(blocked));
    }
  }

  private void goOn(Map<String, Blocked> models) throws Exception {
    gathered().await(models.values().stream().map(model -> model.block).toList());
    for (Map.Entry<String, Blocked> model : models.entrySet()) {
      goOn(model.getKey(), model.getValue());
    }
  }

  @Override
  public void onEventTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
    if (steps == null || !mixture().ordersByEventTime()) {
      super.onEventTime(timer); // touches no network
      return;
    }
    Blocked model = blocked.get(timer.getKey());
    if (model != null && (model.timersPutOff || !model.block.isTaken())) {
      model.timersPutOff = true;
      putOff.add(timer);
      return;
    }
    blocked.remove(timer.getKey());
    super.onEventTime(timer);
    StepBlock due = steps.submit();
    if (due != null) {
      blocked.put(timer.getKey(), new Blocked(due));
    }
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    processHeld();
    if (steps != null && mixture().ordersByEventTime()) {
      while (!advance(mark)) {
        setPutOffAgain();
      }
    }
    super.processWatermark(mark);
  }

  /** Goes one round; whether no timer is left. */
  private boolean advance(Watermark mark) throws Exception {
    boolean ended =
        timeServiceManager.tryAdvanceWatermark(
            mark,
            () ->
                putOff.size() >= MOST_HELD
                    || !putOff.isEmpty() && blocked.size() >= gathered().models());
    return ended && putOff.isEmpty();
  }

  private void setPutOffAgain() {
    List<StepBlock> due = new ArrayList<>();
    blocked.values().removeIf(model -> model.timersPutOff && due.add(model.block));
    gathered().await(due);
    for (InternalTimer<String, VoidNamespace> timer : putOff) {
      setCurrentKey(timer.getKey());
      timers.registerEventTimeTimer(VoidNamespace.INSTANCE, timer.getTimestamp());
    }
    putOff.clear();
  }

  @Override
  protected void processWatermarkStatus(WatermarkStatus status, int index) throws Exception {
    processHeld();
    super.processWatermarkStatus(status, index);
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    settleAll();
    super.prepareSnapshotPreBarrier(checkpointId);
  }

  @Override
  public void endInput(int inputId) throws Exception {
    settleAll();
  }

  @Override
  public void finish() throws Exception {
    settleAll();
    super.finish();
  }
}
