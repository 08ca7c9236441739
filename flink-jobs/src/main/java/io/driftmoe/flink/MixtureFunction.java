// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.drift.DriftLevel;
import io.driftmoe.router.ExpertEvent;
import io.driftmoe.router.PartFailure;
import io.driftmoe.router.Pending;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.StepReport;
import io.driftmoe.schemas.avro.DriftKind;
import io.driftmoe.schemas.avro.MetricsEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.ListSerializer;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.TimeDomain;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.apache.flink.util.function.ThrowingRunnable;
import org.jspecify.annotations.Nullable;

/**
 * Holds one mixture per model key. Features (input 1) are predicted at once; their label, with them
 * or later on input 2, is scored against the stored prediction and learned. The loop between gate
 * and experts never leaves this operator, so checkpoints make it exactly-once.
 *
 * <p>Main output: predictions. Side outputs: drift events of the mixture and of its experts,
 * metrics, dead letters.
 */
final class MixtureFunction
    extends KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord> {
  private static final long serialVersionUID = 1L;

  /** Where Flink shows the metrics of this operator. */
  static final String METRIC_GROUP = "driftmoe";

  /** Name of the keyed state that holds the models. */
  static final String MODEL_STATE = "model";

  /** Names of the keyed states that hold what waits. */
  static final String PREDICTIONS_STATE = "waiting-predictions";

  static final String LABELS_STATE = "early-labels";

  static final OutputTag<OutputRecord> DRIFT_EVENTS =
      new OutputTag<>("drift-events", RecordTypeInfo.OUTPUT);
  static final OutputTag<OutputRecord> METRICS = new OutputTag<>("metrics", RecordTypeInfo.OUTPUT);
  static final OutputTag<OutputRecord> DEAD_LETTERS =
      new OutputTag<>("dead-letters", RecordTypeInfo.OUTPUT);

  /** Expiry times are rounded up to this, so that many predictions share a timer. */
  private static final long EXPIRY_STEP_MILLIS = 1_000;

  /** Features before labels of the same time, then by id: an order no interleaving changes. */
  private static final Comparator<SourceRecord> WITHIN_ONE_TIME =
      Comparator.comparing((SourceRecord r) -> r instanceof SourceRecord.Label)
          .thenComparing(r -> ((SourceRecord.Keyed) r).eventId())
          .thenComparing(r -> ((SourceRecord.Keyed) r).partition())
          .thenComparing(r -> ((SourceRecord.Keyed) r).offset());

  private final ModelSpec spec;
  private final JobOptions.Topics topics;
  private final InputOrder order;
  private final long labelTimeoutMillis;
  private final int maxPending;
  private final long metricsIntervalMillis;
  private final int metricKeys;
  private final JobOptions.Router router;
  private final BackendSource backends;
  private final EncoderSource encoders;
  private final int maxFailuresInARow;

  /** File that receives the model when the input has ended, or null. */
  private final @Nullable String modelFile;

  private transient ValueState<ModelState> model;

  /** Predictions that wait for their label; they expire at event time + timeout. */
  private transient WaitingEntries<PendingPrediction> waiting;

  /** Labels that came before their event; orphans once the watermark reaches their event time. */
  private transient WaitingEntries<SourceRecord.Label> early;

  private transient MapState<Long, List<SourceRecord>> buffer;
  private transient OutputEncoder encoder;
  private transient DeadLetters deadLetters;
  private transient Failures failures;
  private transient ModelGauges gauges;
  private transient Counter events;
  private transient Counter labels;
  private transient Counter orphanLabels;
  private transient Counter expiredPredictions;
  private transient Counter driftEvents;
  private transient Counter lifecycleEvents;
  private transient Counter lateEvents;
  private transient Clock clock;

  /** Null before opening and once closed. */
  private transient @Nullable SubtaskNetworks arithmetic;

  private transient boolean recovering;

  MixtureFunction(JobOptions options) {
    this(options, null);
  }

  /**
   * @param modelFile receives the model when the input has ended, that of the last key to end where
   *     there are several; null for none
   */
  MixtureFunction(JobOptions options, @Nullable Path modelFile) {
    this(options, modelFile, InstalledBackends.INSTANCE);
  }

  /**
   * @param backends gives what computes networks
   */
  MixtureFunction(JobOptions options, @Nullable Path modelFile, BackendSource backends) {
    this(options, modelFile, backends, OutputEncoder::new);
  }

  /**
   * @param encoders turns predictions and reports into records
   */
  MixtureFunction(
      JobOptions options,
      @Nullable Path modelFile,
      BackendSource backends,
      EncoderSource encoders) {
    this.modelFile = modelFile == null ? null : modelFile.toString();
    this.spec = ModelSpec.of(options);
    this.topics = options.topics();
    this.order = options.input().order();
    this.labelTimeoutMillis = options.labels().timeout().toMillis();
    this.maxPending = options.labels().maxPending();
    this.metricsIntervalMillis = options.job().metricsInterval().toMillis();
    this.metricKeys = options.job().metricKeys();
    this.router = options.router();
    this.maxFailuresInARow = options.job().maxFailuresInARow();
    this.backends = backends;
    this.encoders = encoders;
  }

  /**
   * Whether training steps may be taken by another thread, which {@link GatheringOperator} does.
   */
  boolean mayGather() {
    return router.backend().mayGather();
  }

  /** Says before opening whether the job goes on after a failure. */
  void recovering(boolean recovering) {
    this.recovering = recovering;
  }

  @Override
  public void open(OpenContext context) throws Exception {
    model =
        getRuntimeContext()
            .getState(new ValueStateDescriptor<>(MODEL_STATE, new ModelStateSerializer(spec)));
    waiting =
        WaitingEntries.open(
            getRuntimeContext(), PREDICTIONS_STATE, WaitingPredictionsSerializer.INSTANCE);
    early = WaitingEntries.open(getRuntimeContext(), LABELS_STATE, EarlyLabelsSerializer.INSTANCE);
    buffer =
        getRuntimeContext()
            .getMapState(
                new MapStateDescriptor<>(
                    "buffer",
                    LongSerializer.INSTANCE,
                    new ListSerializer<>(SourceRecordSerializer.INSTANCE)));
    encoder = encoders.of(spec.schema().classes());
    deadLetters = new DeadLetters(topics, spec.schema());
    MetricGroup group = getRuntimeContext().getMetricGroup().addGroup(METRIC_GROUP);
    failures = new Failures(deadLetters, group, maxFailuresInARow);
    gauges = new ModelGauges(group, metricKeys);
    events = group.counter("events");
    labels = group.counter("labels");
    orphanLabels = group.counter("orphanLabels");
    expiredPredictions = group.counter("expiredPredictions");
    driftEvents = group.counter("driftEvents");
    lifecycleEvents = group.counter("lifecycleEvents");
    lateEvents = group.counter("lateEvents");
    clock = Clock.systemUTC();
    arithmetic =
        SubtaskNetworks.open(
            backends,
            router,
            spec,
            getRuntimeContext().getJobInfo().getJobId(),
            getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks(),
            recovering);
    BackendGauges.register(group, arithmetic);
  }

  @Override
  public void close() {
    if (arithmetic != null) { // else opening failed
      arithmetic.close();
      arithmetic = null;
    }
  }

  private SubtaskNetworks arithmetic() {
    return Objects.requireNonNull(arithmetic, "not open");
  }

  /** The training steps on their way to the gatherer; null where they are taken at once. */
  @Nullable GatheredSteps steps() {
    return arithmetic().steps();
  }

  /** What takes them; null likewise. */
  @Nullable StepGatherer gatherer() {
    return arithmetic().gatherer();
  }

  boolean ordersByEventTime() {
    return order == InputOrder.EVENT_TIME;
  }

  /** Whether a record waits for the watermark, and touches no model before. */
  boolean buffers(SourceRecord.Keyed record, long watermark) {
    return ordersByEventTime() && record.eventTime() > watermark;
  }

  @Override
  public void processElement1(
      SourceRecord features, Context context, Collector<OutputRecord> predictions)
      throws Exception {
    accept((SourceRecord.Keyed) features, context, predictions);
  }

  @Override
  public void processElement2(
      SourceRecord label, Context context, Collector<OutputRecord> predictions) throws Exception {
    accept((SourceRecord.Keyed) label, context, predictions);
  }

  private void accept(
      SourceRecord.Keyed record, Context context, Collector<OutputRecord> predictions)
      throws Exception {
    TimerService timers = context.timerService();
    if (buffers(record, timers.currentWatermark())) {
      List<SourceRecord> sameTime = buffer.get(record.eventTime());
      sameTime = sameTime == null ? new ArrayList<>() : new ArrayList<>(sameTime);
      sameTime.add(record);
      buffer.put(record.eventTime(), sameTime);
      timers.registerEventTimeTimer(record.eventTime());
    } else {
      process(record, context, predictions);
      if (ordersByEventTime()) {
        ModelState state = Objects.requireNonNull(model(), "the model just stored");
        state.lateEvents++;
        model.update(state);
        lateEvents.inc();
      }
    }
  }

  /** The model of the current key under the settings of this job; null where there is none. */
  private @Nullable ModelState model() throws IOException {
    ModelState state = model.value();
    return state == null ? null : state.under(spec);
  }

  private void process(
      SourceRecord.Keyed record, Context context, Collector<OutputRecord> predictions)
      throws Exception {
    Outputs outputs = new Outputs(context);
    ModelState found = touch(outputs);
    ModelState state = found == null ? create(record, outputs) : found;
    if (state != null) {
      contain(record, outputs, () -> handle(state, record, outputs));
      for (PartFailure failure : failures.takeParts()) {
        state.lifecycleEvents++;
        lifecycleEvents.inc();
        contain(
            record,
            outputs,
            () ->
                outputs.output(
                    DRIFT_EVENTS, encoder.failure(record, failure, state.mixture.version())));
      }
    }
    outputs.send(predictions);
    failures.recordDone();
    if (state == null) {
      return;
    }
    if (found == null) {
      // fires when the input has ended: the final report
      context.timerService().registerEventTimeTimer(Long.MAX_VALUE);
    }
    if (!state.metricsTimer) {
      state.metricsTimer = true;
      TimerService timers = context.timerService();
      timers.registerProcessingTimeTimer(timers.currentProcessingTime() + metricsIntervalMillis);
    }
    model.update(state);
  }

  private void handle(ModelState state, SourceRecord.Keyed record, Outputs outputs)
      throws Exception {
    // here, because the state may have been restored, or copied while a checkpoint is written
    arithmetic().attach(state.mixture, record.modelKey());
    state.mixture.containFailures(failures::partFailed);
    state.lastEventTime = Math.max(state.lastEventTime, record.eventTime());
    if (record instanceof SourceRecord.Features features) {
      predict(state, features, outputs, outputs);
    } else if (record instanceof SourceRecord.Label label) {
      label(state, label, outputs);
    }
  }

  /** A new model; null where none could be made. */
  private @Nullable ModelState create(SourceRecord.Keyed record, Outputs outputs) throws Exception {
    try {
      return ModelState.create(spec);
    } catch (Throwable failure) { // errors too, see Containment
      outputs.output(DEAD_LETTERS, failures.setAside(record, failure));
      return null;
    }
  }

  /** Does something for a record, which becomes a dead letter where that fails. */
  private void contain(SourceRecord.Keyed record, Context context, ThrowingRunnable<?> what)
      throws Exception {
    try {
      what.run();
    } catch (Throwable failure) { // errors too, see Containment
      context.output(DEAD_LETTERS, failures.setAside(record, failure));
    }
  }

  /**
   * The outputs of one record, kept until all is computed: what fails when they are sent is no
   * fault of the record.
   */
  private final class Outputs extends Context implements Collector<OutputRecord> {
    private final Context context;
    private final List<Runnable> sideOutputs = new ArrayList<>(0);
    private final List<OutputRecord> predictions = new ArrayList<>(1);

    private Outputs(Context context) {
      this.context = context;
    }

    private void send(Collector<OutputRecord> target) {
      predictions.forEach(target::collect);
      sideOutputs.forEach(Runnable::run);
    }

    @Override
    public void collect(OutputRecord prediction) {
      predictions.add(prediction);
    }

    @Override
    public <X> void output(OutputTag<X> tag, X value) {
      sideOutputs.add(() -> context.output(tag, value));
    }

    @Override
    public Long timestamp() {
      return context.timestamp();
    }

    @Override
    public TimerService timerService() {
      return context.timerService();
    }

    @Override
    public String getCurrentKey() {
      return context.getCurrentKey();
    }

    @Override
    public void close() {}
  }

  /**
   * The state of the current key, with what waits in states of its own and within its limit; null
   * where there is none.
   */
  private @Nullable ModelState touch(Context context) throws IOException {
    ModelState state = model();
    if (state == null) {
      return null;
    }
    ModelState.Waiting inside = state.takeWaiting();
    if (inside != null) {
      waiting.move(inside.predictions());
      early.move(inside.labels());
    }
    evict(state, context); // the limit may have been lowered since
    return state;
  }

  /** Like {@link #touch}, under a key with a timer: it has a model. */
  private ModelState touchWithTimer(Context context) throws IOException {
    return Objects.requireNonNull(touch(context), "a key with a timer has a model");
  }

  private void evict(ModelState state, Context context) throws IOException {
    for (Pending.Entry<PendingPrediction> oldest : waiting.evictOldestAbove(maxPending)) {
      expired(state, oldest, "evicted: " + tooMany(), context);
    }
    for (Pending.Entry<SourceRecord.Label> oldest : early.evictOldestAbove(maxPending)) {
      orphan(state, oldest.value(), "evicted: " + tooMany(), context);
    }
  }

  private void predict(
      ModelState state,
      SourceRecord.Features event,
      Context context,
      Collector<OutputRecord> predictions)
      throws Exception {
    if (waiting.contains(event.eventId())) {
      context.output(DEAD_LETTERS, deadLetters.duplicate(event));
      return;
    }
    PendingPrediction prediction = state.mixture.predict(event.values());
    predictions.collect(
        encoder.prediction(event, prediction, EventDecoder.micros(clock.instant())));
    state.events++;
    events.inc();
    if (event.label() >= 0) {
      learn(state, event, prediction, event.label(), context);
      return;
    }
    SourceRecord.Label label = early.take(event.eventId());
    if (label != null) {
      learn(state, label, prediction, label.label(), context);
      return;
    }
    long expiry =
        -Math.floorDiv(-(event.eventTime() + labelTimeoutMillis), EXPIRY_STEP_MILLIS)
            * EXPIRY_STEP_MILLIS;
    waiting.add(event.eventId(), expiry, prediction);
    context.timerService().registerEventTimeTimer(expiry);
    evict(state, context);
  }

  private void label(ModelState state, SourceRecord.Label label, Context context) throws Exception {
    PendingPrediction prediction = waiting.take(label.eventId());
    if (prediction != null) {
      learn(state, label, prediction, label.label(), context);
    } else if (label.eventTime() <= context.timerService().currentWatermark()) {
      orphan(state, label, "no event with this id waits for a label", context);
    } else if (!early.add(label.eventId(), label.eventTime(), label)) {
      orphan(state, label, "an earlier label for this event id waits for its event", context);
    } else {
      // an event is never younger than its label, so by then it has come or will not come in time
      context.timerService().registerEventTimeTimer(label.eventTime());
      evict(state, context);
    }
  }

  private void learn(
      ModelState state,
      SourceRecord.Keyed bringer,
      PendingPrediction prediction,
      int label,
      Context context)
      throws Exception {
    contain(bringer, context, () -> learnNow(state, bringer, prediction, label, context));
  }

  private void learnNow(
      ModelState state,
      SourceRecord.Keyed bringer,
      PendingPrediction prediction,
      int label,
      Context context) {
    StepReport report = state.mixture.learn(prediction, label);
    labels.inc();
    if (report.level() != DriftLevel.STABLE) {
      state.driftEvents++;
      driftEvents.inc();
      DriftKind kind = report.level() == DriftLevel.DRIFT ? DriftKind.DRIFT : DriftKind.WARNING;
      context.output(DRIFT_EVENTS, encoder.drift(bringer, kind, state));
    }
    for (ExpertEvent event : report.events()) {
      state.lifecycleEvents++;
      lifecycleEvents.inc();
      context.output(DRIFT_EVENTS, encoder.lifecycle(bringer, event, report.version()));
    }
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<OutputRecord> predictions)
      throws Exception {
    if (context.timeDomain() == TimeDomain.PROCESSING_TIME) {
      ModelState state = touchWithTimer(context);
      state.metricsTimer = false;
      if (context.timerService().currentWatermark() < Long.MAX_VALUE) {
        report(state, context, false);
      }
      model.update(state);
      return;
    }
    List<SourceRecord> due = buffer.get(timestamp);
    if (due != null) {
      buffer.remove(timestamp);
      List<SourceRecord> sorted = new ArrayList<>(due);
      sorted.sort(WITHIN_ONE_TIME);
      for (SourceRecord record : sorted) {
        process((SourceRecord.Keyed) record, context, predictions);
      }
    }
    ModelState state = touch(context);
    if (state == null) {
      return; // none could be made for the records of this time
    }
    for (Pending.Entry<SourceRecord.Label> late : early.expire(timestamp)) {
      orphan(state, late.value(), "no event with this id came before its label's time", context);
    }
    for (Pending.Entry<PendingPrediction> late : waiting.expire(timestamp)) {
      expired(state, late, "no label within labels.timeout", context);
    }
    if (timestamp == Long.MAX_VALUE) {
      report(state, context, true);
      if (modelFile != null) {
        String key = context.getCurrentKey();
        ModelFile.write(
            Path.of(modelFile), new SavedModel(key, spec.schema(), spec.learner(), state.mixture));
      }
    }
    model.update(state);
  }

  private String tooMany() {
    return "more than labels.max-pending = " + maxPending + " are waiting";
  }

  private void orphan(ModelState state, SourceRecord.Label label, String why, Context context) {
    state.orphanLabels++;
    orphanLabels.inc();
    context.output(DEAD_LETTERS, deadLetters.orphan(label, why));
  }

  private void expired(
      ModelState state, Pending.Entry<PendingPrediction> entry, String why, Context context) {
    state.expiredPredictions++;
    expiredPredictions.inc();
    context.output(DEAD_LETTERS, deadLetters.expired(context.getCurrentKey(), entry.id(), why));
  }

  private void report(ModelState state, Context context, boolean last) throws Exception {
    state.mixture.containFailures(failures::partFailed); // measuring it writes it
    OutputRecord record;
    try {
      MetricsEvent metrics =
          encoder.metrics(
              context.getCurrentKey(),
              state,
              waiting.size(),
              spec.mixtureConfig().evaluationWindow(),
              last);
      gauges.update(metrics);
      record = encoder.encode(metrics);
    } catch (Throwable failure) { // errors too, see Containment
      failures.reportFailed(failure);
      return;
    }
    context.output(METRICS, record);
  }
}
