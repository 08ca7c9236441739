// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.functions.DefaultOpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.heap.HeapKeyedStateBackend;
import org.jspecify.annotations.Nullable;

/**
 * The operator of a job, fed by hand: what waits, what comes twice and what is too late is decided
 * by the code of the job itself. For one thread.
 */
final class ReplayedMixture implements AutoCloseable {
  private static final OutputRecord NOTHING = new OutputRecord(null, new byte[0]);

  private final MixtureFunction function;
  private final HeapKeyedStateBackend<String> state;
  private final CloseableRegistry open;
  private final StateKeys stateKeys;
  private final ReplayHost host;
  private final HostContext context;
  private final LearnWatch watch;
  private final Another another;
  private @Nullable PendingPrediction told;
  private int learned;
  private @Nullable PendingPrediction learnedLast;

  /** Whether the job asked for the label of the event that is processed; null where unknown. */
  private @Nullable Boolean asked;

  private boolean supposesLabel;

  /** Of the event that is processed. */
  private int loadLevel;

  private ReplayedMixture(
      JobOptions options,
      @Nullable ModelTemplate template,
      JobID job,
      int keyGroups,
      HeapKeyedStateBackend<String> state,
      CloseableRegistry open,
      LearnWatch watch,
      Another another) {
    this.another = another;
    this.state = state;
    this.open = open;
    this.watch = watch;
    this.function = MixtureFunction.watched(options, template, Encoder::new, new Watch());
    this.stateKeys = function.stateKeys();
    this.host = new ReplayHost(new ReplayContext(job, "replay", keyGroups, state), state);
    this.context = new HostContext(function, host, prediction -> {}, (tag, record) -> {});
  }

  /**
   * Opens one.
   *
   * @param options {@linkplain JobOptions#forReplay for a replay}
   * @param template what new models begin as; null where the options name none
   * @param job whose memory it shares with others of the same
   * @param saved keyed state to go on from; empty to begin anew
   * @param keyGroups the max parallelism of the job
   * @param range of those whose keys this one gets
   * @param watch is told what is learned
   * @throws Exception when the saved state cannot go on under these options
   */
  static ReplayedMixture open(
      JobOptions options,
      @Nullable ModelTemplate template,
      JobID job,
      Collection<KeyedStateHandle> saved,
      int keyGroups,
      KeyGroupRange range,
      LearnWatch watch)
      throws Exception {
    CloseableRegistry open = new CloseableRegistry();
    HeapKeyedStateBackend<String> state =
        SavepointReader.restore(SavepointReader.parts(saved, range), keyGroups, range, open);
    ReplayedMixture mixture =
        new ReplayedMixture(
            options,
            template,
            job,
            keyGroups,
            state,
            open,
            watch,
            ofJob ->
                open(options, template, ofJob, saved, keyGroups, range, (prediction, label) -> {}));
    try {
      mixture.function.setRuntimeContext(mixture.host.context());
      mixture.function.open(DefaultOpenContext.INSTANCE);
      mixture.function.open(mixture.new Keys());
    } catch (Throwable failure) { // nobody else has it to close
      mixture.close();
      throw failure;
    }
    return mixture;
  }

  /** Opens one on the same saved state. */
  private interface Another {
    ReplayedMixture open(JobID job) throws Exception;
  }

  /**
   * Opens one on what this one was opened on, of which nobody is told anything.
   *
   * @param job whose memory it shares with others of the same
   */
  ReplayedMixture another(JobID job) throws Exception {
    return another.open(job);
  }

  /** All that is kept under a key. */
  KeyedParts parts(String modelKey) throws Exception {
    return KeyedParts.read(state, function.spec(), stateKeys.of(modelKey));
  }

  /** The keys of the state, as the mixture asks for them. */
  private final class Keys implements ModelKeys {
    @Override
    public List<String> withState(String name) {
      return host.keysWith(name);
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

  /** Takes note of predictions; nobody reads their records. */
  private final class Encoder extends OutputEncoder {
    private Encoder(List<String> classes) {
      super(classes);
    }

    @Override
    OutputRecord prediction(
        SourceRecord.Features event, PendingPrediction prediction, long nowMicros) {
      told = prediction;
      watch.predicted(event, prediction);
      return NOTHING;
    }
  }

  /** Takes note of labels. */
  private final class Watch implements LearnWatch {
    @Override
    public void learned(PendingPrediction prediction, int label) {
      learned++;
      learnedLast = prediction;
      watch.learned(prediction, label);
    }

    @Override
    public int loadLevel(int own) {
      return loadLevel;
    }

    /** The replay may process an early label later than the job did, whose answer counts. */
    @Override
    public boolean isLabelHere(boolean isHere) {
      boolean was = asked == null ? isHere : !asked;
      supposesLabel = was && !isHere;
      return was;
    }
  }

  /**
   * Processes an event whose prediction is not known.
   *
   * @return its prediction; null where it is none that the job predicts
   */
  @Nullable PendingPrediction event(SourceRecord.Features event) throws Exception {
    return event(event, null);
  }

  /** At which level of load the event is predicted that is processed. */
  int loadLevel() {
    return loadLevel;
  }

  /** The level of load at which the job made the predictions that follow. */
  void atLoadLevel(int level) {
    loadLevel = level;
  }

  /**
   * Processes an event.
   *
   * @param wasAsked whether the job asked for its label; null where that is not known
   * @return its prediction; null where it is none that the job predicts
   */
  @Nullable PendingPrediction event(SourceRecord.Features event, @Nullable Boolean wasAsked)
      throws Exception {
    asked = wasAsked;
    supposesLabel = false;
    told = null;
    learned = 0;
    state.setCurrentKey(stateKeys.of(event.modelKey()));
    function.processElement1(event, context, context);
    return told;
  }

  /** Whether an event is one that came before, and is not predicted again. */
  boolean isKnown(SourceRecord.Features event) throws IOException {
    state.setCurrentKey(stateKeys.of(event.modelKey()));
    return function.isKnown(event, context);
  }

  /** Processes a label. */
  void label(SourceRecord.Label label) throws Exception {
    learned = 0;
    state.setCurrentKey(stateKeys.of(label.modelKey()));
    function.processElement2(label, context, context);
  }

  /**
   * Whether the label of the latest event would have been asked for if the job, which did not, had
   * not had it already: then it is the next that is learned.
   */
  boolean supposesLabel() {
    return supposesLabel;
  }

  /** Whether a model has been told to learn nothing: then no label can be seen to be learned. */
  boolean isFrozen(String modelKey) throws Exception {
    String key = stateKeys.of(modelKey);
    state.setCurrentKey(key);
    ModelState model = function.models().get(key);
    return model != null && model.frozen;
  }

  /** Whether this prediction is the one whose label was learned last. */
  boolean hasJustLearned(PendingPrediction prediction) {
    return learnedLast == prediction;
  }

  /** How many labels the latest record had the model learn. */
  int learned() {
    return learned;
  }

  /** Model keys that have something in a restored state. */
  List<String> restoredKeys() {
    return host.keysWith(LabelJoin.JOIN_STATE).stream()
        .filter(key -> !stateKeys.isCommon(key))
        .map(stateKeys::modelKey)
        .toList();
  }

  /** How many labels the model of a key has learned; 0 where it has none yet. */
  long version(String modelKey) throws Exception {
    MixtureOfExperts mixture = mixture(modelKey);
    return mixture == null ? 0 : mixture.version();
  }

  /** The model of a key; null where it has none yet. */
  @Nullable MixtureOfExperts mixture(String modelKey) throws Exception {
    String key = stateKeys.of(modelKey);
    state.setCurrentKey(key);
    ModelState model = function.models().get(key);
    return model == null ? null : model.mixture;
  }

  /** The model of a key as a model file holds it; null where it has none yet. */
  byte @Nullable [] file(String modelKey) throws Exception {
    return function.models().file(stateKeys.of(modelKey));
  }

  /** Takes out what waited for event time when the state was saved, in its order. */
  List<SourceRecord.Keyed> takeBuffered(String modelKey) throws IOException {
    state.setCurrentKey(stateKeys.of(modelKey));
    List<SourceRecord.Keyed> records = new ArrayList<>();
    try {
      MapState<Long, List<SourceRecord>> buffer =
          state.getPartitionedState(
              VoidNamespace.INSTANCE,
              VoidNamespaceSerializer.INSTANCE,
              EventTimeBuffer.descriptor());
      for (List<SourceRecord> sameTime : buffer.values()) {
        sameTime.forEach(record -> records.add((SourceRecord.Keyed) record));
      }
      buffer.clear();
    } catch (Exception e) {
      throw new UnreadableException("the state cannot be read: " + FailureMessage.of(e), e);
    }
    records.sort(Comparator.comparing(SourceRecord.Keyed::offset));
    return records;
  }

  @Override
  public void close() throws IOException {
    function.close();
    state.dispose();
    open.close();
  }
}
