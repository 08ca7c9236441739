// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LifecycleEvent;
import io.driftmoe.core.LifecycleEvent.Kind;
import io.driftmoe.core.MemberUse;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.drift.AdwinFactory;
import io.driftmoe.drift.DetectorFactory;
import io.driftmoe.drift.DriftDetector;
import io.driftmoe.drift.DriftLevel;
import io.driftmoe.gates.GateProduct;
import io.driftmoe.gates.GateShape;
import io.driftmoe.gates.Outcome;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkShape;
import io.driftmoe.networks.NetworkUser;
import io.driftmoe.networks.StepQueue;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An online mixture of experts: a gate and a pool of incremental learners that learn together,
 * event by event (Aspis, Cajas Ordóñez, Suárez-Cetrulo, Simón Carbajo: DriftMoE, arXiv 2507.18464).
 *
 * <p>{@link #predict} sees features only. When the label comes, at once or late, {@link #learn}
 * tests the stored prediction, then feeds the drift detector, then trains the gate and the experts.
 * Labels may come late and in any order, or never.
 *
 * <p>Deterministic: equal configuration, schema and calls give bit-identical results, on any
 * platform, also across {@link #writeSnapshot} and {@link #restore}. Not thread-safe.
 */
public final class MixtureOfExperts {
  private static final String TAG = "MOE_";

  /**
   * Version 2 added gates and experts of several kinds, and the life cycle; version 3 the
   * attendance; version 4 begins with the {@link MixtureHead}, and its parts hold no configuration.
   */
  private static final int VERSION = 4;

  // Parts of the mixture that draw from the configured seed.
  private static final int GATE_SEED = 0;
  private static final int DROPOUT_SEED = 1;
  private static final int EXPERT_SEED = 2;

  /** What draws the attendance from a prediction's own seed. */
  private static final long ATTENDANCE_SEED = 1;

  private static final double ENTROPY_RATE = 1e-3;

  private final StreamSchema schema;
  private final MixtureConfig config;

  /** Say what was saved: parts by the names of their kinds. */
  private final DocumentCodec documents;

  private final RoutingPolicy policy;
  private final GateProduct gates;
  private final ExpertPool pool;
  private final DriftDetector detector;
  private final PrequentialEvaluator evaluator;
  private final long dropoutSeed;

  /** Null when experts are never replaced. */
  private final @Nullable Lifecycle lifecycle;

  /** Null when all experts attend all events. */
  private final @Nullable Attendance attendance;

  // Scratch of learn.
  private final boolean[] mask;
  private final boolean[] heard;
  private final double[] likelihoods;
  private final double[] responsibilities;
  private final double[] lessons;

  private final double largestEntropy;

  private long version;
  private long predictions;
  private double entropy;

  private MixtureOfExperts(
      MixtureConfig config,
      DocumentCodec documents,
      StreamSchema schema,
      RoutingPolicy policy,
      GateProduct gates,
      ExpertPool pool,
      @Nullable Lifecycle lifecycle,
      @Nullable Attendance attendance,
      DriftDetector detector,
      PrequentialEvaluator evaluator) {
    this.schema = schema;
    this.config = config;
    this.documents = documents;
    this.policy = policy;
    this.gates = gates;
    this.pool = pool;
    this.lifecycle = lifecycle;
    this.attendance = attendance;
    this.detector = detector;
    this.evaluator = evaluator;
    this.dropoutSeed = SplitMix64.derive(config.seed(), DROPOUT_SEED);
    this.mask = new boolean[pool.size()];
    this.heard = new boolean[pool.size()];
    this.likelihoods = new double[pool.size()];
    this.responsibilities = new double[pool.size()];
    this.lessons = new double[pool.size()];
    this.largestEntropy = StrictMath.log(pool.size());
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
    return create(config, schema, new AdwinFactory(config.detectorDelta()));
  }

  static MixtureOfExperts create(
      MixtureConfig config, StreamSchema schema, DetectorFactory detectors) {
    RoutingPolicy policy = RoutingPolicy.of(config.division(), schema);
    ExpertPool pool = ExpertPool.create(policy, SplitMix64.derive(config.seed(), EXPERT_SEED));
    return new MixtureOfExperts(
        config,
        MixtureDocument.CODEC,
        schema,
        policy,
        GateProduct.create(
            config.gates(),
            new GateShape(schema, policy.experts()),
            SplitMix64.derive(config.seed(), GATE_SEED)),
        pool,
        lifecycle(config, pool, schema),
        attendance(config, pool),
        detectors.create(),
        new PrequentialEvaluator(schema.classes(), config.evaluationWindow()));
  }

  private static @Nullable Lifecycle lifecycle(
      MixtureConfig config, ExpertPool pool, StreamSchema schema) {
    return config.lifecycle() instanceof Replacement.Windows windows
        ? new Lifecycle(windows.lifecycle(), pool, schema.classes())
        : null;
  }

  private static @Nullable Attendance attendance(MixtureConfig config, ExpertPool pool) {
    return config.attendance() instanceof Sleeping.ByGain byGain
        ? new Attendance(byGain.attendance(), pool.size())
        : null;
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
   * Like {@link #restore(MixtureConfig, StreamSchema, DataInput)}, with names of parts that are
   * others than those of this build.
   */
  static MixtureOfExperts restore(
      MixtureConfig config, DocumentCodec documents, StreamSchema schema, DataInput in)
      throws IOException {
    int found = SnapshotHeader.read(in, TAG, VERSION);
    if (found <= 3) {
      OldMixtureHead.check(in, found, config, schema, documents);
    } else {
      MixtureHead.check(in, config, schema, documents);
    }
    try {
      return readParts(config, documents, schema, in);
    } catch (RuntimeException e) {
      // bytes that pass as a part but contradict another, or their own settings
      throw new IOException("snapshot of the mixture is damaged: " + e.getMessage(), e);
    }
  }

  private static MixtureOfExperts readParts(
      MixtureConfig config, DocumentCodec documents, StreamSchema schema, DataInput in)
      throws IOException {
    long version = in.readLong();
    long predictions = in.readLong();
    double entropy = in.readDouble();
    RoutingPolicy policy = RoutingPolicy.of(config.division(), schema);
    PrequentialEvaluator evaluator =
        PrequentialEvaluator.restore(schema.classes(), config.evaluationWindow(), in);
    DriftDetector detector = new AdwinFactory(config.detectorDelta()).restore(in);
    GateProduct gates =
        GateProduct.restore(config.gates(), new GateShape(schema, policy.experts()), in);
    ExpertPool pool = ExpertPool.restore(policy, SplitMix64.derive(config.seed(), EXPERT_SEED), in);
    Lifecycle lifecycle = lifecycle(config, pool, schema);
    if (lifecycle != null) {
      lifecycle.readSnapshot(in);
    }
    Attendance attendance = attendance(config, pool);
    if (attendance != null) {
      attendance.readSnapshot(in);
    }
    MixtureOfExperts mixture =
        new MixtureOfExperts(
            config,
            documents,
            schema,
            policy,
            gates,
            pool,
            lifecycle,
            attendance,
            detector,
            evaluator);
    mixture.version = version;
    mixture.predictions = predictions;
    mixture.entropy = entropy;
    return mixture;
  }

  /**
   * Writes the whole state as versioned bytes: gates with Adam's moments and the partial
   * mini-batch, experts, detector, evaluation with its window, counters. Predictions that wait for
   * their labels belong to the caller.
   *
   * @param out receives the bytes; it is neither flushed nor closed
   * @throws IOException when the output fails
   */
  public void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    MixtureHead.write(out, config, schema, documents);
    out.writeLong(version);
    out.writeLong(predictions);
    out.writeDouble(entropy);
    evaluator.writeSnapshot(out);
    detector.writeSnapshot(out);
    gates.writeSnapshot(out);
    pool.writeSnapshot(out);
    if (lifecycle != null) {
      lifecycle.writeSnapshot(out);
    }
    if (attendance != null) {
      attendance.writeSnapshot(out);
    }
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
    gates.computeWith(backend, queue);
    boolean all = scope == NetworkScope.ALL;
    pool.computeWith(all ? backend : null, all ? queue : null);
  }

  /**
   * {@return what the training steps of these networks are like, each kind once; maybe none}
   *
   * @param scope those of the gates alone, or of the experts as well
   */
  public List<NetworkShape> networkShapes(NetworkScope scope) {
    return scope == NetworkScope.ALL
        ? NetworkUser.shapesOf(List.of(gates, pool))
        : gates.networkShapes();
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
    long seed = SplitMix64.derive(dropoutSeed, predictions);
    double[] weights = new double[pool.size()];
    gates.weigh(features, seed, weights);
    if (attendance != null) {
      attendance.choose(SplitMix64.derive(seed, ATTENDANCE_SEED), weights);
    }
    Votes votes = pool.vote(features, attendance == null ? null : weights);
    double[] probabilities = new double[schema.classes()];
    policy.combine(weights, votes, probabilities);
    predictions++;
    entropy += Math.max(1.0 / predictions, ENTROPY_RATE) * (normalisedEntropy(weights) - entropy);
    return new PendingPrediction(features, probabilities, weights, votes, seed, version);
  }

  private double normalisedEntropy(double[] weights) {
    if (weights.length == 1) {
      return 0;
    }
    double nats = 0;
    for (double weight : weights) {
      nats -= weight > 0 ? weight * StrictMath.log(weight) : 0;
    }
    return Math.max(0, nats) / largestEntropy;
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
   * @return whether the prediction was right, and what the lesson changed
   * @throws IllegalArgumentException when the label is not a class of the schema or the prediction
   *     has other sizes; nothing has changed then
   */
  public StepReport learn(PendingPrediction prediction, int label) {
    check(prediction, label);
    boolean correct = prediction.predictedClass() == label;
    evaluator.add(label, prediction.predictedClass());

    DriftLevel level = detector.update(correct ? 0 : 1);
    if (level == DriftLevel.DRIFT && !detector.errorRose()) {
      level = DriftLevel.STABLE; // fewer errors than before: that is learning
    }

    Votes votes = prediction.votes();
    policy.correctness(votes, label, mask);
    for (int e = 0; e < likelihoods.length; e++) {
      likelihoods[e] = votes.get(e, policy.labelFor(e, label));
      heard[e] = isHeard(prediction, e);
    }
    Outcome outcome = new Outcome(mask, likelihoods, responsibilities, heard, votes.classes());
    outcome.divide(prediction.weights());
    boolean stepped = gates.learn(prediction.features(), prediction.dropoutSeed(), outcome);
    List<ExpertEvent> events = new ArrayList<>(0);
    if (attendance != null) {
      if (level == DriftLevel.DRIFT) {
        attendance.startTrial(events);
      }
      attendance.observe(prediction.weights(), outcome, events);
    }
    policy.select(prediction.weights(), lessons);
    excuse(prediction);
    int trained = pool.learn(prediction.features(), label, lessons);
    version++;
    changes(prediction, label, events);
    return new StepReport(correct, level, stepped, trained, version, events);
  }

  /**
   * Whether the one now in place e had a say in a prediction: a late label finds votes of experts
   * that have been replaced since, and an expert that slept has none.
   */
  private boolean isHeard(PendingPrediction prediction, int e) {
    return prediction.modelVersion() >= pool.since(e)
        && (attendance == null || prediction.weights()[e] > 0);
  }

  /** No lesson for experts that sleep, unless they attended the prediction. */
  private void excuse(PendingPrediction prediction) {
    for (int e = 0; attendance != null && e < lessons.length; e++) {
      if (prediction.weights()[e] == 0 && attendance.isAsleep(e)) {
        lessons[e] = 0;
      }
    }
  }

  private void changes(PendingPrediction prediction, int label, List<ExpertEvent> events) {
    for (int e = 0; e < pool.size(); e++) {
      if (lessons[e] > 0) {
        for (LifecycleEvent event : pool.expert(e).latestEvents()) {
          events.add(new ExpertEvent(e, event));
        }
      }
    }
    if (lifecycle == null) {
      return;
    }
    for (int e = 0; version == 1 && e < pool.size(); e++) {
      events.add(event(e, Kind.START, "the mixture starts with " + pool.factoryOf(e)));
    }
    if (lifecycle.observe(prediction, label, lessons, heard)) {
      for (int e = 0; e < pool.size(); e++) {
        String reason = lifecycle.verdict(e);
        if (reason != null) {
          pool.replace(e, version);
          gates.replaced(e);
          lifecycle.replaced(e);
          if (attendance != null) {
            attendance.replaced(e);
          }
          events.add(event(e, Kind.RETIRE, reason));
          events.add(event(e, Kind.START, "takes the place of the expert that was retired"));
        }
      }
      lifecycle.startWindow();
    }
  }

  private static ExpertEvent event(int expert, Kind kind, String reason) {
    return new ExpertEvent(expert, new LifecycleEvent(kind, -1, reason));
  }

  private void check(PendingPrediction prediction, int label) {
    Objects.requireNonNull(prediction, "prediction");
    if (label < 0 || label >= schema.classes()) {
      throw new IllegalArgumentException(
          "label must be a class from 0 to %s, got %s".formatted(schema.classes() - 1, label));
    }
    if (prediction.features().size() != schema.features()
        || prediction.classes() != schema.classes()
        || prediction.weights().length != pool.size()
        || prediction.votes().experts() != pool.size()
        || prediction.votes().classes() != pool.classes()) {
      throw new IllegalArgumentException(
          "prediction has %s features, %s classes and %s experts, this mixture %s, %s and %s"
              .formatted(
                  prediction.features().size(),
                  prediction.classes(),
                  prediction.weights().length,
                  schema.features(),
                  schema.classes(),
                  pool.size()));
    }
  }

  /** {@return the prequential scores so far; the object goes on counting} */
  public PrequentialEvaluator evaluation() {
    return evaluator;
  }

  /** {@return the number of events learned so far} */
  public long version() {
    return version;
  }

  /** {@return the number of experts} */
  public int experts() {
    return pool.size();
  }

  /**
   * Divides the lessons among the experts: for each the share of the learned events that it learned
   * itself, since the start. The shares sum to the number of experts an event trains.
   *
   * @return one share per expert, from 0 to 1; all 0 before the first event
   */
  public double[] expertShares() {
    double[] shares = new double[pool.size()];
    for (int e = 0; e < shares.length; e++) {
      shares[e] = version == 0 ? 0 : (double) pool.learned(e) / version;
    }
    return shares;
  }

  /**
   * How much each specialist was used, of all experts that have some.
   *
   * @return the specialists; each name begins with the position of its expert
   */
  public List<MemberUse> specialistUse() {
    List<MemberUse> use = new ArrayList<>();
    for (int e = 0; e < pool.size(); e++) {
      for (MemberUse member : pool.expert(e).memberUse()) {
        use.add(member.inside(Integer.toString(e)));
      }
    }
    return use;
  }

  /**
   * Counts the specialists asked about an event, to predict or to divide the responsibility for it.
   *
   * @return the average over all learned events since the present experts came; 0 before the first
   */
  public double specialistEvaluations() {
    long sum = 0;
    for (MemberUse member : specialistUse()) {
      sum += member.evaluations();
    }
    return version == 0 ? 0 : (double) sum / version;
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
   * Says in words for people what has been learned: scores, detector, gates, and every expert with
   * what it says of itself.
   *
   * @return several lines; no format to rely on
   */
  public String describe() {
    MixtureDescription description = new MixtureDescription();
    description.line("%,d events learned, %,d predicted", version, predictions);
    description.scores(evaluator);
    description.detector(detector);
    description.gates(gates, entropy);
    double[] shares = expertShares();
    for (int e = 0; e < shares.length; e++) {
      description.expert(pool, e, shares[e]);
      if (attendance != null) {
        description.attendance(attendance, e);
      }
      description.learned(pool, e);
    }
    return description.toString();
  }

  /** For tests: the gates. */
  GateProduct gates() {
    return gates;
  }
}
