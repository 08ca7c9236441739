// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.jspecify.annotations.Nullable;

/**
 * The models of one subtask, each under its key in Flink's keyed state: how many there may be, and
 * which of them are parked.
 *
 * <p>Parking changes no bit of what is predicted, so the clock and the memory of the process may
 * decide about it. Which model is dropped follows from the order of the records alone: each use of
 * a model has a number, larger than all before, that is kept with it. The number is the time in
 * microseconds where that is larger, so that those of several subtasks compare.
 */
final class KeyedModels implements AutoCloseable {
  private static final int PARKED_AT_ONCE = 16;

  /** One in so many keys that have labels only is dropped where there are too many. */
  private static final int PARTS = 16;

  private final ModelSpec spec;
  private final StateKeys stateKeys;

  /** What new models begin as; null where they have learned nothing. */
  private final @Nullable ModelTemplate template;

  private final JobOptions.Models options;
  private final int most;
  private final ValueState<ModelSlot> slots;
  private final JobMemory.Share share;
  private final Counter refused;
  private final Counter dropped;

  /** The keys of all models, those that were not used for longest first. */
  private final LinkedHashSet<String> byUse = new LinkedHashSet<>();

  /** The models that are not parked, likewise. */
  private final LinkedHashMap<String, Unparked> unparked = new LinkedHashMap<>();

  /** Keys that have labels and no model. */
  private final Set<String> labelsOnly = new HashSet<>();

  private @Nullable ModelKeys keys;
  private @Nullable ModelSpec latestSaved;
  private long latestUse;

  /** The key at the end of both orders, whose next use changes neither; "" where none is. */
  private String latestKey = "";

  private static final class Unparked {
    /** As the state has handed it out last. */
    private ModelSlot slot;

    private long bytes;

    private Unparked(ModelSlot slot) {
      this.slot = slot;
    }
  }

  /** Ends a model that is dropped, under its key. */
  interface Farewell {
    void say(ModelSlot model) throws Exception;
  }

  /** The labels of the current key, which has no model. */
  interface LabelsOnly {
    /** When that began to wait which waits for longest, in event time. */
    long since() throws Exception;

    /** Gives all of them up. */
    void drop() throws Exception;
  }

  /**
   * @param subtasks of the job, which have equal parts of the models that there may be
   */
  KeyedModels(
      RuntimeContext context,
      MetricGroup group,
      ModelSpec spec,
      StateKeys stateKeys,
      @Nullable ModelTemplate template,
      JobOptions.Models options,
      int subtasks) {
    this.spec = spec;
    this.stateKeys = stateKeys;
    this.template = template;
    this.options = options;
    this.most = (options.max() + subtasks - 1) / subtasks;
    this.slots =
        context.getState(
            new ValueStateDescriptor<>(
                MixtureFunction.MODEL_STATE, new ModelStateSerializer(spec)));
    this.share = JobMemory.open(context.getJobInfo().getJobId());
    this.refused = JobMetric.REFUSED_RECORDS.counter(group);
    this.dropped = JobMetric.DROPPED_MODELS.counter(group);
    JobMetric.LIVE_MODELS.gauge(group, this::live);
    JobMetric.PARKED_MODELS.gauge(group, this::parked);
  }

  /** The memory of this subtask, until this is closed. */
  JobMemory.Share memory() {
    return share;
  }

  /** Takes note of the models that were restored. */
  void open(ModelKeys all) throws Exception {
    keys = all;
    Map<String, Long> uses = new LinkedHashMap<>();
    for (String key : all.withState(MixtureFunction.MODEL_STATE)) {
      all.under(
          key,
          () -> {
            ModelSlot slot = slots.value();
            requireGoesOn(slot);
            uses.put(key, slot.lastUse());
            latestUse = Math.max(latestUse, slot.lastUse());
            if (slot.isParked()) {
              share.addParked(slot.heapBytes());
            } else {
              unparked.put(key, new Unparked(slot));
            }
          });
    }
    // in this order, whatever that of the state was
    List<String> sorted = new ArrayList<>(uses.keySet());
    sorted.sort(
        Comparator.comparing((String key) -> Objects.requireNonNull(uses.get(key)))
            .thenComparing(Comparator.naturalOrder()));
    byUse.addAll(sorted);
    for (String key : sorted) {
      Unparked model = unparked.remove(key);
      if (model != null) {
        unparked.put(key, model);
        weigh(model);
      }
    }
    for (String key : all.withState(LabelJoin.JOIN_STATE)) {
      if (!byUse.contains(key)) {
        labelsOnly.add(key);
      }
    }
  }

  /** A model may say what its savepoint does not: the settings that a preset stood for. */
  private void requireGoesOn(ModelSlot slot) {
    ModelSpec saved = slot.spec();
    if (saved.equals(latestSaved) || saved.equals(spec)) {
      return;
    }
    String refusal = spec.refusalOf(saved);
    if (!refusal.isEmpty()) {
      throw new SuppressRestartsException(new IllegalArgumentException(refusal));
    }
    latestSaved = saved;
  }

  /** The key that is current, whatever key a timer has. */
  String currentKey() {
    return Objects.requireNonNull(keys, "not open").current();
  }

  /** The model of the current key, live and under the settings of this job; null for none. */
  @Nullable ModelState get(String key) throws IOException {
    ModelSlot slot = slots.value();
    if (slot == null) {
      return null;
    }
    long parked = slot.isParked() ? slot.heapBytes() : 0;
    ModelState state = slot.state(spec);
    share.addParked(-parked);
    Unparked model = unparked.get(key);
    if (model == null) {
      unparked.put(key, new Unparked(slot));
      latestKey = "";
    } else {
      model.slot = slot;
    }
    return state;
  }

  /** A new model under the current key, which has none. */
  ModelState create(String key) throws IOException {
    boolean common = stateKeys.isCommon(key);
    ModelSpec own = common ? spec.inCommon() : spec;
    ModelState state =
        template == null ? ModelState.create(own) : ModelState.begin(own, template.copy(own));
    ModelSlot slot = common ? ModelSlot.inCommon(state) : ModelSlot.of(state);
    slots.update(slot);
    labelsOnly.remove(key);
    byUse.add(key);
    unparked.put(key, new Unparked(slot));
    latestKey = "";
    return slot.state(spec);
  }

  /**
   * Has the live model of the current key begin anew, as one that the key has not had before; what
   * commands have left of it stays.
   *
   * @return the new model, to be {@linkplain #update stored}
   */
  ModelState replace(String key) throws IOException {
    Unparked former = Objects.requireNonNull(unparked.get(key), "a live model");
    ModelState before = former.slot.state(spec);
    long lastUse = former.slot.lastUse();
    share.add(-former.bytes);
    ModelState state = create(key);
    Objects.requireNonNull(unparked.get(key), "it was made").slot.usedAt(lastUse);
    state.frozen = before.frozen;
    state.commandsSeen = before.commandsSeen;
    state.generation = before.takeNumber();
    state.lastEventTime = before.lastEventTime; // its key has had these events
    state.takeQuestions(before);
    for (Branch branch : before.branches.all()) {
      if (branch.whyDropped().equals(BranchKeeper.BY_COMMAND) && !branch.isFormer()) {
        state.branches.put(branch); // and does not begin anew
      }
    }
    return state;
  }

  /** Has another model take the place of the live one of the current key, which goes on with it. */
  void exchange(String key, ModelState next) throws IOException {
    Unparked former = Objects.requireNonNull(unparked.get(key), "a live model");
    ModelSlot slot = ModelSlot.of(next);
    slot.usedAt(former.slot.lastUse());
    slots.update(slot);
    former.slot = slot;
  }

  /**
   * Takes note that a record of the current key was processed, whose model is live.
   *
   * @param now processing time in ms
   */
  void used(String key, long now) {
    Unparked model = Objects.requireNonNull(unparked.get(key), "a live model");
    latestUse = Math.max(latestUse + 1, now * 1_000);
    model.slot.usedAt(latestUse);
    if (!key.equals(latestKey)) {
      unparked.remove(key);
      unparked.put(key, model);
      byUse.remove(key);
      byUse.add(key);
      latestKey = key;
    }
  }

  /** Whether the model of a key is there and not parked. */
  boolean isLive(String key) {
    return unparked.containsKey(key);
  }

  /** Does something under the key of another model. */
  void under(String key, ModelKeys.Action action) throws Exception {
    Objects.requireNonNull(keys, "not open").under(key, action);
  }

  /** Stores the model of the current key, which is live, and parks others if it takes too much. */
  void update(String key) throws IOException {
    Unparked model = Objects.requireNonNull(unparked.get(key), "a live model");
    slots.update(model.slot);
    weigh(model);
    while (share.isOver(mostLiveBytes()) && unparked.size() > 1) {
      Iterator<String> longestUnused = unparked.keySet().iterator();
      String first = longestUnused.next();
      park(first.equals(key) ? longestUnused.next() : first);
    }
  }

  private void weigh(Unparked model) throws IOException {
    long bytes = model.slot.heapBytes();
    if (bytes != model.bytes) {
      share.add(bytes - model.bytes);
      model.bytes = bytes;
    }
  }

  private void park(String key) throws IOException {
    Unparked model = Objects.requireNonNull(unparked.remove(key), "a live model");
    latestKey = "";
    share.add(-model.bytes);
    model.slot.park();
    share.addParked(model.slot.heapBytes());
  }

  private long mostLiveBytes() {
    Long given = options.liveBytes();
    return given == null ? share.limit() : given;
  }

  /** How often {@link #parkIdle} is to be called. */
  long parkingPeriodMillis() {
    return Math.min(60_000, Math.max(1_000, options.parkAfter().toMillis() / 4));
  }

  /**
   * Parks some of the models that have had no record for {@code models.park-after}: a large one
   * takes tens of milliseconds, and the subtask does nothing else meanwhile.
   *
   * @param now processing time in ms
   * @return whether there may be more of them
   */
  boolean parkIdle(long now) throws IOException {
    long last = (now - options.parkAfter().toMillis()) * 1_000;
    List<String> idle = new ArrayList<>(PARKED_AT_ONCE);
    for (Map.Entry<String, Unparked> model : unparked.entrySet()) {
      if (model.getValue().slot.lastUse() <= last && idle.size() < PARKED_AT_ONCE) {
        idle.add(model.getKey());
      }
    }
    for (String key : idle) {
      park(key);
    }
    return idle.size() == PARKED_AT_ONCE;
  }

  boolean has(String key) {
    return byUse.contains(key);
  }

  /** The keys of all models, those that were not used for longest first. */
  List<String> keys() {
    return List.copyOf(byUse);
  }

  /** The same, as long as no record is processed: a view. */
  Set<String> keysNow() {
    return Collections.unmodifiableSet(byUse);
  }

  /**
   * The model of a key, which need not be the current one, as a {@link
   * io.driftmoe.router.models.ModelFile} holds it; null where it has none. A parked model stays
   * parked.
   */
  byte @Nullable [] file(String key) throws Exception {
    if (!byUse.contains(key)) {
      return null;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 16);
    Unparked model = unparked.get(key);
    if (model != null) {
      model.slot.writeFile(stateKeys.modelKey(key), spec, bytes);
    } else {
      Objects.requireNonNull(keys, "not open")
          .under(key, () -> slots.value().writeFile(stateKeys.modelKey(key), spec, bytes));
    }
    return bytes.toByteArray();
  }

  /** Up to which number the model of a key has taken commands. A parked model stays parked. */
  long commandsSeen(String key) throws Exception {
    AtomicLong seen = new AtomicLong();
    under(key, () -> seen.set(slots.value().commandsSeen()));
    return seen.get();
  }

  /**
   * Makes room for models of keys that have none.
   *
   * @param models how many, fewer than there may be
   * @param kept key of a model that they need, which is not dropped for them; "" for none
   * @param farewell to the model that is dropped for it, if one is
   * @return whether there may be such models; if not, the record counts as refused
   */
  boolean admit(int models, String kept, Farewell farewell) throws Exception {
    while (byUse.size() > most - models) {
      if (options.whenFull() == WhenFull.REFUSE) {
        refused.inc();
        return false;
      }
      Iterator<String> longestUnused = byUse.iterator();
      String first = longestUnused.next();
      drop(first.equals(kept) ? longestUnused.next() : first, farewell);
    }
    return true;
  }

  /**
   * Whether a label may wait for the first event of its key; if not, it counts as refused. There
   * may be as many keys with labels only as there may be models; beyond that, some go whose labels
   * have waited for longest.
   */
  boolean admitLabel(String key, LabelsOnly labels) throws Exception {
    if (labelsOnly.contains(key)) {
      return true;
    }
    if (options.whenFull() == WhenFull.REFUSE && byUse.size() >= most) {
      refused.inc();
      return false;
    }
    if (labelsOnly.size() >= most) {
      dropLabels(labels);
    }
    labelsOnly.add(key);
    return true;
  }

  private void dropLabels(LabelsOnly labels) throws Exception {
    ModelKeys all = Objects.requireNonNull(keys, "not open");
    Map<String, Long> since = new HashMap<>();
    for (String key : labelsOnly) {
      all.under(key, () -> since.put(key, labels.since()));
    }
    List<String> sorted = new ArrayList<>(labelsOnly);
    sorted.sort(
        Comparator.comparing((String key) -> Objects.requireNonNull(since.get(key)))
            .thenComparing(Comparator.naturalOrder()));
    // several, because all had to be visited
    for (String key : sorted.subList(0, (sorted.size() + PARTS - 1) / PARTS)) {
      all.under(key, labels::drop);
      labelsOnly.remove(key);
    }
  }

  /** Takes note that nothing is kept any longer of a key that has no model. */
  void forget(String key) {
    labelsOnly.remove(key);
  }

  private void drop(String key, Farewell farewell) throws Exception {
    Objects.requireNonNull(keys, "not open")
        .under(
            key,
            () -> {
              ModelSlot slot = slots.value();
              if (slot.isParked()) {
                share.addParked(-slot.heapBytes());
              }
              farewell.say(slot);
              slots.clear();
            });
    byUse.remove(key);
    latestKey = "";
    Unparked model = unparked.remove(key);
    if (model != null) {
      share.add(-model.bytes);
    }
    dropped.inc();
  }

  /** Why a record is refused, or a model dropped. */
  String full() {
    return "models.max = %s are reached (%s in this subtask)".formatted(options.max(), most);
  }

  /** Models that are not parked. */
  int live() {
    return unparked.size();
  }

  int parked() {
    return byUse.size() - unparked.size();
  }

  /** Records that were refused since the start. */
  long refused() {
    return refused.getCount();
  }

  @Override
  public void close() {
    share.close();
  }
}
