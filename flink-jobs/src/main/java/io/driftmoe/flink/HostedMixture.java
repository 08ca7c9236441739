// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.schemas.FeatureCodec;
import io.driftmoe.schemas.InvalidEventException;
import io.driftmoe.schemas.QuotedText;
import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.WireFormatException;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DeadLetterKind;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.functions.DefaultOpenContext;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * What the job does between its topics, inside an operator of somebody else: that of a function in
 * SQL. The same {@link MixtureFunction} does the work, on keyed state of the host and under its
 * keys, so its results are those of the job.
 *
 * <p>Two things are the host's: it has no timers by the clock, so {@code labels.max-wait} is
 * refused and there are no records of metrics (the gauges are set all the same), and no training
 * steps are gathered for a device. Nothing is explained, since there is nowhere to say it.
 *
 * <p>All calls come from the thread of the operator.
 */
public final class HostedMixture implements AutoCloseable {
  /** What the operator has and a function does not see. */
  public interface Host {
    /** {@return with keyed state} */
    RuntimeContext context();

    /** {@return in whose thread it runs what is due by the clock} */
    ProcessingTimeService clock();

    /**
     * {@return the model keys of this subtask that have a state}
     *
     * @param state its name
     */
    List<String> keysWith(String state);

    /** {@return the model key that is current} */
    String currentKey();

    /**
     * Does something while another key is the current one.
     *
     * @param key of a model
     * @param action what to do
     * @throws Exception that of the action
     */
    void under(String key, Action action) throws Exception;

    /** {@return how far event time has come; epoch milliseconds} */
    long watermark();

    /**
     * Has {@link HostedMixture#onTime} called under the current key.
     *
     * @param time event time, epoch milliseconds
     */
    void setTimer(long time);

    /**
     * Forgets a timer of the current key.
     *
     * @param time for which it was set
     */
    void deleteTimer(long time);
  }

  /** Something to do under a key. */
  public interface Action {
    /**
     * Does it.
     *
     * @throws Exception when it fails
     */
    void run() throws Exception;
  }

  /** Receives what the job would write to its topics. */
  public interface Outputs {
    /**
     * Of an event.
     *
     * @param prediction never changed afterwards
     */
    void prediction(PredictionEvent prediction);

    /**
     * Something that happened to the mixture or its experts.
     *
     * @param event never changed afterwards
     */
    void driftEvent(DriftEvent event);

    /**
     * What could not be used.
     *
     * @param letter never changed afterwards
     */
    void deadLetter(DeadLetter letter);
  }

  private final Host host;
  private final Outputs outputs;
  private final MixtureFunction function;
  private final HostContext context;
  private final FeatureCodec codec;
  private final JobOptions.Topics topics;
  private final DeadLetters deadLetters;
  private final Clock clock = Clock.systemUTC();
  private final SingleObjectCodec<PredictionEvent> predictions =
      SingleObjectCodec.of(PredictionEvent.class);
  private final SingleObjectCodec<DriftEvent> driftEvents = SingleObjectCodec.of(DriftEvent.class);
  private final SingleObjectCodec<DeadLetter> letters = SingleObjectCodec.of(DeadLetter.class);

  /** Keys that have gauges, the first of this subtask. */
  private final Set<String> gauged = new HashSet<>();

  /** Those with records since their gauges were set. */
  private final Set<String> used = new LinkedHashSet<>();

  private final int mostGauged;

  /** Whether the files of models were written for the last time. */
  private boolean finished;

  private HostedMixture(
      JobOptions options, @Nullable ModelTemplate template, Host host, Outputs outputs) {
    this.host = host;
    this.outputs = outputs;
    this.function = MixtureFunction.of(options, template);
    this.context = new HostContext(function, host, this::prediction, this::output);
    this.codec = new FeatureCodec(options.schema().toStreamSchema());
    this.topics = options.topics();
    this.deadLetters = new DeadLetters(topics, options.schema());
    this.mostGauged = options.job().metricKeys();
  }

  /**
   * Checks what a host cannot do.
   *
   * @param options of a job
   * @throws IllegalArgumentException naming the key at fault
   */
  public static void check(JobOptions options) {
    if (options.labels().maxWait() != null) {
      throw new IllegalArgumentException(
          "labels.max-wait needs timers by the clock, which a function in SQL does not have");
    }
    if (options.router().backend().mayGather()) {
      throw new IllegalArgumentException(
          "router.backend: a function in SQL computes with java or simd, not with a device");
    }
    if (ModelSpec.of(options).fleet() != null) {
      throw new IllegalArgumentException(
          "learner.fleet needs the models of a fleet in one subtask, and SQL decides where keys are");
    }
    if (options.job().takesOverFrom() != null) {
      throw new IllegalArgumentException(
          "job.takes-over-from is for jobs that write to the same topics");
    }
    if (!options.learner().branches().isEmpty()) {
      throw new IllegalArgumentException(
          "learner.branches: a function in SQL has no rows for how branches do");
    }
    if (options.topics().control() != null) {
      throw new IllegalArgumentException(
          "topics.control: a function in SQL reads the rows of its statement, and no commands");
    }
    if (options.explanations().any()) {
      throw new IllegalArgumentException(
          (options.explanations().share() > 0
                  ? "explanations.share: 0 is needed"
                  : "explanations.on-request: false is needed")
              + ", since a function in SQL has no rows for explanations");
    }
    if (options.labels().budget() != null) {
      throw new IllegalArgumentException(
          "labels.budget: a function in SQL has no rows for questions");
    }
  }

  /**
   * Opens it on what the host has restored.
   *
   * @param options of the job that it stands for, as {@link #check} accepts them
   * @param template what new models begin as, as {@link ModelTemplate#of} has read it once for all
   *     subtasks; null where the options name none
   * @param host keeps the state
   * @param outputs receives what it says
   * @return for one subtask
   * @throws Exception when what was restored cannot go on under these options
   */
  public static HostedMixture open(
      JobOptions options, @Nullable ModelTemplate template, Host host, Outputs outputs)
      throws Exception {
    check(options);
    HostedMixture mixture = new HostedMixture(options, template, host, outputs);
    try {
      mixture.open(options.job().metricsInterval());
    } catch (Throwable failure) { // nobody else has it to close
      mixture.close();
      throw failure;
    }
    return mixture;
  }

  private void open(Duration metricsInterval) throws Exception {
    function.setRuntimeContext(host.context());
    function.open(DefaultOpenContext.INSTANCE);
    function.open(new Keys(host));
    every(function.models().parkingPeriodMillis(), now -> function.models().parkIdle(now) ? 0 : -1);
    every(
        metricsInterval.toMillis(),
        now -> {
          setGauges();
          return -1;
        });
    ModelPublisher publisher = function.publisher();
    if (publisher != null) {
      publish(publisher, publisher.everyMillis(), true);
    }
  }

  private void publish(ModelPublisher publisher, long inMillis, boolean beginsRound) {
    ProcessingTimeService service = host.clock();
    service.registerTimer(
        service.getCurrentProcessingTime() + inMillis,
        time -> {
          if (beginsRound) {
            publisher.beginRound();
          }
          long pause = publisher.goOn(function.models()::file);
          publish(publisher, pause > 0 ? pause : publisher.everyMillis(), pause == 0);
        });
  }

  /** Something to do from time to time. */
  private interface Periodic {
    /**
     * Returns in how many milliseconds to do it again, instead of after the whole period; or -1.
     */
    long run(long now) throws Exception;
  }

  private void every(long period, Periodic what) {
    in(period, period, what);
  }

  private void in(long millis, long period, Periodic what) {
    ProcessingTimeService service = host.clock();
    service.registerTimer(
        service.getCurrentProcessingTime() + millis,
        time -> {
          long sooner = what.run(service.getCurrentProcessingTime());
          in(sooner < 0 ? period : sooner, period, what);
        });
  }

  private void setGauges() throws Exception {
    for (String key : used) {
      host.under(key, () -> function.setGauges(context));
    }
    used.clear();
  }

  /**
   * Takes features, and their label where it is known. What is wrong with them becomes a dead
   * letter.
   *
   * @param modelKey that of the current key
   * @param eventId unique under the model key
   * @param eventTime epoch milliseconds
   * @param features as {@link FeatureCodec} takes them
   * @param label the class; null where it is not known
   * @throws Exception a failure that is no fault of the record
   */
  public void features(
      @Nullable String modelKey,
      @Nullable String eventId,
      @Nullable Long eventTime,
      List<@Nullable Object> features,
      @Nullable String label)
      throws Exception {
    String fault = fault(modelKey, eventId, eventTime);
    if (fault != null || modelKey == null || eventId == null || eventTime == null) {
      reject(topics.features(), modelKey, eventId, String.valueOf(fault));
      return;
    }
    SourceRecord.Features record;
    try {
      record =
          new SourceRecord.Features(
              modelKey,
              eventId,
              eventTime,
              0,
              -1,
              codec.toFeatures(features),
              label == null ? -1 : codec.toLabel(label),
              EventDecoder.micros(clock.instant()));
    } catch (InvalidEventException e) {
      reject(topics.features(), modelKey, eventId, String.valueOf(e.getMessage()));
      return;
    }
    function.processElement1(record, context, context);
    use(record.modelKey());
  }

  /**
   * Takes the label of an event. What is wrong with it becomes a dead letter.
   *
   * @param modelKey that of the current key
   * @param eventId that of the event
   * @param eventTime epoch milliseconds
   * @param label the class
   * @throws Exception a failure that is no fault of the record
   */
  public void label(
      @Nullable String modelKey,
      @Nullable String eventId,
      @Nullable Long eventTime,
      @Nullable String label)
      throws Exception {
    String fault = fault(modelKey, eventId, eventTime);
    if (fault != null || modelKey == null || eventId == null || eventTime == null) {
      reject(topics.labels(), modelKey, eventId, String.valueOf(fault));
      return;
    }
    SourceRecord.Label record;
    try {
      record = new SourceRecord.Label(modelKey, eventId, eventTime, 0, -1, codec.toLabel(label));
    } catch (InvalidEventException e) {
      reject(topics.labels(), modelKey, eventId, String.valueOf(e.getMessage()));
      return;
    }
    function.processElement2(record, context, context);
    use(record.modelKey());
  }

  private void use(String modelKey) {
    if (gauged.contains(modelKey) || gauged.size() < mostGauged && gauged.add(modelKey)) {
      used.add(modelKey);
    }
  }

  private static @Nullable String fault(
      @Nullable String modelKey, @Nullable String eventId, @Nullable Long eventTime) {
    if (modelKey == null) {
      return "the model key is missing";
    }
    if (eventId == null) {
      return "the event id is missing";
    }
    return eventTime == null
        ? "the event time is missing"
        : RecordLimits.fault(modelKey, eventId, eventTime);
  }

  private void reject(
      String topic, @Nullable String modelKey, @Nullable String eventId, String fault) {
    String reason =
        eventId == null ? fault : "event id %s: %s".formatted(QuotedText.of(eventId), fault);
    byte[] key = modelKey == null ? null : modelKey.getBytes(StandardCharsets.UTF_8);
    output(
        MixtureFunction.DEAD_LETTERS,
        deadLetters.of(topic, 0, -1, DeadLetterKind.INVALID, reason, key, null));
  }

  /**
   * Does what is due at an event time, under the current key.
   *
   * @param time for which {@link Host#setTimer} was called
   * @throws Exception a failure that is no fault of a record
   */
  public void onTime(long time) throws Exception {
    function.onTimer(time, context, context);
    ModelPublisher publisher = function.publisher();
    // the input has ended: every other timer was before, under all keys, so no model learns more
    if (time == Long.MAX_VALUE && publisher != null && !finished) {
      finished = true;
      publisher.finish(function.models()::file);
    }
  }

  @Override
  public void close() {
    function.close();
  }

  private void prediction(OutputRecord record) {
    outputs.prediction(decoded(predictions, record));
  }

  private void output(OutputTag<?> tag, OutputRecord record) {
    if (tag.equals(MixtureFunction.DRIFT_EVENTS)) {
      outputs.driftEvent(decoded(driftEvents, record));
    } else if (tag.equals(MixtureFunction.DEAD_LETTERS)) {
      outputs.deadLetter(decoded(letters, record));
    } // metrics are gauges here
  }

  private static <T extends SpecificRecord> T decoded(
      SingleObjectCodec<T> codec, OutputRecord record) {
    try {
      return codec.decode(record.value());
    } catch (WireFormatException e) {
      throw new IllegalStateException("an output of the mixture cannot be read", e);
    }
  }

  /** The keys of the host, as the mixture asks for them. */
  private record Keys(Host host) implements ModelKeys {
    @Override
    public List<String> withState(String state) {
      return host.keysWith(state);
    }

    @Override
    public String current() {
      return host.currentKey();
    }

    @Override
    public void under(String key, Action action) throws Exception {
      host.under(key, action::run);
    }
  }
}
