// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.MemberUse;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.core.Structure;
import io.driftmoe.drift.AdwinFactory;
import io.driftmoe.drift.DetectorFactory;
import io.driftmoe.gates.GateFactory;
import io.driftmoe.gates.GateProduct;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkShape;
import io.driftmoe.networks.StepQueue;
import io.driftmoe.router.PartFailure.Part;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * An online mixture of experts: a gate and a pool of incremental learners that learn together,
 * event by event (Aspis, Cajas Ordóñez, Suárez-Cetrulo, Simón Carbajo: DriftMoE, arXiv 2507.18464).
 *
 * <p>{@link #predict} sees features only. When the label comes, at once or late, {@link #learn}
 * tests the stored prediction, then feeds the drift detector, then trains the gate and the experts.
 * Labels may come late and in any order, or never.
 *
 * <p>A young mixture is its lessons: as long as it has learned few events, it can make everything
 * else again from them. So its snapshot is small, and where there are many young mixtures, only the
 * ones in use take much memory.
 *
 * <p>Deterministic: equal configuration, schema and calls give bit-identical results, on any
 * platform, also across {@link #writeSnapshot} and {@link #restore}. Not thread-safe.
 */
public final class MixtureOfExperts {
  /** The level of load at which fewest experts are asked: one. */
  public static final int MOST_LOAD_LEVEL = LoadLevels.MOST;

  private static final String TAG = "MOE_";

  /**
   * Version 2 added gates and experts of several kinds, and the life cycle; version 3 the
   * attendance; version 4 begins with the {@link MixtureHead}, and its parts hold no configuration;
   * version 5 says whether lessons follow or the parts; version 6 tells heavy tails before parts;
   * version 7 has the length of each part before it; version 8 ends with the reference; version 9
   * with all that alarms are made of, the reference among it. Version 10 says of a young mixture
   * from which lesson on it is evaluated; it was written only where that is not the first, version
   * 9 otherwise. Version 11 always says it, and ends with what corrects probabilities and chooses
   * classes. Version 12 ends with what a fleet knows of labels; it is written only where there is
   * any, version 11 otherwise. Version 13 always says that, and ends with the {@link FurtherParts};
   * it is written only where there are any, version 11 or 12 otherwise.
   */
  private static final int VERSION = 13;

  /** The last version that had no further parts. */
  private static final int VERSION_WITHOUT_FURTHER = 12;

  /** The last version that said nothing of fleets. */
  private static final int VERSION_WITHOUT_FLEETS = 11;

  /** The last version of which a young mixture was evaluated from its first lesson on. */
  private static final int VERSION_WITHOUT_UNSCORED = 9;

  /** The last version that had its configuration in words. */
  private static final int VERSION_WITH_WORDS = 3;

  /** The first version in which a part that cannot be read need not cost the others. */
  private static final int VERSION_WITH_LENGTHS = 7;

  /** A mixture that has learned more than so many events is no longer its lessons. */
  static final int MOST_LESSONS = 128;

  /** A mixture that has learned more than so many events keeps its parts. */
  static final int LESSONS_WITHOUT_PARTS = 16;

  /**
   * A mixture that has had to make its parts so often keeps them. It bounds the time that is spent
   * on making parts again where young mixtures are used in turns.
   */
  private static final int MOST_REPETITIONS = 32;

  /** Of the configured seed: the part of it that dropout and attendance draw from. */
  private static final int DROPOUT_SEED = 1;

  private static final double ENTROPY_RATE = 1e-3;

  private static final double UNKNOWN = -1;

  private final MixtureConfig config;
  private final StreamSchema schema;

  /** Say what was saved: parts by the names of their kinds. */
  private final DocumentCodec documents;

  private final DetectorFactory detectors;
  private final FailureGuard guard;
  private final Guarded<PrequentialEvaluator> evaluator;
  private final FurtherParts further;

  /** Null where predictions have no sets. */
  private final @Nullable Guarded<PredictionSets> sets;

  /** Null where nothing estimates the accuracy of what waits. */
  private final @Nullable Guarded<AccuracyEstimate> estimate;

  /** Null where nothing watches inputs and predictions. */
  private final @Nullable Guarded<InputWatch> watch;

  /** Of the latest prediction; no part of a snapshot. */
  private List<EarlyAlarm> earlyAlarms = List.of();

  private final long dropoutSeed;

  /**
   * All that has been learned, in order; null when it is too much, or when the parts do not follow
   * from it.
   */
  private @Nullable List<Lesson> lessons;

  /** So many of the lessons, the first ones, came before its evaluation began anew. */
  private int unscored;

  /** How the parts read the features; as they are where lessons are kept. */
  private HeavyTails tails = HeavyTails.NONE;

  /** Null while others may have the memory: see {@link RecentParts}. */
  private @Nullable MixtureParts kept;

  private WeakReference<@Nullable MixtureParts> recent = new WeakReference<>(null);

  /** How often the parts have been made again. */
  private int repetitions;

  /** As of some lesson, so that whoever asks for it need not have the parts made again. */
  private @Nullable ExpertUse use;

  /** Null until somebody asks for them. */
  private @Nullable ExpertNames names;

  private long predictions;
  private double entropy;

  // What computes the networks.
  private NetworkScope scope = NetworkScope.GATES;
  private @Nullable NetworkBackend backend;
  private @Nullable StepQueue queue;

  /** The model in common with others; null for none. */
  private @Nullable MixtureOfExperts common;

  /** Of the model in common: what its fleet knows of labels. Null where none has told it any. */
  private @Nullable Guarded<FleetLabels> taught;

  /** What a young one began with: what its fleet knew of labels then. Null for nothing. */
  private @Nullable Guarded<FleetLabels> inherited;

  /** Null to have failures of parts thrown. */
  private @Nullable Consumer<PartFailure> failures;

  /** A mixture that is its lessons. */
  private MixtureOfExperts(
      MixtureConfig config,
      DocumentCodec documents,
      StreamSchema schema,
      DetectorFactory detectors,
      List<Lesson> lessons,
      int unscored) {
    this(
        config,
        documents,
        schema,
        detectors,
        new PrequentialEvaluator(schema.classes(), config.evaluationWindow()),
        new FailureGuard());
    this.lessons = lessons;
    this.unscored = unscored;
    for (Lesson lesson : lessons.subList(unscored, lessons.size())) {
      evaluator.get().add(lesson.label(), lesson.prediction().predictedClass());
    }
  }

  /** A mixture without lessons. */
  private MixtureOfExperts(
      MixtureConfig config,
      DocumentCodec documents,
      StreamSchema schema,
      DetectorFactory detectors,
      PrequentialEvaluator evaluator,
      FailureGuard guard) {
    this.config = config;
    this.documents = documents;
    this.schema = schema;
    this.detectors = detectors;
    this.guard = guard;
    this.evaluator =
        new Guarded<>(
            Part.EVALUATION,
            guard,
            () -> new PrequentialEvaluator(schema.classes(), config.evaluationWindow()),
            PrequentialEvaluator::writeSnapshot,
            evaluator);
    this.further = new FurtherParts(config, schema, guard);
    this.sets = further.find(PredictionSets.KIND);
    this.estimate = further.find(AccuracyEstimate.KIND);
    this.watch = further.find(InputWatch.KIND);
    this.dropoutSeed = SplitMix64.derive(config.seed(), DROPOUT_SEED);
  }

  /**
   * Makes a mixture that has learned nothing.
   *
   * @param config how it learns
   * @param schema the attributes and classes of its events
   * @return the mixture; equal arguments and calls give bit-identical predictions
   * @throws IllegalArgumentException when the configuration does not fit the schema
   */
  public static MixtureOfExperts create(MixtureConfig config, StreamSchema schema) {
    config.requireMemory(schema);
    return create(config, schema, new AdwinFactory(config.detectorDelta()));
  }

  static MixtureOfExperts create(
      MixtureConfig config, StreamSchema schema, DetectorFactory detectors) {
    MixtureOfExperts mixture =
        new MixtureOfExperts(
            config, MixtureDocument.CODEC, schema, detectors, new ArrayList<>(), 0);
    mixture.hold(MixtureParts.create(config, schema, detectors, mixture.guard));
    return mixture;
  }

  /**
   * Restores the mixture that a snapshot holds; it continues bit for bit like the one that wrote
   * it, if it was written under the same configuration. Settings that may change on a saved
   * mixture, which {@link SettingChanges} tells, may be others: the new values count from now on.
   *
   * @param config configuration under which the mixture goes on
   * @param schema under which the snapshot was written
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @return the restored mixture
   * @throws IOException when the bytes are truncated, of an unknown version, or were written under
   *     another schema or a configuration that differs in more than such settings
   */
  public static MixtureOfExperts restore(MixtureConfig config, StreamSchema schema, DataInput in)
      throws IOException {
    return restore(config, MixtureDocument.CODEC, schema, in);
  }

  /**
   * The configuration that a mixture was saved with, whatever presets mean today.
   *
   * @param in stands at the first byte of a snapshot; it is left somewhere inside, and not closed
   * @return the configuration
   * @throws IOException when the bytes are no snapshot of a known version, or name a setting that
   *     this build does not have, or end
   */
  public static MixtureConfig savedConfig(DataInput in) throws IOException {
    int found = SnapshotHeader.read(in, TAG, VERSION);
    return found <= VERSION_WITH_WORDS
        ? OldMixtureHead.readConfig(in, found, MixtureDocument.CODEC)
        : MixtureHead.readConfig(in, MixtureDocument.CODEC);
  }

  /**
   * Like {@link #restore(MixtureConfig, StreamSchema, DataInput)}, but where a part of the mixture
   * cannot be read, a gate, an expert, the detector or another, a fresh one takes its place: {@link
   * #containFailures} has it reported. That does not go for parts that were written under other
   * settings, nor for snapshots of older versions.
   *
   * @param config configuration under which the mixture goes on
   * @param schema under which the snapshot was written
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @return the restored mixture
   * @throws IOException as of the other method, but not because of one part
   */
  public static MixtureOfExperts restoreReadable(
      MixtureConfig config, StreamSchema schema, DataInput in) throws IOException {
    return restore(config, MixtureDocument.CODEC, schema, in, true);
  }

  /**
   * Like {@link #restore(MixtureConfig, StreamSchema, DataInput)}, with names of parts that are
   * others than those of this build.
   */
  static MixtureOfExperts restore(
      MixtureConfig config, DocumentCodec documents, StreamSchema schema, DataInput in)
      throws IOException {
    return restore(config, documents, schema, in, false);
  }

  private static MixtureOfExperts restore(
      MixtureConfig config,
      DocumentCodec documents,
      StreamSchema schema,
      DataInput in,
      boolean contains)
      throws IOException {
    int found = SnapshotHeader.read(in, TAG, VERSION);
    MixtureConfig saved = config;
    if (found <= VERSION_WITH_WORDS) {
      OldMixtureHead.check(in, found, config, schema, documents);
    } else {
      saved = MixtureHead.check(in, config, schema, documents);
    }
    try {
      // lessons and parts mean the same whatever the goals: see Objective
      MixtureConfig likewise =
          saved
              .withGoals(config.objective(), config.calibration())
              .withCoverage(config.coverage())
              .withAccuracyEstimate(config.accuracyEstimate())
              .withInputWatch(config.inputWatch());
      boolean same = documents.sameButNames(likewise, config);
      if (found >= 5 && in.readBoolean()) {
        MixtureOfExperts young = readLessons(found, same ? config : saved, documents, schema, in);
        young.readFleet(found, contains && same, in);
        young.readFurther(found, contains && same, in);
        return same ? young : young.under(config);
      }
      HeavyTails tails = found >= 6 ? HeavyTails.readFrom(in, schema.features()) : HeavyTails.NONE;
      FailureGuard guard = new FailureGuard();
      boolean framed = found >= VERSION_WITH_LENGTHS;
      // under other settings a part may be refused because of them
      PartReader reader = new PartReader(guard, framed, contains && same);
      Watches watches = Watches.of(found);
      LabelMemory memory = found <= VERSION_WITH_WORDS ? LabelMemory.NEVER : saved.labelMemory();
      MixtureOfExperts mixture =
          readParts(config, documents, schema, guard, reader, watches, memory, in);
      mixture.tails = tails;
      mixture.readFleet(found, contains && same, in);
      mixture.readFurther(found, contains && same, in);
      return mixture;
    } catch (RuntimeException e) {
      // bytes that pass as a part but contradict another, or their own settings
      throw new IOException("snapshot of the mixture is damaged: " + e.getMessage(), e);
    }
  }

  private static MixtureOfExperts readParts(
      MixtureConfig config,
      DocumentCodec documents,
      StreamSchema schema,
      FailureGuard guard,
      PartReader reader,
      Watches watches,
      LabelMemory labelMemory,
      DataInput in)
      throws IOException {
    long version = in.readLong();
    long predictions = in.readLong();
    double entropy = in.readDouble();
    int classes = schema.classes();
    int window = config.evaluationWindow();
    PrequentialEvaluator evaluator =
        reader.read(
            in,
            Part.EVALUATION,
            0,
            from -> PrequentialEvaluator.restore(classes, window, from),
            () -> new PrequentialEvaluator(classes, window));
    DetectorFactory detectors = new AdwinFactory(config.detectorDelta());
    MixtureOfExperts mixture =
        new MixtureOfExperts(config, documents, schema, detectors, evaluator, guard);
    mixture.hold(
        MixtureParts.restore(
            config, schema, detectors, guard, reader, version, watches, labelMemory, in));
    mixture.predictions = predictions;
    mixture.entropy = entropy;
    return mixture;
  }

  private static MixtureOfExperts readLessons(
      int version, MixtureConfig config, DocumentCodec documents, StreamSchema schema, DataInput in)
      throws IOException {
    long predictions = in.readLong();
    double entropy = in.readDouble();
    int unscored = version > VERSION_WITHOUT_UNSCORED ? in.readInt() : 0;
    RoutingPolicy policy = RoutingPolicy.of(config.division(), schema);
    List<Lesson> lessons =
        Lesson.readAll(in, MOST_LESSONS, schema, policy.experts(), policy.schemaOf(0).classes());
    if (unscored < 0 || unscored > lessons.size()) {
      throw new IOException(
          "snapshot evaluates from lesson %s on, of %s".formatted(unscored, lessons.size()));
    }
    MixtureOfExperts mixture =
        new MixtureOfExperts(
            config, documents, schema, new AdwinFactory(config.detectorDelta()), lessons, unscored);
    mixture.predictions = predictions;
    mixture.entropy = entropy;
    return mixture;
  }

  private void readFleet(int version, boolean contains, DataInput in) throws IOException {
    if (version > VERSION_WITHOUT_FLEETS) {
      PartReader reader = new PartReader(guard, true, contains);
      taught = readLabels(reader, in);
      inherited = readLabels(reader, in);
    }
  }

  private void readFurther(int version, boolean contains, DataInput in) throws IOException {
    if (version > VERSION_WITHOUT_FURTHER) {
      further.readSnapshot(new PartReader(guard, true, contains), in);
    }
  }

  private @Nullable Guarded<FleetLabels> readLabels(PartReader reader, DataInput in)
      throws IOException {
    if (!in.readBoolean()) {
      return null;
    }
    Guarded<FleetLabels> labels = guarded(new FleetLabels(schema));
    labels.restore(reader, FleetLabels::readSnapshot, in);
    return labels;
  }

  private void writeFleet(DataOutput out) throws IOException {
    writeLabels(taught, out);
    writeLabels(inherited, out);
  }

  private static void writeLabels(@Nullable Guarded<FleetLabels> labels, DataOutput out)
      throws IOException {
    out.writeBoolean(labels != null);
    if (labels != null) {
      labels.writeSnapshot(out);
    }
  }

  private boolean knowsLabelsOfFleet() {
    return taught != null || inherited != null;
  }

  private Guarded<FleetLabels> guarded(FleetLabels labels) {
    return new Guarded<>(
        Part.LABEL_MEMORY,
        guard,
        () -> new FleetLabels(schema),
        FleetLabels::writeSnapshot,
        labels);
  }

  /** This one under another configuration, which may be on a saved mixture. */
  private MixtureOfExperts under(MixtureConfig wanted) throws IOException {
    keep(parts()); // its lessons were learned under other settings
    return written(wanted);
  }

  /** What comes of this one through a snapshot. */
  private MixtureOfExperts written(MixtureConfig wanted) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 16);
    writeSnapshot(new DataOutputStream(bytes));
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
    return restore(wanted, documents, schema, in, guard.contains());
  }

  /**
   * Writes the whole state as versioned bytes: the lessons of a young mixture; of others the gates
   * with Adam's moments and the partial mini-batch, experts, detector, evaluation with its window,
   * counters; of all the further parts. Predictions that wait for their labels belong to the
   * caller.
   *
   * @param out receives the bytes; it is neither flushed nor closed
   * @throws IOException when the output fails
   */
  public void writeSnapshot(DataOutput out) throws IOException {
    List<Lesson> learned = lessons;
    int version = versionToWrite();
    SnapshotHeader.write(out, TAG, version);
    MixtureHead.write(out, config, schema, documents);
    out.writeBoolean(learned != null);
    if (learned == null) {
      tails.writeTo(out);
      out.writeLong(parts().version());
    }
    out.writeLong(predictions);
    out.writeDouble(entropy);
    if (learned == null) {
      evaluator.writeSnapshot(out);
      parts().writeSnapshot(out);
    } else {
      out.writeInt(unscored);
      Lesson.writeAll(learned, out);
    }
    if (version > VERSION_WITHOUT_FLEETS) {
      writeFleet(out);
    }
    if (version > VERSION_WITHOUT_FURTHER) {
      further.writeSnapshot(out);
    }
  }

  private int versionToWrite() {
    if (further.any()) {
      return VERSION;
    }
    return knowsLabelsOfFleet() ? VERSION_WITHOUT_FURTHER : VERSION_WITHOUT_FLEETS;
  }

  /**
   * A mixture that goes on exactly like this one. This one may still be written, also by another
   * thread; but to go on with it as well would take the time to make what it has handed over.
   *
   * @return the one to go on with
   * @throws IOException when its configuration has parts that no snapshot can hold
   */
  public MixtureOfExperts successor() throws IOException {
    List<Lesson> learned = lessons;
    if (learned == null) {
      MixtureOfExperts next = written(config);
      next.guard.inherit(guard);
      next.common = common;
      return next;
    }
    MixtureOfExperts next =
        new MixtureOfExperts(
            config, documents, schema, detectors, new ArrayList<>(learned), unscored);
    next.predictions = predictions;
    next.entropy = entropy;
    next.common = common;
    next.scope = scope;
    next.backend = backend;
    next.queue = queue;
    next.containFailures(failures);
    next.repetitions = repetitions;
    Guarded<FleetLabels> labels = taught;
    next.taught = labels == null ? null : next.guarded(labels.get().copy());
    Guarded<FleetLabels> began = inherited; // which nobody changes
    next.inherited = began == null ? null : next.guarded(began.get());
    next.further.takeOver(further);
    next.kept = kept;
    next.recent = recent;
    next.use = use;
    releaseMemory();
    return next;
  }

  /**
   * Gives memory back that this mixture can do without until its next event, which then takes some
   * milliseconds more. Nothing else depends on it.
   *
   * @return whether little more than its lessons is left: whether it is young
   */
  public boolean releaseMemory() {
    if (lessons == null) {
      return false;
    }
    MixtureParts parts = recent.get();
    if (parts != null) {
      RecentParts.forget(parts);
    }
    kept = null;
    recent = new WeakReference<>(null);
    return true;
  }

  /** {@return whether it is saved as its lessons, and a successor costs next to nothing} */
  public boolean isYoung() {
    return lessons != null;
  }

  /** {@return whether it has all in memory that it predicts with: a young one makes it anew} */
  public boolean keepsParts() {
    return kept != null;
  }

  /**
   * Estimates the heap that the mixture takes; that of what mixtures share is not counted, as
   * configuration, schema, and what a few young ones have made last.
   *
   * @param saved bytes of its snapshot
   * @return about how many bytes
   * @throws IOException when its configuration has parts that no snapshot can hold
   */
  public long heapBytes(long saved) throws IOException {
    List<Lesson> learned = lessons;
    if (learned == null) {
      return HeapEstimate.ofParts(saved, parts().unsavedBytes());
    }
    long bytes = HeapEstimate.ofLessons(learned);
    if (further.any()) {
      bytes += further.savedBytes();
    }
    if (knowsLabelsOfFleet()) {
      DataOutputStream counter = new DataOutputStream(OutputStream.nullOutputStream());
      writeFleet(counter);
      bytes += counter.size();
    }
    if (kept != null) {
      DataOutputStream counter = new DataOutputStream(OutputStream.nullOutputStream());
      kept.writeSnapshot(counter);
      bytes += HeapEstimate.ofParts(counter.size(), kept.unsavedBytes());
    }
    return bytes;
  }

  /** The parts, which are made again if need be. */
  MixtureParts parts() {
    if (kept != null) {
      return kept;
    }
    MixtureParts parts = recent.get();
    if (parts == null) {
      parts = again();
      hold(parts);
      keepFailed(parts);
    } else {
      RecentParts.used(parts);
    }
    return parts;
  }

  /** Makes the parts from the lessons. */
  private MixtureParts again() {
    List<Lesson> learned = lessons;
    if (learned == null) {
      throw new IllegalStateException("a mixture without lessons keeps its parts");
    }
    repetitions++;
    return from(learned, inherited);
  }

  private MixtureParts from(List<Lesson> learned, @Nullable Guarded<FleetLabels> began) {
    MixtureParts parts = MixtureParts.create(config, schema, detectors, guard);
    parts.computeWith(scope, backend, null); // each step is waited for anyway
    if (began != null) {
      parts.inherit(began.get());
    }
    for (Lesson lesson : learned) {
      parts.learn(lesson.prediction(), lesson.label(), null); // the fleet was told then
    }
    parts.computeWith(scope, backend, queue);
    return parts;
  }

  private void hold(MixtureParts parts) {
    List<Lesson> learned = lessons;
    if (learned == null
        || learned.size() > LESSONS_WITHOUT_PARTS
        || repetitions >= MOST_REPETITIONS) {
      kept = parts;
      RecentParts.forget(parts);
    } else {
      recent = new WeakReference<>(parts);
      RecentParts.used(parts);
    }
  }

  /**
   * Leaves the lessons behind, and what was wild in them; heavy tails are logarithms from now on.
   */
  private void growUp(MixtureParts parts, List<Lesson> learned) {
    Guarded<FleetLabels> began = inherited;
    keep(parts);
    HeavyTails found = readsRawValues() ? HeavyTails.NONE : tailsOf(learned);
    List<Lesson> read = learned;
    if (found.any()) {
      read =
          learned.stream()
              .map(lesson -> new Lesson(found.of(lesson.prediction()), lesson.label()))
              .toList();
    }
    List<Lesson> tamed = WildLessons.tamed(read, schema.attributes());
    if (tamed != null || found.any()) {
      hold(from(tamed == null ? read : tamed, began));
      tails = found;
    }
  }

  private HeavyTails tailsOf(List<Lesson> learned) {
    return HeavyTails.among(
        learned.stream().map(lesson -> lesson.prediction().features()).toList(),
        schema.attributes());
  }

  /** As published, the gates of the paper read numbers as they are. */
  private boolean readsRawValues() {
    return config.gates().stream().anyMatch(GateFactory::learnsFromMask);
  }

  /** A part that failed has begun afresh, which the lessons say nothing of. */
  private void keepFailed(MixtureParts parts) {
    if (lessons != null && guard.anyFailed()) {
      keep(parts);
    }
  }

  /** From now on the parts are the mixture, and not its lessons. */
  private void keep(MixtureParts parts) {
    lessons = null;
    inherited = null;
    use = null;
    hold(parts);
  }

  /**
   * Has networks computed elsewhere than in plain Java of their own. It says nothing about what is
   * learned, within the tolerance of {@link NetworkBackend}, and is no part of a snapshot. Cheap
   * where nothing changes.
   *
   * @param scope which networks; the others are computed in plain Java
   * @param backend for predictions, and for steps where there is no queue; may be shared by the
   *     mixtures of one thread; null for plain Java
   * @param queue takes the training steps; a step is waited for before its network is used again.
   *     null to take each at once
   */
  public void computeWith(
      NetworkScope scope, @Nullable NetworkBackend backend, @Nullable StepQueue queue) {
    this.scope = scope;
    this.backend = backend;
    this.queue = queue;
    MixtureParts parts = kept == null ? recent.get() : kept;
    if (parts != null) {
      parts.computeWith(scope, backend, queue);
    }
  }

  /**
   * Has failures stay where they happen: an expert, a gate or another part that throws, also while
   * it is saved, or gives numbers that are no probabilities, is put aside and begins afresh, and
   * the others go on. {@link Containment} tells which failures stay. It is no part of a snapshot.
   *
   * @param listener gets each failure when a fresh part is in place; null to have all failures
   *     thrown, as from the beginning: the mixture cannot be used any more then
   */
  public void containFailures(@Nullable Consumer<PartFailure> listener) {
    failures = listener;
    guard.report(listener);
  }

  /**
   * Lends this mixture the model that it has in common with others: its expert of kind {@code
   * fleet} votes for that one from now on. It is no part of a snapshot, so whoever restores a
   * mixture lends it again. Nothing changes where no expert is of that kind.
   *
   * <p>This mixture only asks the common one, which learns from whoever keeps it. Asking counts
   * there as a prediction. What this one learns of {@linkplain LabelMemory last labels} it tells
   * the common one, for models that are new: one that has predicted nothing yet begins with what
   * the common one was told until now, if that has helped the others.
   *
   * @param lent of the same schema, not this mixture itself; null for none
   * @throws IllegalArgumentException when it is of another schema, or this mixture
   */
  public void borrow(@Nullable MixtureOfExperts lent) {
    if (lent == this || lent != null && lent != common && !lent.schema.equals(schema)) {
      throw new IllegalArgumentException("a common model is another one, of the same schema");
    }
    common = lent;
    if (lent != null && lent.taught != null && hasDoneNothing()) {
      begin(lent.taught.get());
    }
    MixtureParts parts = kept == null ? recent.get() : kept;
    if (lent == null && parts != null) {
      parts.ask(null, null); // so that nothing here keeps it in memory
    }
  }

  private boolean hasDoneNothing() {
    List<Lesson> learned = lessons;
    return learned != null && learned.isEmpty() && predictions == 0 && inherited == null;
  }

  private void begin(FleetLabels known) {
    MixtureParts parts = parts();
    if (known.helps() && parts.lastLabels().isPresent()) {
      FleetLabels began = known.copy();
      parts.inherit(began);
      inherited = guarded(began); // for parts that are made again
    }
  }

  /** Takes what a model that borrows this one has learned of the last labels. */
  void teach(LabelLesson lesson) {
    Guarded<FleetLabels> labels = taught;
    if (labels == null) {
      labels = guarded(new FleetLabels(schema));
      taught = labels;
    }
    labels.run("to learn the labels of a fleet", known -> known.learn(lesson));
  }

  /**
   * {@return what the training steps of these networks are like, each kind once; maybe none}
   *
   * @param scope those of the gates alone, or of the experts as well
   */
  public List<NetworkShape> networkShapes(NetworkScope scope) {
    return parts().networkShapes(scope);
  }

  /**
   * Predicts, and learns nothing. {@link #earlyAlarms} tells what it has shown of the stream.
   *
   * @param features one value per attribute of the schema; NaN is a missing value
   * @return the prediction, to be kept until its label comes
   * @throws IllegalArgumentException when the number of features is not that of the schema
   */
  public PendingPrediction predict(FeatureVector features) {
    return predict(features, LoadLevels.NONE);
  }

  /**
   * Predicts like {@link #predict(FeatureVector)}, but asks fewer experts, where time is short.
   * Those that are not asked do not learn the event either, when its label comes. They keep what
   * they have learned, and go on from there at the next event of a lower level.
   *
   * <p>Level 1 leaves out experts that consist of specialists; level 2 also the half of the others
   * with the smaller weights of the gates for this event; level 3 all but the one with the largest.
   * What is not a matter of experts goes on at all levels: gates, label memory, detectors and
   * corrections. Where gates predict alone ({@link Division.Task}) there is nothing to leave out,
   * and predictions are of level 0.
   *
   * <p>The prediction holds its level: what is learned follows from the prediction alone.
   *
   * @param features as many as the schema has attributes
   * @param level from 0, which asks as usual, to {@link #MOST_LOAD_LEVEL}
   * @return the prediction
   * @throws IllegalArgumentException when the number of features or the level is another
   */
  public PendingPrediction predict(FeatureVector features, int level) {
    LoadLevels.check(level);
    if (features.size() != schema.features()) {
      throw new IllegalArgumentException(
          "features has %s values, the schema has %s attributes"
              .formatted(features.size(), schema.features()));
    }
    MixtureParts parts = parts();
    parts.ask(common, features);
    PendingPrediction prediction;
    try {
      prediction =
          parts.predict(tails.of(features), SplitMix64.derive(dropoutSeed, predictions), level);
    } finally {
      keepFailed(parts);
    }
    predictions++;
    double latest = parts.normalisedEntropy(prediction.weights());
    entropy += Math.max(1.0 / predictions, ENTROPY_RATE) * (latest - entropy);
    PendingPrediction given = tails.any() ? prediction.of(features) : prediction;
    if (watch != null) {
      earlyAlarms = watched(watch, features, given);
    }
    return sets == null ? given : given.withSet(bound(sets, given.dropoutSeed()));
  }

  private static List<EarlyAlarm> watched(
      Guarded<InputWatch> watch, FeatureVector features, PendingPrediction prediction) {
    InputWatch part = watch.ready();
    try {
      return part.watch(features, prediction);
    } catch (Throwable failure) { // errors too, see Containment
      watch.beginAfresh("to watch inputs", failure);
      return List.of();
    }
  }

  /**
   * What the latest {@link #predict} has shown of the stream, before its label: that inputs or
   * predictions are distributed otherwise than before. See {@link MixtureConfig#inputWatch}.
   *
   * @return mostly none; none where nothing watches
   */
  public List<EarlyAlarm> earlyAlarms() {
    return earlyAlarms;
  }

  private static SetBound bound(Guarded<PredictionSets> sets, long seed) {
    PredictionSets part = sets.ready();
    try {
      return part.next(seed);
    } catch (Throwable failure) { // errors too, see Containment
      sets.beginAfresh("to make a prediction set", failure);
      return SetBound.ALL;
    }
  }

  /**
   * Takes the label of a prediction: tests, detects, trains, in this order.
   *
   * <ol>
   *   <li>Test: the stored prediction is scored.
   *   <li>Detect: its 0/1 error goes to the detector, which only watches; a drift is a change to
   *       more errors. Event and label go to a reference, whose errors tell changes of the stream
   *       that the mixture absorbs. Either is an alarm, unless there was one a short time ago.
   *   <li>Train: the stored votes and the label go to the gates; then the experts learn, those that
   *       the stored gate weights choose. At the end of a life-cycle window experts are replaced.
   * </ol>
   *
   * @param prediction of this mixture, not learned before
   * @param label true class, an index into the schema's classes
   * @return whether the prediction was right, and what the lesson changed
   * @throws IllegalArgumentException when the label is not a class of the schema or the prediction
   *     has other sizes; nothing has changed then
   */
  public StepReport learn(PendingPrediction prediction, int label) {
    MixtureParts parts = parts();
    parts.check(prediction, label);
    score(prediction, label);
    StepReport report;
    try {
      report = parts.learn(tails.of(prediction), label, common);
    } catch (RuntimeException | Error e) {
      keep(parts); // who knows what was learned
      throw e;
    }
    measure(prediction, label);
    keepFailed(parts);
    List<Lesson> learned = lessons;
    if (learned != null) {
      learned.add(new Lesson(prediction, label));
      if (learned.size() > MOST_LESSONS) {
        growUp(parts, learned);
      } else if (learned.size() > LESSONS_WITHOUT_PARTS && kept == null) {
        hold(parts);
      }
      use = kept == null ? ExpertUse.of(parts.pool(), learned.size()) : null;
    }
    return report;
  }

  /**
   * Takes the label of a prediction to score it, and trains nothing. What measures predictions, the
   * evaluation, the coverage of sets and the estimate of the accuracy, goes on. A mixture that has
   * learned at most 128 events takes no note: it is its lessons, and these do not tell of it.
   *
   * @param prediction of this mixture, not learned before
   * @param label true class, an index into the schema's classes
   * @throws IllegalArgumentException when the label is not a class of the schema; nothing has
   *     changed then
   */
  public void scoreOnly(PendingPrediction prediction, int label) {
    if (label < 0 || label >= schema.labels().size()) {
      throw new IllegalArgumentException(
          "label must be from 0 to %s, got %s".formatted(schema.labels().size() - 1, label));
    }
    if (lessons == null) {
      score(prediction, label);
      measure(prediction, label);
    }
  }

  private void measure(PendingPrediction prediction, int label) {
    if (sets != null) {
      sets.run("to learn the size of sets", part -> part.learn(prediction, label));
    }
    if (estimate != null) {
      estimate.run("to learn how right predictions are", part -> part.learn(prediction, label));
    }
  }

  private void score(PendingPrediction prediction, int label) {
    PrequentialEvaluator scores = evaluator.ready();
    try {
      scores.add(label, prediction.predictedClass());
    } catch (Throwable failure) { // errors too, see Containment
      evaluator.beginAfresh("to score a prediction", failure);
    }
  }

  /**
   * Of the latest prediction sets whose labels have come, as many as the evaluation window holds,
   * the share that held the true class.
   *
   * @return from 0 to 100; -1 where predictions have no sets, and before the first label
   */
  public double coverage() {
    PredictionSets.Coverage latest = latestCoverage();
    return latest == null ? UNKNOWN : latest.held();
  }

  /** {@return how many classes these sets had on average; -1 where {@link #coverage} is} */
  public double meanSetSize() {
    PredictionSets.Coverage latest = latestCoverage();
    return latest == null ? UNKNOWN : latest.size();
  }

  /**
   * Estimates how accurate predictions are whose labels have not come: from their probabilities,
   * corrected by what labels have shown so far.
   *
   * @param waiting predictions of this mixture that wait for their labels; each is looked at once
   * @return the estimate with its error; empty where there are none, and where {@link
   *     MixtureConfig#accuracyEstimate} is null
   */
  public Optional<EstimatedAccuracy> estimatedAccuracy(Iterable<PendingPrediction> waiting) {
    return estimate == null ? Optional.empty() : Optional.ofNullable(estimate.get().of(waiting));
  }

  /**
   * The probability that a prediction is right, as it is estimated now.
   *
   * @param prediction of this mixture
   * @return from 0 to 1; NaN where {@link MixtureConfig#accuracyEstimate} is null
   */
  public double expectedAccuracy(PendingPrediction prediction) {
    return estimate == null ? Double.NaN : estimate.get().expected(prediction);
  }

  private PredictionSets.@Nullable Coverage latestCoverage() {
    PredictionSets.Coverage latest = sets == null ? null : sets.get().coverage();
    return latest == null || latest.labels() == 0 ? null : latest;
  }

  /** {@return the prequential scores so far; the object goes on counting} */
  public PrequentialEvaluator evaluation() {
    return evaluator.get();
  }

  /**
   * Has the evaluation begin anew, as if no label had come. What was learned stays, and so do the
   * counts of events and predictions, the detector and everything that predictions follow from.
   */
  public void restartEvaluation() {
    evaluator.replace();
    if (sets != null) {
      sets.run("to count anew", PredictionSets::restartCoverage);
    }
    List<Lesson> learned = lessons;
    unscored = learned == null ? 0 : learned.size();
  }

  /** {@return the number of events learned so far} */
  public long version() {
    List<Lesson> learned = lessons;
    return learned == null ? parts().version() : learned.size();
  }

  /** {@return the number of experts} */
  public int experts() {
    return parts().pool().size();
  }

  /**
   * Divides the lessons among the experts: for each the share of the learned events that it learned
   * itself, since the start. The shares sum to the number of experts an event trains.
   *
   * @return one share per expert, from 0 to 1; all 0 before the first event
   */
  public double[] expertShares() {
    return use().shares().clone();
  }

  private ExpertUse use() {
    ExpertUse latest = use;
    if (latest == null || latest.version() != version()) {
      latest = ExpertUse.of(parts().pool(), version());
      use = kept == null ? latest : null;
    }
    return latest;
  }

  /**
   * How much each specialist was used, of all experts that have some.
   *
   * @return the specialists; each name begins with the position of its expert, such as {@code
   *     4.0.7}
   */
  public List<MemberUse> specialistUse() {
    return ExpertUse.specialists(parts().pool());
  }

  /**
   * Which part of the input the heaviest specialists serve. To be asked now and then, for people.
   *
   * @param most how many at most, at least 0
   * @return the heaviest first; empty where no expert divides the stream among specialists, and
   *     {@linkplain #isYoung while this mixture is young}, whose parts need not be in memory
   */
  public List<ServedRegion> specialistRegions(int most) {
    return lessons == null ? ExpertUse.regions(parts().pool(), most) : List.of();
  }

  /**
   * Tells what the experts said about an event. It asks nobody again, and changes nothing.
   *
   * @param prediction of this mixture, or of one with the same configuration and schema
   * @param most how many votes at most, at least 0
   * @return those of the largest weights, the largest first; none of experts without weight, such
   *     as those that were paused
   * @throws IllegalArgumentException when the prediction is one of another number of experts
   */
  public List<ExpertVote> explain(PendingPrediction prediction, int most) {
    RoutingPolicy policy = RoutingPolicy.of(config.division(), schema);
    double[] weights = prediction.weights();
    if (weights.length != policy.experts()) {
      throw new IllegalArgumentException(
          "prediction has %s experts, this mixture %s".formatted(weights.length, policy.experts()));
    }
    return IntStream.range(0, weights.length)
        .filter(e -> weights[e] > 0)
        .boxed()
        .sorted(Comparator.comparingDouble(e -> -weights[e]))
        .limit(most)
        .map(e -> vote(policy, prediction, e))
        .toList();
  }

  /**
   * Tells what is behind a prediction: who said what, and which attributes made the probability of
   * the class that was predicted. See {@link #attribute(PendingPrediction, int)}.
   *
   * @param prediction the latest of this mixture, or another since its last {@link #learn}
   * @return votes and contributions
   * @throws IllegalStateException when the mixture has learned since it made the prediction
   */
  public Attribution attribute(PendingPrediction prediction) {
    return attribute(prediction, prediction.predictedClass());
  }

  /**
   * Tells what is behind the probability of one class: a base, a contribution of each attribute and
   * what is unattributed, which sum to it. It changes nothing that is predicted or learned.
   *
   * <p>The weights of the experts, and of the members in them, are held as they were for this
   * event: with them the prediction is a sum over its trees. Each tree's part is divided by exact
   * path-dependent Shapley values: what an attribute contributes is what the tree says more on
   * average when it knows the attribute's value. What is explained so is the probability before it
   * was corrected by {@link Calibration}; the correction is unattributed. The leaf of the event
   * counts with what the tree said, all others with the classes of their examples. Experts other
   * than trees are unattributed, and so is a prediction that gates have made alone ({@link
   * Division.Task}).
   *
   * @param prediction the latest of this mixture, or another since its last {@link #learn}
   * @param label index of the class
   * @return votes and contributions
   * @throws IllegalStateException when the mixture has learned since it made the prediction
   * @throws IllegalArgumentException when the label is not a class of the schema
   */
  public Attribution attribute(PendingPrediction prediction, int label) {
    if (label < 0 || label >= schema.classes()) {
      throw new IllegalArgumentException(
          "label must be from 0 to %s, got %s".formatted(schema.classes() - 1, label));
    }
    long now = version();
    if (prediction.modelVersion() != now) {
      throw new IllegalStateException(
          "a prediction is attributed before the mixture learns: it was made at version %s, now is %s"
              .formatted(prediction.modelVersion(), now));
    }
    return parts().attribute(tails.of(prediction), label, expertNames(), prediction.features());
  }

  private static ExpertVote vote(RoutingPolicy policy, PendingPrediction prediction, int e) {
    Votes votes = prediction.votes();
    int choice = votes.choice(e);
    return new ExpertVote(
        e, policy.schemaOf(e).labels().name(choice), votes.get(e, choice), prediction.weights()[e]);
  }

  /**
   * Counts the specialists asked about an event, to predict or to divide the responsibility for it.
   *
   * @return the average over all learned events since the present experts came; 0 before the first
   */
  public double specialistEvaluations() {
    return use().specialistEvaluations();
  }

  /**
   * How evenly the gate weighs the experts: the entropy of its weights over its maximum, averaged
   * over the predictions: a plain mean over the first 1,000, then exponentially with rate 1/1,000.
   *
   * @return from 0 (always one expert) to 1 (all alike); 0 before the first prediction
   */
  public double gateEntropy() {
    return entropy;
  }

  /**
   * Names the experts for people: as the configuration calls each, else by its kind, as
   * configurations have it, and its position among {@link #expertShares} and the weights of a
   * prediction, such as {@code hoeffding-tree 3}. They are always the same.
   *
   * @return one name per expert, all different
   */
  public List<String> expertNames() {
    return names();
  }

  /**
   * Names the experts of all mixtures with this configuration, see {@link #expertNames()}.
   *
   * @param config of the mixtures
   * @param schema of their events
   * @return one name per expert
   */
  public static List<String> expertNames(MixtureConfig config, StreamSchema schema) {
    return new ExpertNames(config.division(), schema, MixtureDocument.CODEC);
  }

  /**
   * Names a member of an expert for people: as the configuration calls it, else by its position.
   *
   * @param expert position of the expert
   * @param member position of the member, as a {@link StepReport} has it
   * @return the name, without that of the expert
   */
  public String memberName(int expert, int member) {
    return names().ofMember(expert, member);
  }

  private ExpertNames names() {
    ExpertNames made = names;
    if (made == null) {
      made = new ExpertNames(config.division(), schema, documents);
      names = made;
    }
    return made;
  }

  /**
   * Describes for people what has been learned: scores, detector, gates, and every expert with what
   * it says of itself.
   *
   * @return the description, as of now
   */
  public MixtureDescription description() {
    MixtureParts parts = parts();
    double[] shares = expertShares();
    List<String> names = expertNames();
    List<MixtureDescription.OfExpert> experts = new ArrayList<>();
    for (int e = 0; e < shares.length; e++) {
      experts.add(
          new MixtureDescription.OfExpert(
              names.get(e),
              documents.part(parts.pool().factoryOf(e)),
              shares[e],
              parts.pool().generation(e),
              parts.attendance(e),
              parts.pool().expert(e).describe().lines().toList()));
    }
    return new MixtureDescription(
        version(),
        predictions,
        evaluator.get().overall(),
        evaluator.get().window(),
        MixtureDescription.of(parts.detector()),
        parts.gates().describe().lines().toList(),
        entropy,
        parts.lastLabels().map(LastLabels::lines).orElse(List.of()),
        experts);
  }

  /**
   * Says the {@link #description} in words.
   *
   * @return several lines; no format to rely on
   */
  public String describe() {
    return description().text();
  }

  /**
   * What the mixture is made of, for programs: attributes, classes, gates with their layers, and
   * experts with the nodes of their trees, members, specialists and regions. The schema of this
   * JSON is docs/model-structure.schema.json.
   *
   * @param detail how many levels of trees, and whether with the parameters of networks; a tree
   *     shows at most some 10,000 nodes
   * @return a new document, the caller's to change
   */
  public ObjectNode structure(Structure.Detail detail) {
    MixtureParts parts = parts();
    ObjectNode document = StructureJson.document(schema);
    HeavyTails read = tails;
    if (read.any()) {
      document.set("logarithms", read.toJson(schema.attributes()));
    }
    ArrayNode gates = document.putArray("gates");
    parts.gates().structures(detail).forEach(gate -> gates.add(StructureJson.of(gate)));
    parts
        .lastLabels()
        .ifPresent(labels -> document.set("label-memory", StructureJson.of(labels.structure())));
    ArrayNode experts = document.putArray("experts");
    List<String> names = expertNames();
    for (int e = 0; e < names.size(); e++) {
      ObjectNode expert = experts.addObject();
      expert.put("name", names.get(e));
      expert.set("structure", StructureJson.of(parts.pool().expert(e).structure(detail)));
    }
    return document;
  }

  /** For tests: how the parts read the features. */
  HeavyTails tails() {
    return tails;
  }

  /** For tests: the gates. */
  GateProduct gates() {
    return parts().gates();
  }
}
