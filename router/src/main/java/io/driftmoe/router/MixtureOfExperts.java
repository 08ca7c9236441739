// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.MemberUse;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.drift.AdwinFactory;
import io.driftmoe.drift.DetectorFactory;
import io.driftmoe.gates.GateProduct;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkShape;
import io.driftmoe.networks.StepQueue;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
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
  private static final String TAG = "MOE_";

  /**
   * Version 2 added gates and experts of several kinds, and the life cycle; version 3 the
   * attendance; version 4 begins with the {@link MixtureHead}, and its parts hold no configuration;
   * version 5 says whether lessons follow or the parts.
   */
  private static final int VERSION = 5;

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

  private final MixtureConfig config;
  private final StreamSchema schema;
  private final DetectorFactory detectors;
  private final long dropoutSeed;

  /** All that has been learned, in order; null when it is too much or does not tell everything. */
  private @Nullable List<Lesson> lessons;

  /** Null while others may have the memory: see {@link RecentParts}. */
  private @Nullable MixtureParts kept;

  private WeakReference<@Nullable MixtureParts> recent = new WeakReference<>(null);

  /** How often the parts have been made again. */
  private int repetitions;

  private long predictions;
  private double entropy;

  // What computes the networks.
  private NetworkScope scope = NetworkScope.GATES;
  private @Nullable NetworkBackend backend;
  private @Nullable StepQueue queue;

  /**
   * @param lessons that parts can be made from again; null when they cannot
   */
  private MixtureOfExperts(
      MixtureConfig config,
      StreamSchema schema,
      DetectorFactory detectors,
      @Nullable List<Lesson> lessons) {
    this.config = config;
    this.schema = schema;
    this.detectors = detectors;
    this.dropoutSeed = SplitMix64.derive(config.seed(), DROPOUT_SEED);
    this.lessons = lessons;
  }

  /** A mixture that has learned nothing. */
  public static MixtureOfExperts create(MixtureConfig config, StreamSchema schema) {
    return create(config, schema, new AdwinFactory(config.detectorDelta()));
  }

  static MixtureOfExperts create(
      MixtureConfig config, StreamSchema schema, DetectorFactory detectors) {
    MixtureOfExperts mixture = new MixtureOfExperts(config, schema, detectors, new ArrayList<>());
    mixture.hold(MixtureParts.create(config, schema, detectors));
    return mixture;
  }

  /**
   * The mixture that a snapshot holds; it continues bit for bit like the one that wrote it, if it
   * was written under the same configuration. Settings that may change on a saved mixture, which
   * {@link SettingChanges} tells, may be others: the new values count from now on.
   *
   * @param config configuration under which the mixture goes on
   * @throws IOException when the bytes are truncated, of an unknown version, or were written under
   *     another schema or a configuration that differs in more than such settings
   */
  public static MixtureOfExperts restore(MixtureConfig config, StreamSchema schema, DataInput in)
      throws IOException {
    int found = SnapshotHeader.read(in, TAG, VERSION);
    MixtureConfig saved = config;
    if (found <= 3) {
      OldMixtureHead.check(in, found, config, schema);
    } else {
      saved = MixtureHead.check(in, config, schema);
    }
    if (found >= 5 && in.readBoolean()) {
      MixtureOfExperts young = young(saved, schema, in);
      return saved.equals(config) ? young : young.under(config);
    }
    long version = in.readLong();
    long predictions = in.readLong();
    double entropy = in.readDouble();
    DetectorFactory detectors = new AdwinFactory(config.detectorDelta());
    MixtureOfExperts mixture = new MixtureOfExperts(config, schema, detectors, null);
    mixture.hold(MixtureParts.restore(config, schema, detectors, version, in));
    mixture.predictions = predictions;
    mixture.entropy = entropy;
    return mixture;
  }

  private static MixtureOfExperts young(MixtureConfig config, StreamSchema schema, DataInput in)
      throws IOException {
    long predictions = in.readLong();
    double entropy = in.readDouble();
    RoutingPolicy policy = RoutingPolicy.of(config.division(), schema);
    List<Lesson> lessons =
        Lesson.readAll(in, MOST_LESSONS, schema, policy.experts(), policy.schemaOf(0).classes());
    MixtureOfExperts mixture =
        new MixtureOfExperts(config, schema, new AdwinFactory(config.detectorDelta()), lessons);
    mixture.predictions = predictions;
    mixture.entropy = entropy;
    return mixture;
  }

  /** This one under another configuration, which may be on a saved mixture. */
  private MixtureOfExperts under(MixtureConfig wanted) throws IOException {
    keep(parts()); // its lessons were learned under other settings
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 16);
    writeSnapshot(new DataOutputStream(bytes));
    return restore(
        wanted, schema, new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
  }

  /**
   * Writes the whole state as versioned bytes: the lessons of a young mixture; of others the gates
   * with Adam's moments and the partial mini-batch, experts, detector, evaluation with its window,
   * counters. Predictions that wait for their labels belong to the caller.
   *
   * @throws IOException when the output fails
   */
  public void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    MixtureHead.write(out, config, schema);
    List<Lesson> learned = lessons;
    out.writeBoolean(learned != null);
    if (learned == null) {
      out.writeLong(parts().version());
    }
    out.writeLong(predictions);
    out.writeDouble(entropy);
    if (learned == null) {
      parts().writeSnapshot(out);
    } else {
      Lesson.writeAll(learned, out);
    }
  }

  /**
   * A mixture that goes on exactly like this one. This one may still be written, also by another
   * thread; but to go on with it as well would take the time to make what it has handed over.
   *
   * @throws IOException when its configuration has parts that no snapshot can hold
   */
  public MixtureOfExperts successor() throws IOException {
    List<Lesson> learned = lessons;
    if (learned == null) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 16);
      writeSnapshot(new DataOutputStream(bytes));
      return restore(
          config, schema, new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    }
    MixtureOfExperts next =
        new MixtureOfExperts(config, schema, detectors, new ArrayList<>(learned));
    next.predictions = predictions;
    next.entropy = entropy;
    next.scope = scope;
    next.backend = backend;
    next.queue = queue;
    next.repetitions = repetitions;
    next.kept = kept;
    next.recent = recent;
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

  private MixtureParts parts() {
    if (kept != null) {
      return kept;
    }
    MixtureParts parts = recent.get();
    if (parts == null) {
      parts = again();
      hold(parts);
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
    MixtureParts parts = MixtureParts.create(config, schema, detectors);
    parts.computeWith(scope, backend, null); // each step is waited for anyway
    for (Lesson lesson : learned) {
      parts.learn(lesson.prediction(), lesson.label());
    }
    parts.computeWith(scope, backend, queue);
    repetitions++;
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

  /** From now on the parts are the mixture, and not its lessons. */
  private void keep(MixtureParts parts) {
    lessons = null;
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

  /** What the training steps of these networks are like, each kind once; maybe none. */
  public List<NetworkShape> networkShapes(NetworkScope scope) {
    return parts().networkShapes(scope);
  }

  /**
   * Predicts, and learns nothing.
   *
   * @param features one value per attribute of the schema; NaN is a missing value
   * @return the prediction, to be kept until its label comes
   * @throws IllegalArgumentException when the number of features is not that of the schema
   */
  public PendingPrediction predict(FeatureVector features) {
    if (features.size() != schema.features()) {
      throw new IllegalArgumentException(
          "features has %s values, the schema has %s attributes"
              .formatted(features.size(), schema.features()));
    }
    MixtureParts parts = parts();
    PendingPrediction prediction =
        parts.predict(features, SplitMix64.derive(dropoutSeed, predictions));
    predictions++;
    double latest = parts.normalisedEntropy(prediction.weights());
    entropy += Math.max(1.0 / predictions, ENTROPY_RATE) * (latest - entropy);
    return prediction;
  }

  /**
   * Takes the label of a prediction: tests, detects, trains, in this order.
   *
   * <ol>
   *   <li>Test: the stored prediction is scored.
   *   <li>Detect: its 0/1 error goes to the detector, which only watches; a drift is a change to
   *       more errors.
   *   <li>Train: the stored votes and the label go to the gates; then the experts learn, those that
   *       the stored gate weights choose. At the end of a life-cycle window experts are replaced.
   * </ol>
   *
   * @param prediction of this mixture, not learned before
   * @param label true class, an index into the schema's classes
   * @throws IllegalArgumentException when the label is not a class of the schema or the prediction
   *     has other sizes; nothing has changed then
   */
  public StepReport learn(PendingPrediction prediction, int label) {
    MixtureParts parts = parts();
    parts.check(prediction, label);
    StepReport report;
    try {
      report = parts.learn(prediction, label);
    } catch (RuntimeException | Error e) {
      keep(parts); // who knows what was learned
      throw e;
    }
    List<Lesson> learned = lessons;
    if (learned != null) {
      if (learned.size() == MOST_LESSONS) {
        keep(parts);
      } else {
        learned.add(new Lesson(prediction, label));
        if (learned.size() > LESSONS_WITHOUT_PARTS && kept == null) {
          hold(parts);
        }
      }
    }
    return report;
  }

  /** The prequential scores so far. */
  public PrequentialEvaluator evaluation() {
    return parts().evaluation();
  }

  /** Events learned so far. */
  public long version() {
    List<Lesson> learned = lessons;
    return learned == null ? parts().version() : learned.size();
  }

  /** Number of experts. */
  public int experts() {
    return parts().pool().size();
  }

  /**
   * For each expert the share of the learned events that it learned itself, from 0 to 1, since the
   * start; all 0 before the first. They sum to the number of experts an event trains.
   */
  public double[] expertShares() {
    ExpertPool pool = parts().pool();
    double[] shares = new double[pool.size()];
    for (int e = 0; e < shares.length; e++) {
      shares[e] = version() == 0 ? 0 : (double) pool.learned(e) / version();
    }
    return shares;
  }

  /**
   * How much each specialist was used, of all experts that have some; the name of a specialist
   * begins with the position of its expert.
   */
  public List<MemberUse> specialistUse() {
    ExpertPool pool = parts().pool();
    List<MemberUse> use = new ArrayList<>();
    for (int e = 0; e < pool.size(); e++) {
      for (MemberUse member : pool.expert(e).memberUse()) {
        use.add(member.inside(Integer.toString(e)));
      }
    }
    return use;
  }

  /**
   * Specialists asked about an event, to predict or to divide the responsibility for it, on average
   * over all learned events since the present experts came; 0 before the first.
   */
  public double specialistEvaluations() {
    long sum = 0;
    for (MemberUse member : specialistUse()) {
      sum += member.evaluations();
    }
    return version() == 0 ? 0 : (double) sum / version();
  }

  /**
   * How evenly the gate weighs the experts: the entropy of its weights over its maximum, from 0
   * (always one expert) to 1 (all alike), averaged over the predictions: a plain mean over the
   * first 1,000, then exponentially with rate 1/1,000. 0 before the first prediction.
   */
  public double gateEntropy() {
    return entropy;
  }

  /**
   * What has been learned, in words for people; no format to rely on: scores, detector, gates, and
   * every expert with what it says of itself.
   */
  public String describe() {
    MixtureDescription description = new MixtureDescription();
    description.line("%,d events learned, %,d predicted", version(), predictions);
    parts().describe(description, expertShares(), entropy);
    return description.toString();
  }

  /** For tests: the gates. */
  GateProduct gates() {
    return parts().gates();
  }
}
