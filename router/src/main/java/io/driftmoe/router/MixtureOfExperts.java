// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.drift.AdwinFactory;
import io.driftmoe.drift.DetectorFactory;
import io.driftmoe.drift.DriftDetector;
import io.driftmoe.drift.DriftLevel;
import io.driftmoe.experts.MoaHoeffdingTreeFactory;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Objects;

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
  private static final int VERSION = 1;

  // Parts of the mixture that draw from the configured seed.
  private static final int GATE_SEED = 0;
  private static final int DROPOUT_SEED = 1;
  private static final int EXPERT_SEED = 2;

  private static final double ENTROPY_RATE = 1e-3;

  private final StreamSchema schema;
  private final MixtureFingerprint fingerprint;
  private final RoutingPolicy policy;
  private final Gate gate;
  private final ExpertPool pool;
  private final DriftDetector detector;
  private final PrequentialEvaluator evaluator;
  private final long dropoutSeed;

  // Scratch of learn.
  private final boolean[] mask;
  private final boolean[] chosen;

  private long version;
  private long predictions;
  private double entropy;

  private MixtureOfExperts(
      MixtureConfig config,
      StreamSchema schema,
      RoutingPolicy policy,
      Gate gate,
      ExpertPool pool,
      DriftDetector detector,
      PrequentialEvaluator evaluator) {
    this.schema = schema;
    this.fingerprint = MixtureFingerprint.of(config, schema);
    this.policy = policy;
    this.gate = gate;
    this.pool = pool;
    this.detector = detector;
    this.evaluator = evaluator;
    this.dropoutSeed = SplitMix64.derive(config.seed(), DROPOUT_SEED);
    this.mask = new boolean[pool.size()];
    this.chosen = new boolean[pool.size()];
  }

  /**
   * A mixture that has learned nothing, with Hoeffding trees as published: grace period 50, split
   * confidence 1e-7.
   */
  public static MixtureOfExperts create(MixtureConfig config, StreamSchema schema) {
    return create(
        config, schema, MoaHoeffdingTreeFactory.paper(), new AdwinFactory(config.detectorDelta()));
  }

  static MixtureOfExperts create(
      MixtureConfig config, StreamSchema schema, ExpertFactory experts, DetectorFactory detectors) {
    RoutingPolicy policy = RoutingPolicy.of(config.specialisation(), schema);
    long gateSeed = SplitMix64.derive(config.seed(), GATE_SEED);
    long expertSeed = SplitMix64.derive(config.seed(), EXPERT_SEED);
    return new MixtureOfExperts(
        config,
        schema,
        policy,
        Gate.create(config.gate(), schema.features(), policy.experts(), gateSeed),
        ExpertPool.create(policy, experts, expertSeed),
        detectors.create(),
        new PrequentialEvaluator(schema.classes(), config.evaluationWindow()));
  }

  /**
   * The mixture that a snapshot holds; it continues bit for bit like the one that wrote it.
   *
   * @throws IOException when the bytes are truncated, of an unknown version, or were written under
   *     another configuration or schema
   */
  public static MixtureOfExperts restore(MixtureConfig config, StreamSchema schema, DataInput in)
      throws IOException {
    return restore(
        config,
        schema,
        MoaHoeffdingTreeFactory.paper(),
        new AdwinFactory(config.detectorDelta()),
        in);
  }

  static MixtureOfExperts restore(
      MixtureConfig config,
      StreamSchema schema,
      ExpertFactory experts,
      DetectorFactory detectors,
      DataInput in)
      throws IOException {
    SnapshotHeader.read(in, TAG, VERSION);
    MixtureFingerprint.of(config, schema).check(in);
    long version = in.readLong();
    long predictions = in.readLong();
    double entropy = in.readDouble();
    RoutingPolicy policy = RoutingPolicy.of(config.specialisation(), schema);
    PrequentialEvaluator evaluator =
        PrequentialEvaluator.restore(schema.classes(), config.evaluationWindow(), in);
    DriftDetector detector = detectors.restore(in);
    Gate gate = Gate.restore(config.gate(), schema.features(), policy.experts(), in);
    ExpertPool pool = ExpertPool.restore(policy, experts, in);
    MixtureOfExperts mixture =
        new MixtureOfExperts(config, schema, policy, gate, pool, detector, evaluator);
    mixture.version = version;
    mixture.predictions = predictions;
    mixture.entropy = entropy;
    return mixture;
  }

  /**
   * Writes the whole state as versioned bytes: gate with Adam's moments and the partial mini-batch,
   * experts, detector, evaluation with its window, counters. Predictions that wait for their labels
   * belong to the caller.
   *
   * @throws IOException when the output fails
   */
  public void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    fingerprint.writeTo(out);
    out.writeLong(version);
    out.writeLong(predictions);
    out.writeDouble(entropy);
    evaluator.writeSnapshot(out);
    detector.writeSnapshot(out);
    gate.writeSnapshot(out);
    pool.writeSnapshot(out);
  }

  /**
   * Predicts, and learns nothing.
   *
   * @param features one value per attribute of the schema; NaN is a missing value, which the gate
   *     reads as 0
   * @return the prediction, to be kept until its label comes
   * @throws IllegalArgumentException when the number of features is not that of the schema
   */
  public PendingPrediction predict(FeatureVector features) {
    if (features.size() != schema.features()) {
      throw new IllegalArgumentException(
          "features has %d values, the schema has %d attributes"
              .formatted(features.size(), schema.features()));
    }
    long seed = SplitMix64.derive(dropoutSeed, predictions);
    double[] weights = new double[pool.size()];
    double nats = gate.weigh(features, seed, weights);
    Votes votes = pool.vote(features);
    double[] probabilities = new double[schema.classes()];
    policy.combine(weights, votes, probabilities);
    predictions++;
    double normalised = weights.length == 1 ? 0 : nats / StrictMath.log(weights.length);
    entropy += Math.max(1.0 / predictions, ENTROPY_RATE) * (normalised - entropy);
    return new PendingPrediction(features, probabilities, weights, votes, seed, version);
  }

  /**
   * Takes the label of a prediction: tests, detects, trains, in this order.
   *
   * <ol>
   *   <li>Test: the stored prediction is scored.
   *   <li>Detect: its 0/1 error goes to the detector, which only watches in the published presets;
   *       a drift is a change to more errors.
   *   <li>Train: the stored votes and the label give the correctness mask, which joins the gate's
   *       mini-batch; then the experts learn, chosen by the stored gate weights.
   * </ol>
   *
   * @param prediction of this mixture, not learned before
   * @param label true class, an index into the schema's classes
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

    policy.correctness(prediction.votes(), label, mask);
    boolean stepped = gate.learn(prediction.features(), prediction.dropoutSeed(), mask);
    policy.select(prediction.weights(), chosen);
    int trained = pool.learn(prediction.features(), label, chosen);
    version++;
    return new StepReport(correct, level, stepped, trained, version);
  }

  private void check(PendingPrediction prediction, int label) {
    Objects.requireNonNull(prediction, "prediction");
    if (label < 0 || label >= schema.classes()) {
      throw new IllegalArgumentException(
          "label must be a class from 0 to %d, got %d".formatted(schema.classes() - 1, label));
    }
    if (prediction.features().size() != schema.features()
        || prediction.classes() != schema.classes()
        || prediction.weights().length != pool.size()
        || prediction.votes().experts() != pool.size()
        || prediction.votes().classes() != pool.classes()) {
      throw new IllegalArgumentException(
          "prediction has %d features, %d classes and %d experts, this mixture %d, %d and %d"
              .formatted(
                  prediction.features().size(),
                  prediction.classes(),
                  prediction.weights().length,
                  schema.features(),
                  schema.classes(),
                  pool.size()));
    }
  }

  /** The prequential scores so far. */
  public PrequentialEvaluator evaluation() {
    return evaluator;
  }

  /** Events learned so far. */
  public long version() {
    return version;
  }

  /** Number of experts. */
  public int experts() {
    return pool.size();
  }

  /**
   * For each expert the share of the learned events that it learned itself, from 0 to 1, since the
   * start; all 0 before the first. They sum to the number of experts an event trains.
   */
  public double[] expertShares() {
    double[] shares = new double[pool.size()];
    for (int e = 0; e < shares.length; e++) {
      shares[e] = version == 0 ? 0 : (double) pool.learned(e) / version;
    }
    return shares;
  }

  /**
   * How evenly the gate weighs the experts: the entropy of its weights over its maximum, from 0
   * (always one expert) to 1 (all alike), averaged over the predictions: a plain mean over the
   * first 1,000, then exponentially with rate 1/1,000. 0 before the first prediction.
   */
  public double gateEntropy() {
    return entropy;
  }

  /** For tests: the gate. */
  Gate gate() {
    return gate;
  }
}
