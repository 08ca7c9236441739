// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LifecycleEvent;
import io.driftmoe.core.LifecycleEvent.Kind;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
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
import io.driftmoe.router.PartFailure.Part;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link MixtureOfExperts} predicts and learns with: gates, experts, detector. All of it
 * follows from configuration, schema and the lessons in their order, bit for bit; predictions leave
 * no trace in it. Until a part fails: then {@link #anyFailed}.
 */
final class MixtureParts {
  // Parts of the mixture that draw from the configured seed.
  private static final int GATE_SEED = 0;
  private static final int EXPERT_SEED = 2;

  /** What draws the attendance from a prediction's own seed. */
  private static final long ATTENDANCE_SEED = 1;

  private final StreamSchema schema;
  private final RoutingPolicy policy;
  private final GateProduct gates;
  private final ExpertPool pool;
  private final DetectorFactory detectors;
  private DriftDetector detector;
  private final FailureGuard guard;

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

  /** Events learned so far. */
  private long version;

  private MixtureParts(
      StreamSchema schema,
      RoutingPolicy policy,
      GateProduct gates,
      ExpertPool pool,
      @Nullable Lifecycle lifecycle,
      @Nullable Attendance attendance,
      DetectorFactory detectors,
      DriftDetector detector,
      FailureGuard guard) {
    this.schema = schema;
    this.policy = policy;
    this.gates = gates;
    this.pool = pool;
    this.lifecycle = lifecycle;
    this.attendance = attendance;
    this.detectors = detectors;
    this.detector = detector;
    this.guard = guard;
    pool.guardWith(guard, this::replaced);
    this.mask = new boolean[pool.size()];
    this.heard = new boolean[pool.size()];
    this.likelihoods = new double[pool.size()];
    this.responsibilities = new double[pool.size()];
    this.lessons = new double[pool.size()];
    this.largestEntropy = StrictMath.log(pool.size());
  }

  /** Parts that have learned nothing. */
  static MixtureParts create(MixtureConfig config, StreamSchema schema, DetectorFactory detectors) {
    RoutingPolicy policy = RoutingPolicy.of(config.division(), schema);
    ExpertPool pool = ExpertPool.create(policy, SplitMix64.derive(config.seed(), EXPERT_SEED));
    FailureGuard guard = new FailureGuard();
    long gateSeed = SplitMix64.derive(config.seed(), GATE_SEED);
    return new MixtureParts(
        schema,
        policy,
        GateProduct.create(
            GuardedGates.of(config.gates(), gateSeed, guard),
            new GateShape(schema, policy.experts()),
            gateSeed),
        pool,
        lifecycle(config, pool, schema),
        attendance(config, pool),
        detectors,
        detectors.create(),
        guard);
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
   * Reads what {@link #writeSnapshot} wrote.
   *
   * @param version events that had been learned
   */
  static MixtureParts restore(
      MixtureConfig config,
      StreamSchema schema,
      DetectorFactory detectors,
      long version,
      DataInput in)
      throws IOException {
    RoutingPolicy policy = RoutingPolicy.of(config.division(), schema);
    DriftDetector detector = detectors.restore(in);
    FailureGuard guard = new FailureGuard();
    GateProduct gates =
        GateProduct.restore(
            GuardedGates.of(config.gates(), SplitMix64.derive(config.seed(), GATE_SEED), guard),
            new GateShape(schema, policy.experts()),
            in);
    ExpertPool pool = ExpertPool.restore(policy, SplitMix64.derive(config.seed(), EXPERT_SEED), in);
    Lifecycle lifecycle = lifecycle(config, pool, schema);
    if (lifecycle != null) {
      lifecycle.readSnapshot(in);
    }
    Attendance attendance = attendance(config, pool);
    if (attendance != null) {
      attendance.readSnapshot(in);
    }
    MixtureParts parts =
        new MixtureParts(
            schema, policy, gates, pool, lifecycle, attendance, detectors, detector, guard);
    parts.version = version;
    return parts;
  }

  void writeSnapshot(DataOutput out) throws IOException {
    detector.writeSnapshot(out);
    gates.writeSnapshot(out);
    pool.writeSnapshot(out, version);
    if (lifecycle != null) {
      lifecycle.writeSnapshot(out);
    }
    if (attendance != null) {
      attendance.writeSnapshot(out);
    }
  }

  /** See {@link MixtureOfExperts#containFailures}. */
  void containFailures(@Nullable Consumer<PartFailure> listener) {
    guard.report(listener);
  }

  /** Whether a part has failed, so that these no longer follow from the lessons. */
  boolean anyFailed() {
    return guard.anyFailed();
  }

  void computeWith(
      NetworkScope scope, @Nullable NetworkBackend backend, @Nullable StepQueue queue) {
    gates.computeWith(backend, queue);
    boolean all = scope == NetworkScope.ALL;
    pool.computeWith(all ? backend : null, all ? queue : null);
  }

  List<NetworkShape> networkShapes(NetworkScope scope) {
    return scope == NetworkScope.ALL
        ? NetworkUser.shapesOf(List.of(gates, pool))
        : gates.networkShapes();
  }

  /**
   * Predicts.
   *
   * @param features as many as the schema has attributes
   * @param seed of the prediction
   */
  PendingPrediction predict(FeatureVector features, long seed) {
    double[] weights = new double[pool.size()];
    gates.weigh(features, seed, weights);
    if (attendance != null) {
      attendance.choose(SplitMix64.derive(seed, ATTENDANCE_SEED), weights);
    }
    Votes votes = pool.vote(features, attendance == null ? null : weights, version);
    if (policy.weighsVotes()) {
      pool.withdraw(weights, version);
    }
    double[] probabilities = new double[schema.classes()];
    policy.combine(weights, votes, probabilities);
    return new PendingPrediction(features, probabilities, weights, votes, seed, version);
  }

  /** Entropy of the weights of all experts over its maximum, 0 to 1. */
  double normalisedEntropy(double[] weights) {
    if (weights.length == 1) {
      return 0;
    }
    double nats = 0;
    for (double weight : weights) {
      nats -= weight > 0 ? weight * StrictMath.log(weight) : 0;
    }
    return Math.max(0, nats) / largestEntropy;
  }

  /** Detects and trains, in this order; see {@link MixtureOfExperts#learn}. */
  StepReport learn(PendingPrediction prediction, int label) {
    boolean correct = prediction.predictedClass() == label;

    DriftLevel level = detect(correct ? 0 : 1);

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
    int trained = pool.learn(prediction.features(), label, lessons, version);
    version++;
    changes(prediction, label, events);
    return new StepReport(correct, level, stepped, trained, version, events);
  }

  private DriftLevel detect(double error) {
    try {
      DriftLevel level = detector.update(error);
      // fewer errors than before: that is learning
      return level == DriftLevel.DRIFT && !detector.errorRose() ? DriftLevel.STABLE : level;
    } catch (Throwable failure) { // errors too, see Containment
      guard.check(failure);
      detector = detectors.create();
      guard.failed(Part.DETECTOR, 0, "to detect drift", failure);
      return DriftLevel.STABLE;
    }
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
        for (LifecycleEvent event : pool.latestEvents(e, version)) {
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
          replaced(e);
          events.add(event(e, Kind.RETIRE, reason));
          events.add(event(e, Kind.START, "takes the place of the expert that was retired"));
        }
      }
      lifecycle.startWindow();
    }
  }

  /** Another expert is in place e. */
  private void replaced(int e) {
    gates.replaced(e);
    if (lifecycle != null) {
      lifecycle.replaced(e);
    }
    if (attendance != null) {
      attendance.replaced(e);
    }
  }

  private static ExpertEvent event(int expert, Kind kind, String reason) {
    return new ExpertEvent(expert, new LifecycleEvent(kind, -1, reason));
  }

  /**
   * Checks a lesson before anything changes.
   *
   * @throws IllegalArgumentException when the label is not a class of the schema or the prediction
   *     has other sizes
   */
  void check(PendingPrediction prediction, int label) {
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

  long version() {
    return version;
  }

  ExpertPool pool() {
    return pool;
  }

  GateProduct gates() {
    return gates;
  }

  /**
   * @param entropy of the weights of the gates
   */
  void describe(MixtureDescription description, double[] shares, double entropy) {
    description.detector(detector);
    description.gates(gates, entropy);
    for (int e = 0; e < shares.length; e++) {
      description.expert(pool, e, shares[e]);
      if (attendance != null) {
        description.attendance(attendance, e);
      }
      description.learned(pool, e);
    }
  }
}
