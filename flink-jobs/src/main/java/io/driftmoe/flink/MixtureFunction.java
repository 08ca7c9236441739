// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.EarlyAlarm;
import io.driftmoe.router.EstimatedAccuracy;
import io.driftmoe.router.ExpertEvent;
import io.driftmoe.router.LabelBudget;
import io.driftmoe.router.LabelQuestion;
import io.driftmoe.router.LabelQuestions;
import io.driftmoe.router.PartFailure;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.StepReport;
import io.driftmoe.router.models.ModelFile;
import io.driftmoe.router.models.SavedModel;
import io.driftmoe.schemas.QuotedText;
import io.driftmoe.schemas.avro.MetricsEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.TimeDomain;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Holds one mixture per model key. Features (input 1) are predicted at once; their label, with them
 * or later on input 2, is scored against the stored prediction and learned. The loop between gate
 * and experts never leaves this operator, so checkpoints make it exactly-once.
 *
 * <p>Main output: predictions. Side outputs: drift events of the mixture and of its experts,
 * metrics, dead letters, explanations of predictions, questions for labels.
 */
final class MixtureFunction
    extends KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord> {
  private static final long serialVersionUID = 1L;

  /** Where Flink shows the metrics of this operator. */
  static final String METRIC_GROUP = "driftmoe";

  /** Name of the keyed state that holds the models. */
  static final String MODEL_STATE = "model";

  static final OutputTag<OutputRecord> DRIFT_EVENTS =
      new OutputTag<>("drift-events", RecordTypeInfo.OUTPUT);
  static final OutputTag<OutputRecord> METRICS = new OutputTag<>("metrics", RecordTypeInfo.OUTPUT);
  static final OutputTag<OutputRecord> DEAD_LETTERS =
      new OutputTag<>("dead-letters", RecordTypeInfo.OUTPUT);
  static final OutputTag<OutputRecord> EXPLANATIONS =
      new OutputTag<>("explanations", RecordTypeInfo.OUTPUT);
  static final OutputTag<OutputRecord> QUESTIONS =
      new OutputTag<>("questions", RecordTypeInfo.OUTPUT);

  private final ModelSpec spec;
  private final StateKeys stateKeys;
  private final JobOptions.Topics topics;
  private final JobOptions.Labels labelOptions;
  private final JobOptions.Input inputOptions;
  private final JobOptions.Models modelOptions;
  private final @Nullable ModelTemplate template;
  private final long metricsIntervalMillis;
  private final int metricKeys;
  private final JobOptions.Load loadOptions;
  private final JobOptions.Router router;
  private final BackendSource backends;
  private final EncoderSource encoders;
  private final int maxFailuresInARow;

  /** File that receives the model when the input has ended, or null. */
  private final @Nullable String modelFile;

  private final ExplanationChoice explained;

  /** Null where no labels are asked for. */
  private final @Nullable Double labelShare;

  private final long seed;

  /** By name, of all models. */
  private final Map<String, JobOptions.Branch> configuredBranches;

  /** Whether there is a control topic. */
  private final boolean controlled;

  /** Predictions that another job has sent. */
  private final ReadBefore readBefore;

  /** Told of all that is learned, where someone wants to know; null in a job. */
  private final transient @Nullable LearnWatch watch;

  private transient KeyedModels models;

  /** Null where models are not published. */
  private transient @Nullable ModelPublisher publisher;

  private transient BranchKeeper branches;

  private transient Promoter promoter;

  /** Null where there is no control topic. */
  private transient @Nullable ModelControl control;

  private transient DeadLetters deadLetters;

  /** Brings predictions and labels together. */
  private transient LabelJoin join;

  private transient EventTimeBuffer buffer;
  private transient OutputEncoder encoder;
  private transient ExplanationEncoder explanations;
  private transient QuestionEncoder questions;

  /** Null where no labels are asked for. */
  private transient @Nullable LabelBudget labelBudget;

  private transient Failures failures;
  private transient LoadLevel load;
  private transient ModelGauges gauges;
  private transient ExpectedTotal expectedTotal;
  private transient Counter events;
  private transient Counter labels;
  private transient Counter driftEvents;
  private transient Counter earlyAlarms;
  private transient Counter lifecycleEvents;
  private transient Clock clock;

  /** That of the fleet of the record that is processed; null where there are no fleets. */
  private transient @Nullable ModelState common;

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
    this(options, ModelTemplate.of(options), modelFile, backends, encoders, null);
  }

  private MixtureFunction(
      JobOptions options,
      @Nullable ModelTemplate template,
      @Nullable Path modelFile,
      BackendSource backends,
      EncoderSource encoders,
      @Nullable LearnWatch watch) {
    this.watch = watch;
    this.modelFile = modelFile == null ? null : modelFile.toString();
    this.spec = ModelSpec.of(options);
    this.stateKeys = StateKeys.of(options);
    this.readBefore = ReadBefore.of(options);
    this.explained = new ExplanationChoice(options.explanations(), options.learner().seed());
    this.labelShare = options.labels().budget();
    this.seed = options.learner().seed();
    this.topics = options.topics();
    this.configuredBranches = options.learner().branches();
    this.controlled = options.topics().control() != null;
    this.labelOptions = options.labels();
    this.inputOptions = options.input();
    this.modelOptions = options.models();
    this.template = template;
    this.metricsIntervalMillis = options.job().metricsInterval().toMillis();
    this.metricKeys = options.job().metricKeys();
    this.loadOptions = options.load();
    this.router = options.router();
    this.maxFailuresInARow = options.job().maxFailuresInARow();
    this.backends = backends;
    this.encoders = encoders;
  }

  /** One whose template was read before; null where the options name none. */
  static MixtureFunction of(JobOptions options, @Nullable ModelTemplate template) {
    return new MixtureFunction(
        options, template, null, InstalledBackends.INSTANCE, OutputEncoder::new, null);
  }

  /** Likewise, for someone who looks on. */
  static MixtureFunction watched(
      JobOptions options,
      @Nullable ModelTemplate template,
      EncoderSource encoders,
      LearnWatch watch) {
    return new MixtureFunction(
        options, template, null, InstalledBackends.INSTANCE, encoders, watch);
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
    encoder = encoders.of(spec.schema().classes());
    explanations = new ExplanationEncoder();
    questions = new QuestionEncoder(spec.streamSchema());
    labelBudget = labelShare == null ? null : LabelBudget.of(labelShare);
    MetricGroup group = getRuntimeContext().getMetricGroup().addGroup(METRIC_GROUP);
    deadLetters = new DeadLetters(topics, spec.schema());
    failures = new Failures(deadLetters, group, maxFailuresInARow);
    models =
        new KeyedModels(
            getRuntimeContext(),
            group,
            spec,
            stateKeys,
            template,
            modelOptions,
            getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks());
    Counter published = JobMetric.PUBLISHED_MODELS.counter(group);
    Counter unpublished = JobMetric.FAILED_PUBLICATIONS.counter(group);
    JobOptions.Publish publish = modelOptions.publish();
    if (publish != null) {
      publisher =
          new ModelPublisher(
              publish,
              stateKeys,
              published,
              unpublished,
              getRuntimeContext().getTaskInfo().getTaskNameWithSubtasks());
    }
    branches = new BranchKeeper(spec, configuredBranches, failures, stateKeys, !mayGather());
    promoter = new Promoter(models, branches, stateKeys, publisher);
    if (controlled) {
      int keyGroups = getRuntimeContext().getTaskInfo().getMaxNumberOfParallelSubtasks();
      KeyGroupControls groups = new KeyGroupControls(getRuntimeContext(), keyGroups);
      control = new ModelControl(models, stateKeys, groups, branches, promoter, publisher);
    }
    join =
        new LabelJoin(
            getRuntimeContext(),
            group,
            labelOptions,
            inputOptions,
            models.memory(),
            deadLetters,
            stateKeys);
    buffer =
        new EventTimeBuffer(
            getRuntimeContext(),
            group,
            models.memory(),
            JobMemory.waitingLimit(labelOptions.totalPendingBytes()));
    clock = Clock.systemUTC();
    load = new LoadLevel(loadOptions);
    JobMetric.LOAD_LEVEL.gauge(group, this::loadLevel);
    gauges = new ModelGauges(group, metricKeys);
    expectedTotal = new ExpectedTotal(group);
    events = JobMetric.EVENTS.counter(group);
    labels = JobMetric.LABELS.counter(group);
    driftEvents = JobMetric.DRIFT_EVENTS.counter(group);
    earlyAlarms = JobMetric.EARLY_ALARMS.counter(group);
    lifecycleEvents = JobMetric.LIFECYCLE_EVENTS.counter(group);
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

  private int loadLevel() {
    return load.levelAt(EventDecoder.micros(clock.instant()));
  }

  @Override
  public void close() {
    if (models != null) { // else opening failed
      models.close();
    }
    if (publisher != null) {
      publisher.close();
      publisher = null;
    }
    if (arithmetic != null) { // else opening failed
      arithmetic.close();
      arithmetic = null;
    }
  }

  /** Takes note of what was restored; the operator gives sight of all keys. */
  void open(ModelKeys keys) throws Exception {
    models.open(keys);
    ModelPublisher files = publisher;
    if (files != null) { // which hold models of before, or of a run that was further on
      models.keys().forEach(files::changed);
    }
    join.open(keys);
    buffer.open(keys);
    ModelControl commands = control;
    if (commands != null) {
      commands.open(keys);
    } else {
      KeyGroupControls.forget(getRuntimeContext(), keys);
    }
  }

  /** The savepoint of another job in whose place this one goes on; null for none. */
  @Nullable String takesOverFrom() {
    return readBefore.pointer();
  }

  KeyedModels models() {
    return models;
  }

  /** What the models are made from. */
  ModelSpec spec() {
    return spec;
  }

  /** Under which keys the models are. */
  StateKeys stateKeys() {
    return stateKeys;
  }

  /** Null where models are not published. */
  @Nullable ModelPublisher publisher() {
    return publisher;
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
    return inputOptions.order() == InputOrder.EVENT_TIME;
  }

  /** Whether a record waits for the watermark; see also {@link #takesEarly}. */
  boolean waits(SourceRecord.Keyed record, long watermark) {
    return ordersByEventTime() && record.eventTime() > watermark;
  }

  /** Whether too much waits: then a record that comes has others of its key processed. */
  boolean takesEarly() {
    return buffer.isFull();
  }

  @Override
  public void processElement1(
      SourceRecord features, Context context, Collector<OutputRecord> predictions)
      throws Exception {
    if (load.mayRise() && features instanceof SourceRecord.Features event) {
      load.came(event.receivedMicros(), EventDecoder.micros(clock.instant()));
    }
    accept((SourceRecord.Keyed) features, context, predictions);
  }

  @Override
  public void processElement2(
      SourceRecord label, Context context, Collector<OutputRecord> predictions) throws Exception {
    if (label instanceof SourceRecord.Control command) {
      carryOut(command, context);
      return;
    }
    accept((SourceRecord.Keyed) label, context, predictions);
  }

  private void carryOut(SourceRecord.Control record, Context context) throws Exception {
    ModelControl commands = Objects.requireNonNull(control, "there is no control topic");
    Command command = record.command();
    String key = record.stateKey();
    if (command.target().isPrefix()) {
      commands.ofSeveral(command, key, context);
      return;
    }
    if (!models.has(key)) {
      String modelKey = QuotedText.of(command.target().text());
      commands.refuse(command, "modelKey %s has no model".formatted(modelKey), context);
      return;
    }
    LabelJoin.Site site = join.at(context);
    ModelState state = touchForReport(site, context);
    if (state == null) {
      commands.refuse(command, "the model cannot be read, as the log says", context);
    } else {
      commands.ofOne(command, key, state, context);
      models.update(key);
    }
    save(site, key);
  }

  /** Whether an event of this id waits for its label or was learned under the current key. */
  boolean isKnown(SourceRecord.Features event, Context context) throws IOException {
    return join.at(context).isKnown(event);
  }

  private void accept(
      SourceRecord.Keyed record, Context context, Collector<OutputRecord> predictions)
      throws Exception {
    TimerService timers = context.timerService();
    if (waits(record, timers.currentWatermark())) {
      boolean full = takesEarly();
      buffer.add(record, timers);
      if (full) {
        for (SourceRecord.Keyed earlier : buffer.takeEarliest(timers)) {
          process(earlier, false, context, predictions);
        }
      }
    } else {
      process(record, ordersByEventTime(), context, predictions);
    }
  }

  /**
   * Whether a record is processed: not that of a new key where there are too many, nor of a key
   * that is the name of a common model.
   */
  private boolean admit(SourceRecord.Keyed record, Context context) throws Exception {
    String refusal = stateKeys.refusalOf(record.modelKey());
    if (!refusal.isEmpty()) {
      refuse(record, refusal, context);
      return false;
    }
    String key = stateKeys.of(record.modelKey());
    if (models.has(key)) {
      return true;
    }
    if (record instanceof SourceRecord.Label label) {
      if (models.admitLabel(key, labelsOnly(context))) {
        return true;
      }
    } else if (record instanceof SourceRecord.Features features) {
      String common = stateKeys.hasFleets() ? stateKeys.common(record.modelKey()) : "";
      boolean begins = stateKeys.hasFleets() && !models.has(common);
      if (models.admit(begins ? 2 : 1, common, dropped -> drop(dropped, record, context))) {
        return true;
      }
    }
    refuse(record, models.full(), context);
    return false;
  }

  private void refuse(SourceRecord.Keyed record, String why, Context context) {
    if (record instanceof SourceRecord.Label label) {
      join.refuse(label, why, context);
    } else if (record instanceof SourceRecord.Features features) {
      context.output(DEAD_LETTERS, deadLetters.refused(features, why));
    }
  }

  /** What waits under the current key, which has no model. */
  private KeyedModels.LabelsOnly labelsOnly(Context context) {
    return new KeyedModels.LabelsOnly() {
      @Override
      public long since() throws IOException {
        Long since = join.at(context).labelsSince();
        return since == null ? Long.MIN_VALUE : since;
      }

      @Override
      public void drop() throws IOException {
        join.at(context)
            .refuse(
                "no event of its model key came before too many keys had labels: " + models.full());
      }
    };
  }

  /** Saves the join; of a key that has neither a model nor anything that waits, nothing is kept. */
  private void save(LabelJoin.Site site, String key) throws IOException {
    if (!models.has(key) && site.isNothingWaiting()) {
      site.forget();
      models.forget(key);
    } else {
      site.save();
    }
  }

  /** Gives up what waits, and forgets ids, under any key, where all of it takes too much. */
  private void holdBudget(Context context) throws Exception {
    join.holdBudget(context, site -> save(site, context.getCurrentKey()));
  }

  /** Ends the model of the current key, which is not that of the record. */
  private void drop(ModelSlot dropped, SourceRecord.Keyed bringer, Context context)
      throws Exception {
    String why =
        "dropped for the new model key %s: no model was unused for longer, and %s"
            .formatted(QuotedText.of(bringer.modelKey()), models.full());
    String key = context.getCurrentKey();
    if (!stateKeys.isCommon(key)) {
      join.at(context).drop(why);
    }
    expectedTotal.update(key, null);
    try {
      String modelKey = stateKeys.modelKey(key);
      context.output(DRIFT_EVENTS, encoder.dropped(modelKey, dropped.state(spec), bringer, why));
    } catch (Throwable failure) { // errors too, see Containment
      failures.reportFailed(failure);
    }
  }

  /**
   * @param late whether the record came behind the watermark, and so out of order
   */
  private void process(
      SourceRecord.Keyed record, boolean late, Context context, Collector<OutputRecord> predictions)
      throws Exception {
    if (!admit(record, context)) {
      return;
    }
    HeldOutputs outputs = new HeldOutputs(this, context);
    String key = stateKeys.of(record.modelKey());
    LabelJoin.Site site = join.at(outputs);
    if (late) {
      site.late(record);
    }
    ModelState state = null;
    try {
      state = modelOf(key, record, site, outputs);
      common = state == null || !stateKeys.hasFleets() ? null : common(record);
      handle(state, record, site, outputs);
    } catch (Throwable failure) { // errors too, see Containment
      setAside(record, failure, outputs);
    }
    sayWhatFailed(state, record, outputs);
    site.progress(record);
    if (state != null) { // a model begins with its first event
      site.setMetrics(metricsIntervalMillis);
      long now = context.timerService().currentProcessingTime();
      models.used(key, now);
      if (common != null) {
        models.used(stateKeys.common(record.modelKey()), now);
      }
      models.update(key);
      if (common != null) {
        updateCommon(record);
        state.mixture.borrow(null); // the common one may be parked before the next record comes
      }
      site.save();
    } else {
      save(site, key);
    }
    common = null;
    outputs.send(predictions);
    failures.recordDone();
    holdBudget(context);
  }

  /** The model under the key of a record, which an event begins; null where there is none. */
  private @Nullable ModelState modelOf(
      String key, SourceRecord.Keyed record, LabelJoin.Site site, Context context)
      throws Exception {
    ModelState found = touch(site, context);
    if (found != null || record instanceof SourceRecord.Label) {
      return found;
    }
    ModelState begun = models.create(key);
    begun.lastEventTime = record.eventTime();
    begun.mixture.containFailures(failures::partFailed);
    ModelControl commands = control;
    if (commands != null) {
      commands.begun(key, begun, context);
    }
    branches.reconcile(key, begun, context);
    return begun;
  }

  /**
   * The model that the fleet of a record has in common; it begins with the first model of the
   * fleet, and is used whenever one of them is, after that one: so it is never dropped before them.
   */
  private ModelState common(SourceRecord.Keyed record) throws Exception {
    String key = stateKeys.common(record.modelKey());
    AtomicReference<ModelState> found = new AtomicReference<>();
    models.under(
        key,
        () -> {
          ModelState state = models.get(key);
          found.set(state == null ? models.create(key) : state);
        });
    ModelState state = Objects.requireNonNull(found.get(), "it was made");
    state.mixture.containFailures(failures::partFailed);
    arithmetic().attach(state.mixture, key);
    return state;
  }

  /** After the model of the record was, which may have had it parked. */
  private void updateCommon(SourceRecord.Keyed record) throws Exception {
    String key = stateKeys.common(record.modelKey());
    if (models.isLive(key)) {
      models.under(key, () -> models.update(key));
    }
    ModelPublisher files = publisher;
    if (files != null) {
      files.changed(key);
    }
  }

  private void handle(
      @Nullable ModelState state,
      SourceRecord.Keyed record,
      LabelJoin.Site site,
      HeldOutputs outputs)
      throws Exception {
    if (record instanceof SourceRecord.Label label) {
      label(state, label, site, outputs);
    } else if (record instanceof SourceRecord.Features features && state != null) {
      attach(state, record);
      predict(state, features, site, outputs, outputs);
    }
  }

  private void sayWhatFailed(
      @Nullable ModelState state, SourceRecord.Keyed record, HeldOutputs outputs) throws Exception {
    for (PartFailure failure : failures.takeParts()) {
      if (state != null) {
        state.lifecycleEvents++;
        lifecycleEvents.inc();
        long version = state.mixture.version();
        try {
          outputs.output(DRIFT_EVENTS, encoder.failure(record, failure, state.mixture, version));
        } catch (Throwable unsaid) { // errors too, see Containment
          setAside(record, unsaid, outputs);
        }
      }
    }
  }

  /** Makes a record a dead letter, where something that was done for it failed. */
  private void setAside(SourceRecord.Keyed record, Throwable failure, Context context)
      throws Exception {
    context.output(DEAD_LETTERS, failures.setAside(record, failure));
  }

  /**
   * That of a timer, under the key that is current. By Flink's it is always that of the timer, also
   * while something is done {@linkplain ModelKeys#under under another key}.
   */
  private final class TimerContext extends OnTimerContext {
    private final OnTimerContext timer;

    private TimerContext(OnTimerContext timer) {
      this.timer = timer;
    }

    @Override
    public String getCurrentKey() {
      return models.currentKey();
    }

    @Override
    public TimeDomain timeDomain() {
      return timer.timeDomain();
    }

    @Override
    public Long timestamp() {
      return timer.timestamp();
    }

    @Override
    public TimerService timerService() {
      return timer.timerService();
    }

    @Override
    public <X> void output(OutputTag<X> tag, X value) {
      timer.output(tag, value);
    }
  }

  /** Here, because the state may have been restored, or copied while a checkpoint is written. */
  private void attach(ModelState state, SourceRecord.Keyed record) {
    arithmetic().attach(state.mixture, record.modelKey());
    if (common != null) {
      state.mixture.borrow(common.mixture);
    }
    state.lastEventTime = Math.max(state.lastEventTime, record.eventTime());
  }

  /**
   * The model of the current key, with what waits in states of its own and within its limits; null
   * where there is none.
   */
  private @Nullable ModelState touch(LabelJoin.Site site, Context context) throws Exception {
    String key = context.getCurrentKey();
    ModelState state = models.get(key);
    if (state == null) {
      return null;
    }
    site.touch(state);
    ModelControl commands = control;
    if (commands == null) {
      release(state, key, context);
    } else {
      state = commands.catchUp(key, state, context);
      if (watch != null) { // and no report is read, so branches are of no use
        branches.release(key, state, context);
      }
    }
    branches.reconcile(key, state, context);
    state = promoter.catchUp(key, state, context);
    state.mixture.containFailures(failures::partFailed);
    return state;
  }

  /** Takes back what commands did that nobody could take back any more. */
  private void release(ModelState state, String key, Context context) {
    state.commandsSeen = 0;
    branches.release(key, state, context);
    if (state.frozen) {
      state.frozen = false;
      context.output(
          DRIFT_EVENTS,
          new ControlEncoder()
              .thawed(stateKeys.modelKey(key), state.lastEventTime, state.mixture.version()));
    }
  }

  /** Likewise; null also where a model cannot be had, whose records become dead letters then. */
  private @Nullable ModelState touchForReport(LabelJoin.Site site, Context context)
      throws Exception {
    try {
      return touch(site, context);
    } catch (Throwable failure) { // errors too, see Containment
      failures.reportFailed(failure);
      return null;
    }
  }

  private void predict(
      ModelState state,
      SourceRecord.Features event,
      LabelJoin.Site site,
      Context context,
      Collector<OutputRecord> predictions)
      throws Exception {
    SourceRecord.Label known = site.labelOfRow(event);
    if (known != null) {
      label(state, known, site, context);
      return;
    }
    if (site.isDuplicate(event)) {
      return;
    }
    long began = state.branches.isEmpty() ? 0 : System.nanoTime();
    int level = watch == null ? load.level() : watch.loadLevel(load.level());
    PendingPrediction prediction = state.mixture.predict(event.values(), level);
    long took = state.branches.isEmpty() ? 0 : System.nanoTime() - began;
    LabelQuestions asking = asking(state, event.modelKey());
    boolean learns = !state.frozen; // else no label is worth asking for
    if (asking != null && learns && event.label() < 0) {
      // an early label is not asked for, yet takes its part of the budget: so questions follow from
      // the predictions, and not from how the topics were read
      Optional<LabelQuestion> question = asking.next(prediction.probabilities());
      if (question.isPresent() && isLabelHere(event, site)) {
        asking.withdraw();
      } else {
        prediction = question.map(prediction::asking).orElse(prediction);
      }
    }
    if (!readBefore.hasPredicted(event)) {
      if (prediction.question().isPresent()) {
        context.output(QUESTIONS, questions.record(event, prediction, prediction.question().get()));
      }
      predictions.collect(
          encoder.prediction(event, prediction, EventDecoder.micros(clock.instant())));
      if (explained.chooses(event)) {
        explain(state, event, prediction, context);
      }
    }
    state.predicted(event, prediction);
    state.events++;
    events.inc();
    for (EarlyAlarm alarm : state.mixture.earlyAlarms()) {
      earlyAlarms.inc();
      context.output(DRIFT_EVENTS, encoder.earlyAlarm(event, alarm, state));
    }
    List<ShadowPrediction> shadows =
        state.branches.isEmpty()
            ? List.of()
            : branches.predict(
                context.getCurrentKey(), state, event.values(), level, took, context);
    WaitingPrediction made =
        new WaitingPrediction(event.eventTime(), state.generation, prediction, shadows);
    if (event.label() >= 0) {
      site.learnedAtOnce(event);
      learn(state, event, made, event.eventTime(), event.label(), context);
      return;
    }
    SourceRecord.Label label = site.labelOf(event, made);
    if (label != null) {
      learn(state, label, made, event.eventTime(), label.label(), context);
    }
  }

  private boolean isLabelHere(SourceRecord.Features event, LabelJoin.Site site) {
    boolean isHere = site.hasLabelOf(event);
    return watch == null ? isHere : watch.isLabelHere(isHere);
  }

  /** What asks for labels under a model key; null where none are asked for. */
  private @Nullable LabelQuestions asking(ModelState state, String modelKey) {
    LabelQuestions present = state.questions();
    if (labelBudget == null && present == null) {
      return null;
    }
    long ofKey = present == null ? ExplanationChoice.mixed(seed, modelKey) : 0;
    return state.asking(labelBudget, ofKey);
  }

  /** Before the model learns on; without an explanation the record is predicted all the same. */
  private void explain(
      ModelState state, SourceRecord.Features event, PendingPrediction prediction, Context context)
      throws Exception {
    try {
      context.output(
          EXPLANATIONS,
          explanations.record(event, prediction, state.mixture.attribute(prediction)));
    } catch (Throwable failure) { // errors too, see Containment
      failures.explanationFailed(failure);
    }
  }

  private void label(
      @Nullable ModelState state, SourceRecord.Label label, LabelJoin.Site site, Context context)
      throws Exception {
    WaitingPrediction waited = site.predictionOf(label);
    if (state == null) {
      return; // nothing was predicted under this key
    }
    attach(state, label);
    if (waited != null) {
      boolean known = waited.eventTime() != WaitingPrediction.UNKNOWN_TIME;
      long eventTime = known ? waited.eventTime() : label.eventTime();
      learn(state, label, waited, eventTime, label.label(), context);
    }
  }

  private void learn(
      ModelState state,
      SourceRecord.Keyed bringer,
      WaitingPrediction made,
      long eventTime,
      int label,
      Context context)
      throws Exception {
    try {
      learnNow(state, bringer, made, eventTime, label, context);
    } catch (Throwable failure) { // errors too, see Containment
      setAside(bringer, failure, context);
    }
  }

  private void learnNow(
      ModelState state,
      SourceRecord.Keyed bringer,
      WaitingPrediction made,
      long eventTime,
      int label,
      Context context)
      throws Exception {
    WaitingPrediction own = made.inRolesOf(state.generation);
    if (own == null && !BranchKeeper.anyPredicted(state, made)) {
      return; // a former model of the key made it
    }
    LabelQuestions asking = state.questions();
    if (asking != null) {
      boolean correct = made.prediction().predictedClass() == label;
      made.prediction().question().ifPresent(question -> asking.answer(question, correct));
    }
    if (own == null) {
      branches.learnAlone(context.getCurrentKey(), state, made, label, context);
      return;
    }
    PendingPrediction prediction = own.prediction();
    boolean hasBranches = !own.shadows().isEmpty();
    if (state.frozen) {
      state.mixture.scoreOnly(prediction, label);
      if (hasBranches) {
        branches.learn(context.getCurrentKey(), state, own, label, 0, context);
      }
      return;
    }
    long began = hasBranches ? System.nanoTime() : 0;
    StepReport report = state.mixture.learn(prediction, label);
    if (hasBranches) {
      long took = System.nanoTime() - began;
      branches.learn(context.getCurrentKey(), state, own, label, took, context);
    }
    if (asking != null && report.alarm().isPresent()) {
      asking.changed();
    }
    if (watch != null) {
      watch.learned(prediction, label);
    }
    state.learned(report.version(), eventTime);
    labels.inc();
    ModelPublisher files = publisher;
    if (files != null) {
      files.changed(stateKeys.of(bringer.modelKey()));
    }
    if (report.alarm().isPresent()) {
      state.driftEvents++;
      driftEvents.inc();
      context.output(DRIFT_EVENTS, encoder.alarm(bringer, report.alarm().get(), state));
      if (files != null && files.onDrift()) {
        files.request(stateKeys.of(bringer.modelKey()));
      }
    }
    for (ExpertEvent event : report.events()) {
      state.lifecycleEvents++;
      lifecycleEvents.inc();
      context.output(
          DRIFT_EVENTS, encoder.lifecycle(bringer, event, state.mixture, report.version()));
    }
    if (common != null) { // last: the record is done, whatever becomes of this
      learnInCommon(common, prediction, eventTime, label);
    }
  }

  /** The common model predicts anew, as parts of a mixture do that are tested when they learn. */
  private void learnInCommon(
      ModelState common, PendingPrediction prediction, long eventTime, int label) throws Exception {
    try {
      StepReport report =
          common.mixture.learn(common.mixture.predict(prediction.features()), label);
      common.events++;
      common.learned(report.version(), eventTime);
    } catch (Throwable failure) { // errors too, see Containment
      failures.commonFailed(failure);
    }
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext timer, Collector<OutputRecord> predictions)
      throws Exception {
    OnTimerContext context = new TimerContext(timer);
    if (context.timeDomain() == TimeDomain.PROCESSING_TIME) {
      onClock(timestamp, context);
      return;
    }
    for (SourceRecord.Keyed record : buffer.take(timestamp)) {
      process(record, false, context, predictions);
    }
    if (timestamp == Long.MAX_VALUE) {
      endInput(context);
    }
  }

  private void endInput(OnTimerContext context) throws Exception {
    LabelJoin.Site site = join.at(context);
    ModelState state = touchForReport(site, context);
    site.endInput();
    if (state != null) {
      end(state, site, context);
      models.update(context.getCurrentKey());
    }
    save(site, context.getCurrentKey());
    holdBudget(context); // what an older version has inside of the model counts from now on
  }

  private void end(ModelState state, LabelJoin.Site site, OnTimerContext context) throws Exception {
    report(state, site, context, true);
    if (modelFile != null) {
      String key = stateKeys.modelKey(context.getCurrentKey());
      ModelFile.write(
          Path.of(modelFile), new SavedModel(key, state.spec().origin(), state.mixture));
    }
  }

  private void onClock(long timestamp, OnTimerContext context) throws Exception {
    LabelJoin.Site site = join.at(context);
    ModelState state = touchForReport(site, context);
    // one timer may be both: Flink keeps one for each time
    site.sweep(timestamp);
    if (state != null
        && site.takeMetrics(timestamp)
        && context.timerService().currentWatermark() < Long.MAX_VALUE) {
      report(state, site, context, false);
    }
    save(site, context.getCurrentKey());
    if (state != null) {
      models.update(context.getCurrentKey());
    }
    holdBudget(context);
  }

  /** Sets the gauges of the current key, where no timer does. */
  void setGauges(Context context) throws Exception {
    LabelJoin.Site site = join.at(context);
    ModelState state = touchForReport(site, context);
    if (state != null) {
      try {
        gauges.update(metrics(state, site, context, false));
      } catch (Throwable failure) { // errors too, see Containment
        failures.reportFailed(failure);
      }
      models.update(context.getCurrentKey());
    }
    save(site, context.getCurrentKey());
  }

  private MetricsEvent metrics(ModelState state, LabelJoin.Site site, Context context, boolean last)
      throws IOException {
    EstimatedAccuracy estimated =
        state.mixture.estimatedAccuracy(site.waiting(state.generation)).orElse(null);
    expectedTotal.update(context.getCurrentKey(), estimated);
    MetricsEvent metrics =
        encoder.metrics(
            stateKeys.modelKey(context.getCurrentKey()),
            state,
            site.waitingPredictions(),
            estimated,
            site.losses(),
            state.spec().mixtureConfig().evaluationWindow(),
            last);
    metrics.setLoadLevel(loadLevel());
    return metrics;
  }

  private void report(ModelState state, LabelJoin.Site site, Context context, boolean last)
      throws Exception {
    OutputRecord record;
    try {
      MetricsEvent metrics = metrics(state, site, context, last);
      gauges.update(metrics);
      record = encoder.encode(metrics);
    } catch (Throwable failure) { // errors too, see Containment
      failures.reportFailed(failure);
      return;
    }
    context.output(METRICS, record);
  }
}
